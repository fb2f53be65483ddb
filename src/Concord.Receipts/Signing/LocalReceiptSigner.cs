using System.Security.Cryptography;
using Concord.Receipts.Hashing;

namespace Concord.Receipts.Signing;

/// <summary>Signs with a P-256 private key in this process's memory: for development, tests and single machines.</summary>
/// <remarks>Production keys belong in a signer that does not export them.</remarks>
public sealed class LocalReceiptSigner : IReceiptSigner, IDisposable
{
    private readonly ECDsa _key;

    /// <summary>Takes over a P-256 private key.</summary>
    /// <param name="key">Disposed with this signer.</param>
    /// <exception cref="ArgumentException">The key is on another curve.</exception>
    public LocalReceiptSigner(ECDsa key)
    {
        ArgumentNullException.ThrowIfNull(key);
        PublicKey = PublicKey.TryFromSpki(key.ExportSubjectPublicKeyInfo(), out var publicKey)
            ? publicKey
            : throw new ArgumentException("Receipts are signed with keys on the curve P-256.", nameof(key));
        _key = key;
    }

    /// <summary>Makes a signer with a new random key that is kept nowhere.</summary>
    public static LocalReceiptSigner CreateEphemeral() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(digests);
        cancellationToken.ThrowIfCancellationRequested();
        var signatures = new ReceiptSignature[digests.Count];
        for (var i = 0; i < signatures.Length; i++)
        {
            if (!TrySign(digests[i], out signatures[i]))
                throw new SigningException("The platform's ECDSA gave no signature: the key may lack its private half.", isTransient: false);
        }
        return new(signatures);
    }

    private bool TrySign(Sha256Hash digest, out ReceiptSignature signature)
    {
        signature = default;
        Span<byte> bytes = stackalloc byte[ReceiptSignature.Size];
        try
        {
            return _key.TrySignHash(digest.Bytes, bytes, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out _)
                && ReceiptSignature.TryFromP1363(bytes, out signature);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Exports the private key as PKCS#8 PEM (RFC 7468). For the key file only.</summary>
    internal string ExportPem() => _key.ExportPkcs8PrivateKeyPem();

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
