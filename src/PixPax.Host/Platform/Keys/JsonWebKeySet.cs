using System.Buffers.Text;
using System.Text.Json.Serialization;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;

namespace PixPax.Host.Platform.Keys;

/// <summary>Public keys as JOSE libraries read them (RFC 7517, section 5; RFC 7518, section 6.2), oldest first.</summary>
internal sealed record JsonWebKeySet(IReadOnlyList<JsonWebKey> Keys)
{
    /// <summary>The keys of a history but for those that ended: a set has no way to say up to where a key is good.</summary>
    public static JsonWebKeySet Of(KeyHistory history) => new([.. history.Keys.Where(key => key.End is null).Select(key => JsonWebKey.Of(key.PublicKey))]);
}

/// <param name="Kid">The <c>publicKeyId</c> of receipts.</param>
/// <param name="Kty">The type of key.</param>
/// <param name="Crv">The curve.</param>
/// <param name="X">The point's x, 32 bytes, base64url.</param>
/// <param name="Y">The point's y, 32 bytes, base64url.</param>
/// <param name="Use">What it is for.</param>
/// <param name="Alg">ECDSA on P-256 with SHA-256.</param>
internal sealed record JsonWebKey(string Kid, string Kty, string Crv, string X, string Y, string Use, string Alg)
{
    private const int CoordinateBytes = 32;

    // The last 64 bytes of the SubjectPublicKeyInfo are the point's coordinates.
    public static JsonWebKey Of(PublicKey key) => new(key.Id.ToString(), "EC", "P-256",
        Base64Url.EncodeToString(key.Spki.Span[^(2 * CoordinateBytes)..^CoordinateBytes]), Base64Url.EncodeToString(key.Spki.Span[^CoordinateBytes..]), "sig", "ES256");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JsonWebKeySet))]
internal sealed partial class KeysJson : JsonSerializerContext;
