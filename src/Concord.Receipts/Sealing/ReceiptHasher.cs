using System.Buffers;
using System.Runtime.CompilerServices;
using Concord.Receipts.Hashing;

namespace Concord.Receipts.Sealing;

/// <summary>Hashes a receipt: SHA-256 over its canonical bytes less <c>hash</c> and <c>signature</c>.</summary>
/// <remarks>
/// Canonical members are sorted, so leaving two of them out of the canonical bytes gives the canonical bytes without them:
/// nothing is serialised anew.
/// </remarks>
internal static class ReceiptHasher
{
    private const int StackLimit = 2048;

    // Clearing 2 KB first costs as much as copying a receipt into it.
    [SkipLocalsInit]
    public static ReceiptHash Compute(ReadOnlySpan<byte> receipt, in ReceiptLayout layout)
    {
        var length = receipt.Length - layout.HashMember.Length - layout.SignatureMember.Length;
        byte[]? rented = null;
        // One contiguous copy beats three incremental updates: a receipt is small and a hash call has a fixed cost.
        var unsigned = length <= StackLimit ? stackalloc byte[StackLimit] : rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var betweenStart = layout.HashMember.Start + layout.HashMember.Length;
            var afterStart = layout.SignatureMember.Start + layout.SignatureMember.Length;
            receipt[..layout.HashMember.Start].CopyTo(unsigned);
            var at = layout.HashMember.Start;
            receipt[betweenStart..layout.SignatureMember.Start].CopyTo(unsigned[at..]);
            at += layout.SignatureMember.Start - betweenStart;
            receipt[afterStart..].CopyTo(unsigned[at..]);
            return new ReceiptHash(Sha256Hash.Of(unsigned[..length]));
        }
        finally
        {
            if (rented is not null)
                ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
