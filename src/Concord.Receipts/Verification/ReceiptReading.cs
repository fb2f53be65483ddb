using Concord.Receipts.Keys;
using Concord.Receipts.Sealing;

namespace Concord.Receipts.Verification;

/// <summary>
/// What can be told of a receipt by itself: where its members stand or why it is none, the hash of its bytes, and, where its key is
/// known, whether the signature is good. The place in a stream, who may sign and which key was valid are for <see cref="StreamVerifier"/>.
/// </summary>
internal struct ReceiptReading
{
    public ReceiptFault? Fault;
    public ReceiptLayout Layout;
    public ReceiptHash Hash;

    /// <summary>Whether the key that the receipt names made the signature; null when that was not tried.</summary>
    public bool? IsSignatureGood;

    /// <summary>Reads a receipt. Depends on nothing but its arguments, so that receipts can be read in any order, on any thread.</summary>
    /// <param name="receipt">The stored bytes.</param>
    /// <param name="keys">Keys to verify the signature with; null to leave it alone.</param>
    /// <param name="reading">What was found.</param>
    public static void Read(ReadOnlySpan<byte> receipt, KeyRing? keys, out ReceiptReading reading)
    {
        reading = default;
        reading.Fault = ReceiptParser.TryParse(receipt, out reading.Layout);
        if (reading.Fault is not null)
            return;
        reading.Hash = ReceiptHasher.Compute(receipt, reading.Layout);
        if (reading.Hash == reading.Layout.Hash && keys?.Find(reading.Layout.PublicKeyId) is { } key)
            reading.IsSignatureGood = key.Verify(reading.Hash.Value, reading.Layout.Signature);
    }
}
