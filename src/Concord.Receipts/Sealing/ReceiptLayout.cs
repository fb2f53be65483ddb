using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Sealing;

/// <summary>
/// Where the members of a receipt stand in its canonical bytes, with the fixed-size ones decoded. A value: verifying millions
/// of receipts allocates nothing for them.
/// </summary>
internal struct ReceiptLayout
{
    public CommitPosition Commit;
    public Slice CreatedAt;
    public EventId EventId;
    public ReceiptHash Hash;
    public Slice IdempotencyKey;
    public Slice IdentityId;
    public PublicKeyId PublicKeyId;
    public Slice Payload;
    public EventId? PrevEventId;
    public ReceiptHash? PrevHash;
    public Sha256Hash RequestHash;
    public ReceiptSignature Signature;
    public Slice Stream;
    public long StreamVersion;
    public Slice Type;

    /// <summary>The member <c>"hash":"…",</c>: cut out of what is hashed.</summary>
    public Slice HashMember;

    /// <summary>The member <c>"signature":"…",</c>: cut out of what is hashed.</summary>
    public Slice SignatureMember;

    /// <summary>A part of the receipt's bytes.</summary>
    internal readonly record struct Slice(int Start, int Length)
    {
        public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> receipt) => receipt.Slice(Start, Length);

        public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> receipt) => receipt.Slice(Start, Length);
    }
}
