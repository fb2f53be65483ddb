using System.Buffers.Binary;

namespace Concord.Receipts.Signing;

/// <summary>Arithmetic on 32-byte big-endian scalars against n, the order of P-256 (SEC 2, section 2.4.2).</summary>
internal static class P256Order
{
    private static ReadOnlySpan<byte> Order =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
    ];

    // (n − 1) / 2: n is odd, so s and n − s are never equal and exactly one of them is at most this.
    private static ReadOnlySpan<byte> Half =>
    [
        0x7F, 0xFF, 0xFF, 0xFF, 0x80, 0x00, 0x00, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xDE, 0x73, 0x7D, 0x56, 0xD3, 0x8B, 0xCF, 0x42, 0x79, 0xDC, 0xE5, 0x61, 0x7E, 0x31, 0x92, 0xA8,
    ];

    /// <summary>Whether 1 ≤ scalar &lt; n.</summary>
    public static bool IsInRange(ReadOnlySpan<byte> scalar) => scalar.ContainsAnyExcept((byte)0) && scalar.SequenceCompareTo(Order) < 0;

    /// <summary>Whether scalar ≤ (n − 1) / 2.</summary>
    public static bool IsLow(ReadOnlySpan<byte> scalar) => scalar.SequenceCompareTo(Half) <= 0;

    /// <summary>Replaces the scalar by n − scalar.</summary>
    public static void Negate(Span<byte> scalar)
    {
        ulong borrow = 0;
        for (var limb = 24; limb >= 0; limb -= 8)
        {
            var n = BinaryPrimitives.ReadUInt64BigEndian(Order[limb..]);
            var s = BinaryPrimitives.ReadUInt64BigEndian(scalar[limb..]);
            var difference = (UInt128)n - s - borrow;
            borrow = (ulong)(difference >> 64) & 1;
            BinaryPrimitives.WriteUInt64BigEndian(scalar[limb..], (ulong)difference);
        }
    }
}
