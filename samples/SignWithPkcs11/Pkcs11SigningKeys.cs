using System.Formats.Asn1;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Concord.Receipts.Signing;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace SignWithPkcs11;

/// <summary>Keeps P-256 keys in a token (PKCS#11 2.40): labelled <c>{name}.{version}</c>, sensitive, never extractable.</summary>
/// <remarks>A token makes two keys of one label without a word: only one process at a time may make keys.</remarks>
internal sealed class Pkcs11SigningKeys : ISigningKeys, IDisposable
{
    // prime256v1 (RFC 5480, section 2.1.1.1), as DER.
    private static readonly byte[] P256 = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];

    private readonly Lock _lock = new();
    private readonly IPkcs11Library _library;
    private readonly ISession _session;

    // Pkcs11Interop asks for libdl, which a glibc of today has under its versioned name alone.
    static Pkcs11SigningKeys() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, (name, assembly, path) =>
        name == "libdl" && NativeLibrary.TryLoad("libdl.so.2", out var handle) ? handle : IntPtr.Zero);

    /// <param name="library">The token's library, such as <c>libsofthsm2.so</c>.</param>
    /// <param name="token">The token's label.</param>
    /// <param name="pin">The user's PIN.</param>
    public Pkcs11SigningKeys(string library, string token, string pin)
    {
        var factories = new Pkcs11InteropFactories();
        _library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, library, AppType.MultiThreaded);
        var slot = _library.GetSlotList(SlotsType.WithTokenPresent).Find(slot => slot.GetTokenInfo().Label == token)
            ?? throw new SigningException($"There is no token '{token}'.", isTransient: false);
        _session = slot.OpenSession(SessionType.ReadWrite);
        _session.Login(CKU.CKU_USER, pin);
    }

    public string Provider => "pkcs11";

    public ValueTask<IReceiptSigner> CreateAsync(string name, int version, CancellationToken cancellationToken = default) => Use(() =>
    {
        var label = Label(name, version);
        // The public half alone is what is left of a key that was disabled.
        if (Find(label, CKO.CKO_PUBLIC_KEY) is null)
            Generate(label);
        return Open(label);
    });

    public ValueTask<IReceiptSigner> OpenAsync(string name, int version, CancellationToken cancellationToken = default) => Use(() => Open(Label(name, version)));

    public ValueTask DisableAsync(string name, int version, CancellationToken cancellationToken = default)
    {
        _ = Locked(() =>
        {
            // For good: the private half is nowhere else.
            if (Find(Label(name, version), CKO.CKO_PRIVATE_KEY) is { } key)
                _session.DestroyObject(key);
            return true;
        });
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _session.Dispose();
        _library.Dispose();
    }

    private static string Label(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"{name}.{version}");

    private Signer Open(string label)
    {
        var key = Find(label, CKO.CKO_PRIVATE_KEY) ?? throw new SigningException($"The token has no private key {label}; it was disabled, or never made.", isTransient: false);
        var attribute = _session.GetAttributeValue(Find(label, CKO.CKO_PUBLIC_KEY), [CKA.CKA_EC_POINT])[0];
        // The point is an OCTET STRING: 04, x, y.
        var point = AsnDecoder.ReadOctetString(attribute.GetValueAsByteArray(), AsnEncodingRules.DER, out _);
        using var publicKey = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        return new Signer(this, key, PublicKey.FromSpki(publicKey.ExportSubjectPublicKeyInfo()));
    }

    private void Generate(string label)
    {
        var attributes = _session.Factories.ObjectAttributeFactory;
        List<IObjectAttribute> open = [attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_LABEL, label), attributes.Create(CKA.CKA_VERIFY, true), attributes.Create(CKA.CKA_EC_PARAMS, P256)];
        List<IObjectAttribute> secret =
        [
            attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_LABEL, label), attributes.Create(CKA.CKA_PRIVATE, true),
            attributes.Create(CKA.CKA_SENSITIVE, true), attributes.Create(CKA.CKA_EXTRACTABLE, false), attributes.Create(CKA.CKA_SIGN, true),
        ];
        _session.GenerateKeyPair(_session.Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN), open, secret, out _, out _);
    }

    private IObjectHandle? Find(string label, CKO kind)
    {
        var attributes = _session.Factories.ObjectAttributeFactory;
        return _session.FindAllObjects([attributes.Create(CKA.CKA_CLASS, kind), attributes.Create(CKA.CKA_LABEL, label)]).FirstOrDefault();
    }

    // A session does one thing at a time.
    private T Locked<T>(Func<T> what)
    {
        try
        {
            lock (_lock)
                return what();
        }
        catch (Pkcs11Exception exception)
        {
            throw new SigningException($"The token failed: {exception.RV}.", isTransient: exception.RV is CKR.CKR_DEVICE_ERROR or CKR.CKR_TOKEN_NOT_PRESENT, exception);
        }
    }

    private ValueTask<T> Use<T>(Func<T> what) => new(Locked(what));

    private ValueTask<IReceiptSigner> Use(Func<Signer> what) => new(Locked(what));

    private sealed class Signer(Pkcs11SigningKeys keys, IObjectHandle key, PublicKey publicKey) : IReceiptSigner
    {
        public PublicKey PublicKey => publicKey;

        // CKM_ECDSA signs a digest as it is, and answers r and s of 32 bytes each. Sealing normalises s and verifies.
        public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Concord.Receipts.Hashing.Sha256Hash> digests, CancellationToken cancellationToken = default) =>
            keys.Use<IReadOnlyList<ReceiptSignature>>(() => [.. digests.Select(digest =>
            {
                var bytes = keys._session.Sign(keys._session.Factories.MechanismFactory.Create(CKM.CKM_ECDSA), key, digest.Bytes.ToArray());
                return ReceiptSignature.TryFromP1363(bytes, out var signature) ? signature : throw new SigningException("The token answered with what is no signature on P-256.", isTransient: false);
            })]);
    }
}
