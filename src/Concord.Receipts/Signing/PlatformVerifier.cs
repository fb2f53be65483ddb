using System.Security.Cryptography;

namespace Concord.Receipts.Signing;

/// <summary>Verifies with the platform's ECDSA: OpenSSL, CNG or Apple's.</summary>
internal sealed class PlatformVerifier : IDigestVerifier
{
    private readonly ECDsa _key;

    private PlatformVerifier(ECDsa key) => _key = key;

    public static PlatformVerifier? TryImport(ReadOnlySpan<byte> spki)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out _);
            return new PlatformVerifier(key);
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    public bool Verify(ReadOnlySpan<byte> digest, ReadOnlySpan<byte> signature) =>
        _key.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
