using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Concord.Receipts.Hashing;
using Concord.Receipts.Sealing;
using Concord.Receipts.Signing;

namespace Concord.Receipts;

/// <summary>Represents a receipt in its final, canonical bytes: what is hashed is what is signed is what is stored is what is served.</summary>
/// <remarks>
/// The type says that the bytes are well-formed and canonical. It does not say that the hash, the signature or the place in the
/// chain are good: that is what <see cref="Verification.StreamVerifier"/> finds out. Immutable.
/// </remarks>
public sealed class SealedReceipt
{
    private readonly ReceiptLayout _layout;

    private SealedReceipt(ReadOnlyMemory<byte> bytes, in ReceiptLayout layout)
    {
        Bytes = bytes;
        _layout = layout;
        Stream = StreamId.TryParse(layout.Stream.Of(bytes.Span), out var stream) ? stream : throw new InvalidOperationException();
        Type = Text(layout.Type);
        Issuer = new Issuer(Text(layout.IdentityId), layout.PublicKeyId);
        IdempotencyKey = IdempotencyKey.Parse(Text(layout.IdempotencyKey));
    }

    /// <summary>Reads a receipt's stored bytes, which must not change afterwards.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out SealedReceipt? receipt, out ReceiptFault fault)
    {
        var found = ReceiptParser.TryParse(bytes.Span, out var layout);
        fault = found ?? default;
        receipt = found is null ? new SealedReceipt(bytes, layout) : null;
        return found is null;
    }

    /// <summary>Reads a receipt's stored bytes, which must not change afterwards.</summary>
    /// <exception cref="ReceiptFormatException">The bytes are not a well-formed, canonical receipt.</exception>
    public static SealedReceipt Parse(ReadOnlyMemory<byte> bytes) =>
        TryParse(bytes, out var receipt, out var fault) ? receipt : throw new ReceiptFormatException(fault.Kind, $"Not a receipt: {fault}.");

    /// <summary>Gets the canonical bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Gets the place in the commit.</summary>
    public CommitPosition Commit => _layout.Commit;

    /// <summary>Gets what the issuer's clock said, UTC: not evidence of time.</summary>
    public DateTimeOffset CreatedAt =>
        DateTimeOffset.ParseExact(CreatedAtText, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    /// <summary>Gets <see cref="CreatedAt"/> as it stands in the receipt.</summary>
    public string CreatedAtText => Text(_layout.CreatedAt);

    /// <summary>Gets the id.</summary>
    public EventId EventId => _layout.EventId;

    /// <summary>Gets the hash that the receipt states.</summary>
    public ReceiptHash Hash => _layout.Hash;

    /// <summary>Gets the key of the command that wrote it.</summary>
    public IdempotencyKey IdempotencyKey { get; }

    /// <summary>Gets who signed.</summary>
    public Issuer Issuer { get; }

    /// <summary>Gets the payload, a canonical JSON object as UTF-8.</summary>
    public ReadOnlyMemory<byte> Payload => _layout.Payload.Of(Bytes);

    /// <summary>Gets the predecessor's id; <see langword="null"/> in the first receipt.</summary>
    public EventId? PrevEventId => _layout.PrevEventId;

    /// <summary>Gets the predecessor's hash; <see langword="null"/> in the first receipt.</summary>
    public ReceiptHash? PrevHash => _layout.PrevHash;

    /// <summary>Gets the hash of the command that wrote it.</summary>
    public Sha256Hash RequestHash => _layout.RequestHash;

    /// <summary>Gets the signature.</summary>
    public ReceiptSignature Signature => _layout.Signature;

    /// <summary>Gets the stream.</summary>
    public StreamId Stream { get; }

    /// <summary>Gets the place in the stream, from 1.</summary>
    public long StreamVersion => _layout.StreamVersion;

    /// <summary>Gets the type.</summary>
    public string Type { get; }

    /// <summary>Parses the payload. Dispose the document.</summary>
    public JsonDocument ReadPayload() => JsonDocument.Parse(Payload, new JsonDocumentOptions { MaxDepth = ReceiptLimits.ReceiptDepth });

    /// <summary>Recomputes the hash from the bytes less the two members that cannot be part of it.</summary>
    public ReceiptHash ComputeHash() => ReceiptHasher.Compute(Bytes.Span, _layout);

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Stream} v{StreamVersion.ToString(CultureInfo.InvariantCulture)} {EventId}";

    private string Text(ReceiptLayout.Slice slice) => Encoding.ASCII.GetString(slice.Of(Bytes.Span));
}
