using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Benchmarks.Inputs;

/// <summary>
/// A signer whose own public key believes every signature, so that sealing costs what sealing costs: its check of the signer is a
/// signature verification, which is measured elsewhere. Verifiers know the real key.
/// </summary>
internal sealed class UncheckedSigner(IReceiptSigner inner, ReceiptSignature? ready = null) : IReceiptSigner
{
    private readonly ReceiptSignature[] _ready = [ready.GetValueOrDefault()];

    public PublicKey PublicKey { get; } = new(inner.PublicKey.Spki.ToArray(), new Believer());

    /// <summary>Signs with the real key, or answers with the signature that is ready.</summary>
    public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default) =>
        ready is null ? inner.SignAsync(digests, cancellationToken) : new(_ready);

    private sealed class Believer : IDigestVerifier
    {
        public bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) => true;
    }
}
