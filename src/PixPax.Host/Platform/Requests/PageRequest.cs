using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// Which page of a list is asked for: how many items at most, and after which position. A position is whatever orders the list
/// (an id, a version); on the wire it travels in an opaque cursor that names its version and its list, so that neither an old
/// cursor nor one of another list is taken for this one's.
/// </summary>
internal sealed record PageRequest
{
    public const int DefaultLimit = 100;
    public const int DefaultMaxLimit = 500;

    public const string CursorParameter = "cursor";
    private const string CursorVersion = "1";
    public const int MaxCursorLength = 512;
    private const char Separator = ' ';

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _list;

    private PageRequest(string list, int limit, string? after) => (_list, Limit, After) = (list, limit, after);

    public int Limit { get; }

    /// <summary>The position of the last item of the page before; null for the first page.</summary>
    public string? After { get; }

    /// <summary>Reads <c>limit</c> and <c>cursor</c> of the query.</summary>
    /// <param name="request">The request.</param>
    /// <param name="list">The list's name, and whatever else makes its positions its own, such as an account id.</param>
    /// <param name="maxLimit">The largest page.</param>
    /// <exception cref="ProblemException">Either is not what this list takes.</exception>
    public static PageRequest Read(HttpRequest request, string list, int maxLimit = DefaultMaxLimit)
    {
        var errors = new RequestErrors();
        var limit = ReadLimit(request, errors, maxLimit);
        string? after = null;
        if (request.Query.TryGetValue(CursorParameter, out var cursors) && !(cursors is [{ } cursor] && TryDecode(list, cursor, out after)))
            errors.Add(RequestError.InParameter(CursorParameter, "Not a cursor of this list."));

        errors.ThrowIfAny();
        return new PageRequest(list, limit, after);
    }

    /// <summary>Answers the page of up to one item more than <see cref="Limit"/>, with a link to the next page if there is one.</summary>
    public IResult Answer<T>(HttpContext context, IReadOnlyList<T> limitAndOneMore, Func<T, string> positionOf, JsonTypeInfo<Page<T>> type)
    {
        var page = PageOf(limitAndOneMore, positionOf);
        if (page.NextCursor is { } cursor) NextPage.Link(context, CursorParameter, cursor);
        return JsonAnswer.Of(page, type);
    }

    /// <summary>Makes the page of up to one item more than <see cref="Limit"/>, which is how one learns that there is more.</summary>
    public Page<T> PageOf<T>(IReadOnlyList<T> limitAndOneMore, Func<T, string> positionOf)
    {
        if (limitAndOneMore.Count <= Limit) return new Page<T>(limitAndOneMore, HasMore: false, NextCursor: null);

        var data = limitAndOneMore.Take(Limit).ToArray();
        return new Page<T>(data, HasMore: true, Encode(_list, positionOf(data[^1])));
    }

    internal static string Encode(string list, string position) =>
        Base64Url.EncodeToString(StrictUtf8.GetBytes(string.Join(Separator, CursorVersion, list, position)));

    private static int ReadLimit(HttpRequest request, RequestErrors errors, int maxLimit)
    {
        if (!request.Query.TryGetValue("limit", out var limits)) return Math.Min(DefaultLimit, maxLimit);
        if (limits is [{ } text]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit >= 1 && limit <= maxLimit)
        {
            return limit;
        }

        errors.Add(RequestError.InParameter("limit", $"A number from 1 to {maxLimit}."));
        return 0;
    }

    private static bool TryDecode(string list, string cursor, [NotNullWhen(true)] out string? position)
    {
        position = null;
        if (cursor.Length > MaxCursorLength || !Base64Url.IsValid(cursor)) return false;

        string text;
        try
        {
            text = StrictUtf8.GetString(Base64Url.DecodeFromChars(cursor));
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        var prefix = $"{CursorVersion}{Separator}{list}{Separator}";
        if (!text.StartsWith(prefix, StringComparison.Ordinal)) return false;

        position = text[prefix.Length..];

        // One spelling for one cursor: no padding, no stray bits.
        return position.Length > 0 && Encode(list, position) == cursor;
    }
}
