using System.Buffers.Binary;

namespace Concord.Receipts.Canonicalization;

/// <summary>The order of RFC 8785, section 3.2.3, on names in UTF-8: by UTF-16 code units, without a conversion to UTF-16.</summary>
/// <remarks>
/// Bytes of UTF-8 order by code point. UTF-16 differs in one thing: a supplementary character starts with a surrogate
/// (D800 to DBFF), so it sorts before U+E000 to U+FFFF. In bytes: the leads F0 to F4 sort before the leads EE and EF.
/// </remarks>
internal static class NameOrder
{
    const int KeyLength = sizeof(ulong);
    const ulong NonAscii = 0x8080_8080_8080_8080;

    /// <summary>Returns a number whose order agrees with the order of names wherever the numbers of two names differ.</summary>
    public static ulong Key(ReadOnlySpan<byte> source, int start, int length)
    {
        ulong key;
        if (source.Length - start >= KeyLength)
        {
            key = BinaryPrimitives.ReadUInt64BigEndian(source[start..]);
            if (length < KeyLength)
                key = length == 0 ? 0 : key & (ulong.MaxValue << (8 * (KeyLength - length)));
        }
        else
        {
            key = 0;
            for (int i = 0; i < length; i++)
                key |= (ulong)source[start + i] << (8 * (KeyLength - 1 - i));
        }

        return (key & NonAscii) == 0 ? key : Reweigh(key);
    }

    /// <summary>Compares two names of valid UTF-8.</summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int common = a.CommonPrefixLength(b);
        return common == a.Length || common == b.Length
            ? a.Length.CompareTo(b.Length)
            : Weight(a[common]).CompareTo(Weight(b[common]));
    }

    static ulong Reweigh(ulong key)
    {
        ulong weights = 0;
        for (int shift = 8 * (KeyLength - 1); shift >= 0; shift -= 8)
            weights |= (ulong)Weight((byte)(key >> shift)) << shift;
        return weights;
    }

    // FE and FF are free: they do not occur in UTF-8.
    static byte Weight(byte b) => b is 0xEE or 0xEF ? (byte)(b + 0x10) : b;
}
