using System.Text;

namespace PixPax.Host.Platform.Requests;

/// <summary>JSON Pointers (RFC 6901), the way in which problems name a place of the body.</summary>
internal static class JsonPointer
{
    public static string Append(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    public static string Append(string pointer, int index) => $"{pointer}/{index}";

    /// <summary>The pointer for a path of System.Text.Json: <c>$.cards[3]['odd name']</c>.</summary>
    public static string FromPath(string? path)
    {
        var pointer = new StringBuilder();
        var rest = path.AsSpan();
        if (rest.StartsWith("$")) rest = rest[1..];

        while (!rest.IsEmpty)
        {
            var (segment, length) = rest switch
            {
                ['[', '\'', ..] when rest.IndexOf("']") is > 0 and var end => (rest[2..end].ToString(), end + 2),
                ['[', ..] when rest.IndexOf(']') is > 0 and var end => (rest[1..end].ToString(), end + 1),
                ['.', ..] when rest[1..].IndexOfAny('.', '[') is >= 0 and var end => (rest[1..(end + 1)].ToString(), end + 1),
                _ => (rest[1..].ToString(), rest.Length),
            };
            pointer.Append(Append("", segment));
            rest = rest[length..];
        }

        return pointer.ToString();
    }
}
