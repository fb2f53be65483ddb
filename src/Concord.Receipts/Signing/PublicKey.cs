using System.Diagnostics.CodeAnalysis;
using Concord.Receipts.Hashing;

namespace Concord.Receipts.Signing;

/// <summary>Represents a P-256 public key: its SubjectPublicKeyInfo DER (RFC 5480, uncompressed point) and its id.</summary>
/// <remarks>
/// The imported key is kept, so verifying costs one primitive operation; importing anew costs twice that again. Where the platform
/// has no ECDSA (a browser) BouncyCastle verifies, with the same verdicts. Safe for concurrent use.
/// </remarks>
public sealed class PublicKey
{
    /// <summary>The length of the SubjectPublicKeyInfo, in bytes.</summary>
    public const int SpkiLength = 91;

    // SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING { 04 ‖ x ‖ y } } up to the point's coordinates.
    private static ReadOnlySpan<byte> SpkiPrefix =>
    [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A,
        0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ];

    private readonly IDigestVerifier _verifier;

    internal PublicKey(byte[] spki, IDigestVerifier verifier)
    {
        Spki = spki;
        _verifier = verifier;
        Id = new PublicKeyId(Sha256Hash.Of(spki));
    }

    /// <summary>Gets the SubjectPublicKeyInfo DER, <see cref="SpkiLength"/> bytes.</summary>
    public ReadOnlyMemory<byte> Spki { get; }

    /// <summary>Gets the id: SHA-256 over <see cref="Spki"/>.</summary>
    public PublicKeyId Id { get; }

    /// <summary>Takes a key: exactly the uncompressed P-256 form, with a point that is on the curve.</summary>
    public static bool TryFromSpki(ReadOnlySpan<byte> spki, [NotNullWhen(true)] out PublicKey? key) =>
        TryFromSpki(spki, isManaged: OperatingSystem.IsBrowser() || IsManagedAskedFor, out key);

    // Where a platform that is no browser has no ECDSA either; and to compare the two.
    private static bool IsManagedAskedFor => AppContext.TryGetSwitch("Concord.Receipts.ManagedEcdsa", out var isManaged) && isManaged;

    internal static bool TryFromSpki(ReadOnlySpan<byte> spki, bool isManaged, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (spki.Length != SpkiLength || !spki.StartsWith(SpkiPrefix))
            return false;
        IDigestVerifier? verifier = isManaged ? ManagedVerifier.TryImport(spki) : PlatformVerifier.TryImport(spki);
        if (verifier is not null)
            key = new PublicKey(spki.ToArray(), verifier);
        return key is not null;
    }

    internal bool IsManaged => _verifier is ManagedVerifier;

    /// <summary>Takes a key.</summary>
    /// <exception cref="FormatException">The bytes are not a P-256 key in uncompressed SubjectPublicKeyInfo form.</exception>
    public static PublicKey FromSpki(ReadOnlySpan<byte> spki) =>
        TryFromSpki(spki, out var key) ? key : throw new FormatException("Not an uncompressed P-256 SubjectPublicKeyInfo of 91 bytes.");

    /// <summary>Verifies a signature over a SHA-256 digest: the primitive, which accepts what ECDSA accepts (either half for s).</summary>
    public bool Verify(Sha256Hash digest, ReceiptSignature signature) => _verifier.Verify(digest.Bytes, signature.Bytes);
}
