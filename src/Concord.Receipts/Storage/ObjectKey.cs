using System.Buffers;

namespace Concord.Receipts.Storage;

/// <summary>Checks object keys.</summary>
/// <remarks>
/// A key is one or more segments joined by <c>/</c>. A segment is 1 to 128 characters of <c>A-Z a-z 0-9 _ . -</c> and does not start
/// with a dot; a key is at most 512 bytes. That is what every store can hold unescaped, as a path below a folder as well as in a URL,
/// and what leaves stores names of their own (<c>.staging</c>). All characters are ASCII, so that ordinal order of characters
/// and of UTF-8 bytes are the same.
/// </remarks>
public static class ObjectKey
{
    /// <summary>The most bytes (which are also characters) that a key may have.</summary>
    public const int MaxBytes = 512;

    /// <summary>The most bytes (which are also characters) that one segment of a key may have.</summary>
    public const int MaxSegmentBytes = 128;

    private static readonly SearchValues<char> SegmentCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>Throws unless the text is a key.</summary>
    /// <param name="key">The text.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not a key; the message says why.</exception>
    public static void Validate(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (WhyNot(key, isPrefix: false) is { } reason)
            throw new ArgumentException($"Not an object key: {reason}", nameof(key));
    }

    /// <summary>Throws unless the text is what some key starts with: empty, ending in <c>/</c>, a whole key, or cut anywhere.</summary>
    /// <param name="prefix">The text.</param>
    /// <exception cref="ArgumentException"><paramref name="prefix"/> is not the beginning of a key; the message says why.</exception>
    public static void ValidatePrefix(string prefix) => ValidatePrefix(prefix, nameof(prefix));

    internal static void ValidatePrefix(string prefix, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(prefix, parameterName);
        if (WhyNot(prefix, isPrefix: true) is { } reason)
            throw new ArgumentException($"Not the beginning of an object key: {reason}", parameterName);
    }

    /// <summary>Throws unless the content fits an object.</summary>
    internal static void ValidateContent(ReadOnlyMemory<byte> content)
    {
        if (content.Length > IObjectStore.MaxObjectBytes)
        {
            throw new ArgumentException(
                $"An object has at most {IObjectStore.MaxObjectBytes} bytes; these are {content.Length}.", nameof(content));
        }
    }

    /// <summary>Gets whether the text could stand between two slashes of a key.</summary>
    internal static bool IsSegment(ReadOnlySpan<char> text) => text.Length > 0 && WhyNotSegment(text) is null;

    private static string? WhyNot(string text, bool isPrefix)
    {
        if (text.Length > MaxBytes)
            return $"it has more than {MaxBytes} bytes.";
        ReadOnlySpan<char> rest = text;
        while (true)
        {
            int slash = rest.IndexOf('/');
            ReadOnlySpan<char> segment = slash < 0 ? rest : rest[..slash];
            if (segment.IsEmpty && !(isPrefix && slash < 0))
                return "it has an empty segment.";
            if (WhyNotSegment(segment) is { } reason)
                return reason;
            if (slash < 0)
                return null;
            rest = rest[(slash + 1)..];
        }
    }

    // An empty one passes: whether a segment may be empty depends on where it stands.
    private static string? WhyNotSegment(ReadOnlySpan<char> segment)
    {
        if (segment.Length > MaxSegmentBytes)
            return $"a segment has more than {MaxSegmentBytes} bytes.";
        if (segment.ContainsAnyExcept(SegmentCharacters))
            return "a segment has a character that is not one of A-Z a-z 0-9 _ . -";
        return segment.StartsWith(".", StringComparison.Ordinal) ? "a segment starts with a dot." : null;
    }
}
