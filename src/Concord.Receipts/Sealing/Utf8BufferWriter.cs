using System.Buffers;
using System.Globalization;
using System.Text;
using Concord.Receipts.Hashing;

namespace Concord.Receipts.Sealing;

/// <summary>Appends text that is known to need no JSON escaping.</summary>
internal static class Utf8BufferWriter
{
    public static void Write(this IBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);

    public static void Write(this IBufferWriter<byte> buffer, EventId id)
    {
        id.Format(buffer.GetSpan(EventId.TextLength));
        buffer.Advance(EventId.TextLength);
    }

    public static void Write(this IBufferWriter<byte> buffer, in Sha256Hash hash)
    {
        hash.Format(buffer.GetSpan(Sha256Hash.TextLength));
        buffer.Advance(Sha256Hash.TextLength);
    }

    /// <summary>Writes a time as receipts have it: <c>2026-02-24T12:34:56.000Z</c>.</summary>
    public static void Write(this IBufferWriter<byte> buffer, DateTimeOffset time)
    {
        time.UtcDateTime.TryFormat(buffer.GetSpan(24), out var written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }

    public static void Write(this IBufferWriter<byte> buffer, long number)
    {
        var span = buffer.GetSpan(20);
        number.TryFormat(span, out var written, provider: CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }
}
