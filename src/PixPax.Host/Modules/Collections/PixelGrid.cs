using System.Diagnostics.CodeAnalysis;

namespace PixPax.Host.Modules.Collections;

/// <summary>The picture of a card: 16×16 palette indexes of four bits, two a byte, the left one in the high half.</summary>
internal sealed class PixelGrid
{
    public const int Size = 16;
    public const int Bytes = Size * Size / 2;

    private readonly byte[] _packed;

    private PixelGrid(byte[] packed) => _packed = packed;

    public int this[int x, int y]
    {
        get
        {
            var pair = _packed[(y * Size + x) / 2];
            return x % 2 == 0 ? pair >> 4 : pair & 0xF;
        }
    }

    /// <summary>The text that it was parsed from.</summary>
    public string ToBase64() => Convert.ToBase64String(_packed);

    /// <summary>Takes standard padded base64 only: the text is hashed, so one picture must have one spelling.</summary>
    public static bool TryParse(string base64, [NotNullWhen(true)] out PixelGrid? grid)
    {
        grid = null;
        var packed = new byte[Bytes];
        if (!Convert.TryFromBase64String(base64, packed, out var written) || written != Bytes) return false;
        if (Convert.ToBase64String(packed) != base64) return false;

        grid = new PixelGrid(packed);
        return true;
    }
}
