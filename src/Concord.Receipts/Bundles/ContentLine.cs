using System.Text;

namespace Concord.Receipts.Bundles;

/// <summary>
/// A content object in a bundle, <c>{"content":…,"salt":…,"stream":…}</c>: the stored bytes with the stream put in as the last
/// member, which is where canonical order has it.
/// </summary>
internal static class ContentLine
{
    public static bool IsOne(ReadOnlySpan<byte> line) => line.StartsWith("{\"content\":"u8);

    public static byte[] Write(ReadOnlySpan<byte> content, StreamId stream) => Join(content[..^1], Suffix(stream));

    /// <summary>Gives the stored bytes back; false when the line is of another stream.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, StreamId stream, out byte[] content)
    {
        var suffix = Suffix(stream);
        var found = line.EndsWith(suffix);
        content = found ? Join(line[..^suffix.Length], "}"u8) : [];
        return found;
    }

    // Not a collection expression: of spans, that one grows byte by byte, and content has up to 4 MiB.
    private static byte[] Join(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var joined = new byte[first.Length + second.Length];
        first.CopyTo(joined);
        second.CopyTo(joined.AsSpan(first.Length));
        return joined;
    }

    private static byte[] Suffix(StreamId stream) => Encoding.ASCII.GetBytes($",\"stream\":{stream.Json}}}");
}
