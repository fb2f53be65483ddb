namespace Concord.Receipts;

/// <summary>Crockford base 32, upper case, without the look-alikes that the lenient decoder would accept.</summary>
internal static class Crockford
{
    public static ReadOnlySpan<byte> Alphabet => "0123456789ABCDEFGHJKMNPQRSTVWXYZ"u8;

    // Index: ASCII code less '0'. -1 where the character is no digit (I, L, O, U, everything else).
    private static ReadOnlySpan<sbyte> Digits =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, -1, -1, -1, -1, -1, -1, -1,
        10, 11, 12, 13, 14, 15, 16, 17, -1, 18, 19, -1, 20, 21, -1, 22, 23, 24, 25, 26, -1, 27, 28, 29, 30, 31,
    ];

    public static int DigitOf(byte character)
    {
        var index = character - '0';
        return (uint)index < (uint)Digits.Length ? Digits[index] : -1;
    }
}
