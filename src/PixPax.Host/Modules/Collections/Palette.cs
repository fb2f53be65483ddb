namespace PixPax.Host.Modules.Collections;

/// <summary>Sixteen colours, as 0xAARRGGBB. The first is transparent, the others are opaque.</summary>
internal sealed record Palette(string? Id, IReadOnlyList<uint> Colors)
{
    public const int Size = 16;

    public const uint Transparent = 0;

    /// <summary>What cards are drawn with when neither they nor their collection say.</summary>
    public static readonly Palette Default = new("pixpax-default",
    [
        Transparent, 0xFF1A1C2C, 0xFFF4F4F4, 0xFF94B0C2, 0xFF566C86, 0xFF333C57, 0xFFB13E53, 0xFFEF7D57,
        0xFFFFCD75, 0xFFA7F070, 0xFF38B764, 0xFF257179, 0xFF29366F, 0xFF3B5DC9, 0xFF41A6F6, 0xFF8B5A3C,
    ]);

    public static bool IsOpaque(uint color) => color >> 24 == 0xFF;
}
