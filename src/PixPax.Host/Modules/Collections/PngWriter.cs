using System.Buffers;
using System.Buffers.Binary;

namespace PixPax.Host.Modules.Collections;

/// <summary>Writes the chunks of a PNG file (length, type, data, CRC).</summary>
internal sealed class PngWriter
{
    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    private readonly ArrayBufferWriter<byte> _file = new();

    public PngWriter() => _file.Write(Signature);

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public void Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Write((uint)data.Length);
        _file.Write(type);
        _file.Write(data);
        Write(~Crc(Crc(uint.MaxValue, type), data));
    }

    public byte[] ToArray() => _file.WrittenSpan.ToArray();

    private void Write(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _file.Write(bytes);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes) crc = CrcTable[(byte)(crc ^ value)] ^ crc >> 8;
        return crc;
    }

    private static uint CrcOf(int index)
    {
        var crc = (uint)index;
        for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : 0xEDB88320 ^ crc >> 1;
        return crc;
    }
}
