using System.Diagnostics.CodeAnalysis;
using System.Text;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Requests;

/// <summary>
/// Collects what is wrong with a request, so that its caller learns everything at once, and holds the rules that commands share.
/// </summary>
internal sealed class RequestErrors
{
    public const int MaxIdLength = 64;
    public const int MaxNameLength = 200;

    /// <summary>Enough to mend a body by; more would let a small request ask for a huge answer.</summary>
    private const int MaxReported = 100;

    private readonly List<RequestError> _errors = [];
    private int _count;

    public bool Any => _count > 0;

    public IReadOnlyList<RequestError> All => _errors;

    public static bool IsId([NotNullWhen(true)] string? value)
    {
        if (value is not { Length: >= 1 and <= MaxIdLength }) return false;
        foreach (var character in value)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_')) return false;
        }

        return true;
    }

    public void Add(string pointer, string detail) => Add(RequestError.InBody(pointer, detail));

    public void Add(RequestError error)
    {
        if (_count++ < MaxReported) _errors.Add(error);
    }

    /// <summary>An id of anything: account, identity, book, collection, card, user.</summary>
    public void Id(string? value, string pointer)
    {
        if (!IsId(value)) Add(pointer, "An id is 1 to 64 letters, digits, '-' or '_'.");
    }

    /// <summary>The same, where the id stands in the query instead of the body.</summary>
    public void IdParameter(string? value, string parameter)
    {
        if (!IsId(value)) Add(RequestError.InParameter(parameter, "An id is 1 to 64 letters, digits, '-' or '_'."));
    }

    /// <summary>A name or label, kept exactly as it was sent.</summary>
    public void Name(string? value, string pointer)
    {
        if (string.IsNullOrEmpty(value))
        {
            Add(pointer, "A name is not empty.");
            return;
        }

        var length = 0;
        foreach (var rune in value.EnumerateRunes())
        {
            length++;
            if (Rune.IsControl(rune))
            {
                Add(pointer, "A name has no control characters.");
                return;
            }
        }

        if (length > MaxNameLength) Add(pointer, $"A name is at most {MaxNameLength} characters.");
    }

    /// <summary>One of a few words, such as a role or a reason.</summary>
    public void OneOf(string? value, string pointer, params ReadOnlySpan<string> allowed)
    {
        if (value is null || !allowed.Contains(value)) Add(pointer, $"One of: {string.Join(", ", allowed)}.");
    }

    public void ThrowIfAny(ProblemCode? code = null)
    {
        if (!Any) return;

        code ??= ProblemCode.InvalidRequest;
        var detail = _count > MaxReported ? $"{code.Meaning} The first {MaxReported} of {_count} are listed." : code.Meaning;
        throw new ProblemException(code, detail, _errors);
    }
}
