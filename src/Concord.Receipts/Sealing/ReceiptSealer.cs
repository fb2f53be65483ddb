using System.Buffers;
using System.Diagnostics;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Telemetry;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Sealing;

/// <summary>Turns drafts into receipts: places them in the chain, canonicalizes, hashes all, signs all in one batch.</summary>
/// <remarks>Pure but for the signer: nothing is stored here.</remarks>
public static class ReceiptSealer
{
    /// <summary>Seals the drafts of one command as one commit.</summary>
    /// <param name="place">The stream, its head, the command's key and request hash, and the writer's clock reading.</param>
    /// <param name="drafts">1 to <see cref="ReceiptLimits.CommitReceipts"/> drafts.</param>
    /// <param name="identityId">Who signs.</param>
    /// <param name="signer">The key that signs.</param>
    /// <param name="cancellationToken">Passed to the signer.</param>
    /// <returns>The receipts in stream order.</returns>
    /// <exception cref="ReceiptFormatException">A draft is not JSON, holds private key material, or breaks a limit.</exception>
    /// <exception cref="SigningException">The signer failed, or answered with signatures that its own public key does not verify.</exception>
    public static async ValueTask<IReadOnlyList<SealedReceipt>> SealAsync(
        ReceiptPlace place, IReadOnlyList<ReceiptDraft> drafts, string identityId, IReceiptSigner signer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(place);
        ArgumentNullException.ThrowIfNull(drafts);
        ArgumentNullException.ThrowIfNull(signer);
        if (drafts.Count is < 1 or > ReceiptLimits.CommitReceipts)
            throw new ReceiptFormatException(FailureKind.TooLarge, $"A commit has 1 to {ReceiptLimits.CommitReceipts} receipts, not {drafts.Count}.");

        var issuer = new Issuer(identityId, signer.PublicKey.Id);
        var unsigned = new UnsignedReceipt[drafts.Count];
        var digests = new Sha256Hash[drafts.Count];
        var (version, prevEventId, prevHash) = (place.HeadVersion, place.HeadEventId, place.HeadHash);
        for (var i = 0; i < unsigned.Length; i++)
        {
            // Hashes chain, so they come one after the other; signatures do not, so they come in one batch afterwards.
            var eventId = EventId.Next(prevEventId, place.Now, place.Random.Span);
            unsigned[i] = Write(place, drafts[i], issuer, new CommitPosition(unsigned.Length, i), ++version, eventId, prevEventId, prevHash);
            digests[i] = unsigned[i].Hash.Value;
            (prevEventId, prevHash) = (eventId, unsigned[i].Hash);
        }

        var signatures = await SignAsync(signer, digests, cancellationToken).ConfigureAwait(false);
        if (signatures.Count != digests.Length)
            throw new SigningException($"The signer was given {digests.Length} digests and answered with {signatures.Count} signatures.", isTransient: false);

        var receipts = new SealedReceipt[unsigned.Length];
        for (var i = 0; i < receipts.Length; i++)
        {
            // A wrong key version, or a signer that lies, must never enter a chain: what is stored cannot be changed later.
            var signature = signatures[i].ToLowS();
            if (!signer.PublicKey.Verify(digests[i], signature))
                throw new SigningException($"The signer's signature does not verify with its own public key {signer.PublicKey.Id}.", isTransient: false);
            // Reading back with the verifier's own parser: nothing is committed that the format would refuse.
            receipts[i] = SealedReceipt.Parse(unsigned[i].Sign(signature));
        }
        return receipts;
    }

    private static async ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReceiptSigner signer, Sha256Hash[] digests, CancellationToken cancellationToken)
    {
        using var span = Instruments.Spans.StartActivity(ReceiptsSpans.Sign, ActivityKind.Client);
        span?.SetTag(ReceiptsAttributes.Receipts, digests.Length);
        var began = Stopwatch.GetTimestamp();
        try
        {
            var signatures = await signer.SignAsync(digests, cancellationToken).ConfigureAwait(false);
            Instruments.SigningDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
            return signatures;
        }
        catch (Exception exception)
        {
            Instruments.SigningDuration.Record(
                Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>(ReceiptsAttributes.ErrorType, Instruments.ErrorType(exception)));
            span.Fail(exception);
            throw;
        }
    }

    private static UnsignedReceipt Write(
        ReceiptPlace place, ReceiptDraft draft, Issuer issuer, CommitPosition commit, long version, EventId eventId, EventId? prevEventId, ReceiptHash? prevHash)
    {
        // The members in canonical order. The two that are not hashed are left out here and put in by Sign.
        var json = new ArrayBufferWriter<byte>(draft.Payload.Length + 1024);
        json.Write("{\"commit\":{\"count\":"u8);
        json.Write(commit.Count);
        json.Write(",\"index\":"u8);
        json.Write(commit.Index);
        json.Write("},\"createdAt\":\""u8);
        json.Write(place.Now);
        json.Write("\",\"eventId\":\""u8);
        json.Write(eventId);
        json.Write("\","u8);
        var hashAt = json.WrittenCount;
        json.Write("\"idempotencyKey\":\""u8);
        json.Write(place.IdempotencyKey.Value);
        json.Write("\",\"issuer\":{\"identityId\":\""u8);
        json.Write(issuer.IdentityId);
        json.Write("\",\"publicKeyId\":\""u8);
        json.Write(issuer.PublicKeyId.Value);
        json.Write("\"},\"payload\":"u8);
        WritePayload(draft, json);
        json.Write(",\"prevEventId\":"u8);
        WriteNullable(json, prevEventId);
        json.Write(",\"prevHash\":"u8);
        WriteNullable(json, prevHash);
        json.Write(",\"requestHash\":\""u8);
        json.Write(place.RequestHash);
        json.Write("\",\"schemaVersion\":1,"u8);
        var signatureAt = json.WrittenCount;
        json.Write("\"stream\":"u8);
        json.Write(place.Stream.Json);
        json.Write(",\"streamVersion\":"u8);
        json.Write(version);
        json.Write(",\"type\":\""u8);
        json.Write(draft.Type);
        json.Write("\"}"u8);
        return new UnsignedReceipt(json.WrittenMemory, hashAt, signatureAt);
    }

    private static void WritePayload(ReceiptDraft draft, ArrayBufferWriter<byte> json)
    {
        var start = json.WrittenCount;
        if (!JsonCanonicalizer.TryCanonicalize(draft.Payload.Span, json, out var error, JsonRules.Receipt))
            throw new ReceiptFormatException(error.Fault == JsonFault.TooDeep ? FailureKind.TooLarge : FailureKind.Malformed, $"The payload of a {draft.Type} draft is not acceptable JSON: {error.Fault} at byte {error.Offset}.");
        if (PrivateKeyMaterial.TryFind(json.WrittenSpan[start..], out var pointer, out var kind))
            throw ReceiptFormatException.PrivateKey(pointer, kind);
    }

    private static void WriteNullable(ArrayBufferWriter<byte> json, EventId? id)
    {
        if (id is not { } value)
        {
            json.Write("null"u8);
            return;
        }
        json.Write("\""u8);
        json.Write(value);
        json.Write("\""u8);
    }

    private static void WriteNullable(ArrayBufferWriter<byte> json, ReceiptHash? hash)
    {
        if (hash is not { Value: var value })
        {
            json.Write("null"u8);
            return;
        }
        json.Write("\""u8);
        json.Write(value);
        json.Write("\""u8);
    }

    /// <summary>The bytes that are hashed, and where in them the two missing members go.</summary>
    private readonly struct UnsignedReceipt(ReadOnlyMemory<byte> bytes, int hashAt, int signatureAt)
    {
        public ReceiptHash Hash { get; } = new(Sha256Hash.Of(bytes.Span));

        public byte[] Sign(ReceiptSignature signature)
        {
            Span<byte> hashMember = stackalloc byte["\"hash\":\"\","u8.Length + Sha256Hash.TextLength];
            "\"hash\":\""u8.CopyTo(hashMember);
            Hash.Value.Format(hashMember["\"hash\":\""u8.Length..]);
            "\","u8.CopyTo(hashMember[^2..]);

            Span<byte> signatureMember = stackalloc byte["\"signature\":\"\","u8.Length + ReceiptSignature.TextLength];
            "\"signature\":\""u8.CopyTo(signatureMember);
            signature.Format(signatureMember["\"signature\":\""u8.Length..]);
            "\","u8.CopyTo(signatureMember[^2..]);

            var unsigned = bytes.Span;
            var receipt = new byte[unsigned.Length + hashMember.Length + signatureMember.Length];
            // Not a collection expression: of spans, that one grows byte by byte.
            var rest = Put(unsigned[..hashAt], receipt);
            rest = Put(hashMember, rest);
            rest = Put(unsigned[hashAt..signatureAt], rest);
            rest = Put(signatureMember, rest);
            Put(unsigned[signatureAt..], rest);
            return receipt;
        }

        private static Span<byte> Put(scoped ReadOnlySpan<byte> part, Span<byte> destination)
        {
            part.CopyTo(destination);
            return destination[part.Length..];
        }
    }
}
