using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Security;

namespace Concord.Receipts.Signing;

/// <summary>Verifies with BouncyCastle, in managed code: some thirteen times slower, and everywhere.</summary>
internal sealed class ManagedVerifier : IDigestVerifier
{
    private readonly ECPublicKeyParameters _key;

    private ManagedVerifier(ECPublicKeyParameters key) => _key = key;

    public static ManagedVerifier? TryImport(ReadOnlySpan<byte> spki)
    {
        try
        {
            return new ManagedVerifier((ECPublicKeyParameters)PublicKeyFactory.CreateKey(spki.ToArray()));
        }
        catch (Exception exception) when (exception is ArgumentException or ArithmeticException or InvalidOperationException)
        {
            // The point is not on the curve.
            return null;
        }
    }

    public bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature)
    {
        var signer = new ECDsaSigner();
        signer.Init(forSigning: false, _key);
        return signer.VerifySignature(digest.ToArray(), new BigInteger(1, signature[..32]), new BigInteger(1, signature[32..]));
    }
}
