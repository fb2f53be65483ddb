using System.Buffers.Binary;
using System.IO.Compression;

namespace PixPax.Host.Modules.Collections;

/// <summary>
/// Draws a card as a PNG with its palette, each pixel as a square. The same card, palette and scale give the same bytes on the
/// same runtime.
/// </summary>
internal static class CardPng
{
    public const int DefaultScale = 16;
    public const int MaxScale = 32;

    private const byte BitsPerPixel = 4;
    private const byte IndexedColor = 3;

    public static byte[] Draw(PixelGrid grid, Palette palette, int scale = DefaultScale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, MaxScale);

        var side = PixelGrid.Size * scale;
        var png = new PngWriter();
        png.Chunk("IHDR"u8, Header(side));
        png.Chunk("PLTE"u8, Colors(palette));

        // One entry: the first colour is transparent, and those without an entry are opaque.
        png.Chunk("tRNS"u8, [0]);
        png.Chunk("IDAT"u8, Deflate(Rows(grid, scale)));
        png.Chunk("IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Header(int side)
    {
        // Width, height, depth, colour type; then compression, filter and interlace methods, all 0.
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = BitsPerPixel;
        header[9] = IndexedColor;
        return header;
    }

    private static byte[] Colors(Palette palette) =>
        [.. palette.Colors.SelectMany(color => new[] { (byte)(color >> 16), (byte)(color >> 8), (byte)color })];

    /// <summary>Each row: a filter byte (none), then two pixels a byte, the left one in the high half.</summary>
    private static byte[] Rows(PixelGrid grid, int scale)
    {
        var side = PixelGrid.Size * scale;
        var stride = 1 + side / 2;
        var rows = new byte[side * stride];
        for (var y = 0; y < side; y++)
        {
            var row = rows.AsSpan(y * stride + 1, side / 2);
            for (var x = 0; x < side; x += 2)
                row[x / 2] = (byte)(grid[x / scale, y / scale] << 4 | grid[(x + 1) / scale, y / scale]);
        }

        return rows;
    }

    private static byte[] Deflate(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.SmallestSize)) zlib.Write(bytes);
        return output.ToArray();
    }
}
