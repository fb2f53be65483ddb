using System.Text;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Concord.Testing;

/// <summary>Signs with a key that follows from a name, always with the same signature (RFC 6979): receipts are the same in every run.</summary>
/// <remarks>The key is as secret as its name. Never outside of tests.</remarks>
public sealed class FixedSigner : IReceiptSigner
{
    private static readonly ECDomainParameters Curve = new(SecNamedCurves.GetByName("secp256r1"));

    private readonly ECPrivateKeyParameters _key;

    /// <summary>Makes the signer of a name.</summary>
    public FixedSigner(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        // 1 to n − 1, whatever the hash.
        var seed = new BigInteger(1, Sha256Hash.Of(Encoding.UTF8.GetBytes("concord test key " + name)).Bytes.ToArray());
        _key = new ECPrivateKeyParameters("ECDSA", seed.Mod(Curve.N.Subtract(BigInteger.One)).Add(BigInteger.One), SecObjectIdentifiers.SecP256r1);
        var publicKey = new ECPublicKeyParameters("ECDSA", Curve.G.Multiply(_key.D).Normalize(), SecObjectIdentifiers.SecP256r1);
        PublicKey = PublicKey.FromSpki(SubjectPublicKeyInfoFactory.CreateSubjectPublicKeyInfo(publicKey).GetDerEncoded());
    }

    /// <inheritdoc/>
    public PublicKey PublicKey { get; }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(digests);
        cancellationToken.ThrowIfCancellationRequested();
        return new([.. digests.Select(Sign)]);
    }

    private ReceiptSignature Sign(Sha256Hash digest)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, _key);
        var parts = signer.GenerateSignature(digest.Bytes.ToArray());
        var bytes = new byte[ReceiptSignature.Size];
        for (var i = 0; i < 2; i++)
        {
            var number = parts[i].ToByteArrayUnsigned();
            number.CopyTo(bytes, ((i + 1) * 32) - number.Length);
        }
        return ReceiptSignature.TryFromP1363(bytes, out var signature) ? signature.ToLowS() : throw new InvalidOperationException("No signature came of it.");
    }
}
