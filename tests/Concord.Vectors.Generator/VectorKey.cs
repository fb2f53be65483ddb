using System.Security.Cryptography;
using System.Text;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Org.BouncyCastle.Asn1.X9;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;

namespace Concord.Vectors.Generator;

/// <summary>
/// A TEST-ONLY key: its private half is SHA-256 of a public sentence, so everybody has it and it protects nothing. Its signatures
/// are deterministic (RFC 6979), so that the vectors can be made again, byte for byte.
/// </summary>
public sealed class VectorKey : IReceiptSigner
{
    private static readonly X9ECParameters Curve = ECNamedCurveTable.GetByName("P-256");
    private readonly ECPrivateKeyParameters _key;

    public VectorKey(string name)
    {
        Name = name;
        var scalar = new BigInteger(1, SHA256.HashData(Encoding.ASCII.GetBytes($"concord test vectors, not a secret: {name}"))).Mod(Curve.N);
        _key = new ECPrivateKeyParameters(scalar, new ECDomainParameters(Curve));
        var point = Curve.G.Multiply(scalar).GetEncoded(compressed: false);
        PublicKey = PublicKey.FromSpki([.. Convert.FromHexString("3059301306072A8648CE3D020106082A8648CE3D030107034200"), .. point]);
    }

    public string Name { get; }

    public PublicKey PublicKey { get; }

    public PublicKeyId Id => PublicKey.Id;

    public string Base64 => Convert.ToBase64String(PublicKey.Spki.Span);

    public ReceiptSignature Sign(Sha256Hash digest)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(forSigning: true, _key);
        var numbers = signer.GenerateSignature(digest.Bytes.ToArray());
        return ReceiptSignature.TryFromP1363([.. Bytes(numbers[0]), .. Bytes(numbers[1])], out var signature) ? signature.ToLowS() : throw new InvalidOperationException();
    }

    /// <summary>The variant that everybody can make of a signature, s → n − s.</summary>
    public static ReceiptSignature HighS(ReceiptSignature low)
    {
        var s = Curve.N.Subtract(new BigInteger(1, low.Bytes[32..].ToArray()));
        return ReceiptSignature.TryFromP1363([.. low.Bytes[..32], .. Bytes(s)], out var high) && !high.IsLowS ? high : throw new InvalidOperationException();
    }

    public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Sha256Hash> digests, CancellationToken cancellationToken = default) =>
        new([.. digests.Select(Sign)]);

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = number.ToByteArrayUnsigned();
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}
