using System.Text.RegularExpressions;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Streams;

/// <summary>Says where the streams of one type stand in a store: their prefix and, where there are any, their locators.</summary>
public sealed partial class StreamPaths
{
    private readonly string _prefix;
    private readonly string? _locator;
    // Filled for every read of a stream: taken apart once. Odd places are the names of ids.
    private readonly string[] _prefixParts;
    private readonly string[] _locatorParts;

    /// <summary>Describes where the streams of a type stand.</summary>
    /// <param name="type">The type, a lower-case slug.</param>
    /// <param name="prefix">The prefix of a stream's objects, such as <c>books/{accountId}/{bookId}/</c>; ids in braces.</param>
    /// <param name="locator">The key of the derived object that leads from an id to its stream, such as
    /// <c>locators/book/{bookId}.json</c>; written before a stream's first commit. <see langword="null"/>: none.</param>
    /// <exception cref="ArgumentException">The prefix does not end in a slash, or what stands around the ids fits no object key.</exception>
    public StreamPaths(string type, string prefix, string? locator = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        if (!prefix.EndsWith('/'))
            throw new ArgumentException("A stream's prefix ends in a slash.", nameof(prefix));
        ObjectKey.ValidatePrefix(Placeholder().Replace(prefix, "id"));
        if (locator is not null)
            ObjectKey.Validate(Placeholder().Replace(locator, "id"));
        Type = type;
        _prefix = prefix;
        _locator = locator;
        _prefixParts = Placeholder().Split(prefix);
        _locatorParts = locator is null ? [] : Placeholder().Split(locator);
    }

    /// <summary>Gets the type of the streams.</summary>
    public string Type { get; }

    /// <summary>Gets the prefix of a stream.</summary>
    /// <exception cref="ArgumentException">The stream is of another type, or its name lacks an id that the prefix is made of.</exception>
    public string PrefixOf(StreamId stream) => Fill(_prefix, _prefixParts, stream);

    /// <summary>Gets the key of a stream's locator, if this type has them.</summary>
    /// <exception cref="ArgumentException">The stream is of another type, or its name lacks an id that the key is made of.</exception>
    public string? LocatorOf(StreamId stream) => _locator is null ? null : Fill(_locator, _locatorParts, stream);

    /// <summary>Gets what all prefixes of the type begin with.</summary>
    internal string CommonPrefix => _prefix[..(_prefix.IndexOf('{', StringComparison.Ordinal) is >= 0 and var at ? at : _prefix.Length)];

    /// <summary>Gets the stream that stands at a prefix; <see langword="null"/> when none of this type can.</summary>
    internal StreamId? StreamAt(string prefix)
    {
        if (!TryMatch(_prefix, prefix, out var ids))
            return null;
        try
        {
            return StreamId.Create(Type, [.. ids]);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a key can be a locator of this type.</summary>
    internal bool IsLocator(string key) => _locator is not null && TryMatch(_locator, key, out _);

    private static bool TryMatch(string template, string text, out List<(string Name, string Value)> ids)
    {
        ids = [];
        var (at, rest) = (0, 0);
        foreach (Match placeholder in Placeholder().Matches(template))
        {
            var literal = template[at..placeholder.Index];
            if (string.CompareOrdinal(text, rest, literal, 0, literal.Length) != 0)
                return false;
            rest += literal.Length;
            // An id has no character that ends one: it reaches as far as its characters do.
            var end = rest;
            while (end < text.Length && StreamId.IsId(text[end..(end + 1)]))
                end++;
            if (!StreamId.IsId(text[rest..end]))
                return false;
            ids.Add((placeholder.Groups["id"].Value, text[rest..end]));
            (at, rest) = (placeholder.Index + placeholder.Length, end);
        }
        return text[rest..] == template[at..];
    }

    private string Fill(string template, string[] parts, StreamId stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.Type != Type)
            throw new ArgumentException($"A {stream.Type} stream, where a {Type} stream is meant.", nameof(stream));
        var filled = new string[parts.Length];
        for (var i = 0; i < parts.Length; i++)
            filled[i] = i % 2 == 0 ? parts[i]
                : stream.Ids.TryGetValue(parts[i], out var id) ? id
                : throw new ArgumentException($"The stream {stream} has no {parts[i]}, which '{template}' is made of.", nameof(stream));
        return string.Concat(filled);
    }

    [GeneratedRegex(@"\{(?<id>[A-Za-z0-9_-]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
