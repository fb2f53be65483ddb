using System.Buffers;
using System.Globalization;
using System.Text;

namespace Concord.Receipts.Sealing;

/// <summary>Appends text that is known to need no JSON escaping.</summary>
internal static class Utf8BufferWriter
{
    public static void Write(this IBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);

    public static void Write(this IBufferWriter<byte> buffer, long number)
    {
        var span = buffer.GetSpan(20);
        number.TryFormat(span, out var written, provider: CultureInfo.InvariantCulture);
        buffer.Advance(written);
    }
}
