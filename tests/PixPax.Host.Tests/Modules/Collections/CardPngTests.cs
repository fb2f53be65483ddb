using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using PixPax.Host.Modules.Collections;

namespace PixPax.Host.Tests.Modules.Collections;

public sealed class CardPngTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(CardPng.DefaultScale)]
    [InlineData(CardPng.MaxScale)]
    public void Every_pixel_becomes_a_square_of_its_color(int scale)
    {
        var grid = Grid();
        var chunks = Chunks(CardPng.Draw(grid, Palette.Default, scale));

        Assert.Equal(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"], chunks.Keys);
        var side = 16 * scale;
        Assert.Equal(side, BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"]));
        Assert.Equal(side, BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"].AsSpan(4)));
        Assert.Equal([4, 3, 0, 0, 0], chunks["IHDR"][8..]);
        Assert.Equal([0, 0, 0, 0x1A, 0x1C, 0x2C], chunks["PLTE"][..6]);
        Assert.Equal([0], chunks["tRNS"]);

        var rows = Inflate(chunks["IDAT"]);
        var stride = 1 + side / 2;
        Assert.Equal(stride * side, rows.Length);
        for (var y = 0; y < side; y++)
        {
            Assert.Equal(0, rows[y * stride]);
            for (var x = 0; x < side; x++)
            {
                var pair = rows[y * stride + 1 + x / 2];
                Assert.Equal(grid[x / scale, y / scale], x % 2 == 0 ? pair >> 4 : pair & 0xF);
            }
        }
    }

    [Fact]
    public void The_high_half_of_a_byte_is_the_left_pixel()
    {
        var packed = new byte[PixelGrid.Bytes];
        packed[0] = 0x5A;
        Assert.True(PixelGrid.TryParse(Convert.ToBase64String(packed), out var grid));
        Assert.Equal((5, 10), (grid[0, 0], grid[1, 0]));
    }

    [Fact]
    public void The_same_card_is_the_same_bytes() => Assert.Equal(CardPng.Draw(Grid(), Palette.Default), CardPng.Draw(Grid(), Palette.Default));

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void A_scale_has_bounds(int scale) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CardPng.Draw(Grid(), Palette.Default, scale));

    [Fact]
    public void The_default_palette_keeps_the_rules_of_palettes()
    {
        Assert.Equal(Palette.Size, Palette.Default.Colors.Count);
        Assert.Equal(Palette.Transparent, Palette.Default.Colors[0]);
        Assert.All(Palette.Default.Colors.Skip(1), color => Assert.True(Palette.IsOpaque(color)));
        Assert.Distinct(Palette.Default.Colors);
    }

    private static PixelGrid Grid()
    {
        var packed = Enumerable.Range(0, PixelGrid.Bytes).Select(index => (byte)(index * 37)).ToArray();
        Assert.True(PixelGrid.TryParse(Convert.ToBase64String(packed), out var grid));
        return grid;
    }

    private static Dictionary<string, byte[]> Chunks(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var chunks = new Dictionary<string, byte[]>();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            var typeAndData = png.AsSpan(at + 4, 4 + length);
            Assert.Equal(Crc32(typeAndData), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            chunks.Add(Encoding.ASCII.GetString(typeAndData[..4]), typeAndData[4..].ToArray());
            at += 12 + length;
        }

        return chunks;
    }

    /// <summary>Bit by bit, as the specification has it: not the table that is being tested.</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }

    private static byte[] Inflate(byte[] data)
    {
        using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        using var output = new MemoryStream();
        zlib.CopyTo(output);
        return output.ToArray();
    }
}
