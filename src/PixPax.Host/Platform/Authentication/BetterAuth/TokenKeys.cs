using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>The keys of a JSON Web Key Set (RFC 7517) that tokens may be signed with here: P-256, by their <c>kid</c>.</summary>
internal sealed class TokenKeys
{
    public const int MaxBytes = 64 * 1024;

    private const int MaxKeys = 32;
    private const int CoordinateBytes = 32;

    private readonly FrozenDictionary<string, JsonWebKey> _keys;

    private TokenKeys(FrozenDictionary<string, JsonWebKey> keys) => _keys = keys;

    public int Count => _keys.Count;

    public JsonWebKey? Find(string kid) => _keys.GetValueOrDefault(kid);

    /// <summary>Reads a key set. Keys of other kinds are passed over: better-auth may serve them for others.</summary>
    /// <param name="json">The key set.</param>
    /// <param name="before">The keys as they were: one that has not changed stays the same object.</param>
    /// <exception cref="FormatException">It is no key set.</exception>
    public static TokenKeys Parse(ReadOnlyMemory<byte> json, TokenKeys? before)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var keys = new Dictionary<string, JsonWebKey>(StringComparer.Ordinal);
            foreach (var member in document.RootElement.GetProperty("keys").EnumerateArray())
            {
                if (keys.Count == MaxKeys) break;
                if (Read(member) is not { } key) continue;

                // Two keys of one name: neither can be meant.
                if (!keys.TryAdd(key.Kid, IsSame(before?.Find(key.Kid), key) ? before!.Find(key.Kid)! : key))
                    throw new FormatException("Two keys of the key set have one kid.");
            }

            return new TokenKeys(keys.ToFrozenDictionary(StringComparer.Ordinal));
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The answer is no JSON Web Key Set.", exception);
        }
    }

    private static JsonWebKey? Read(JsonElement key)
    {
        if (Text(key, "kty") != "EC" || Text(key, "crv") != "P-256" || Text(key, "kid") is not { Length: > 0 and <= 200 } kid) return null;
        if (Text(key, "alg") is not (null or SecurityAlgorithms.EcdsaSha256) || Text(key, "use") is not (null or "sig")) return null;
        return Text(key, "x") is { } x && Text(key, "y") is { } y && IsPoint(x, y)
            ? new JsonWebKey { Kty = "EC", Crv = "P-256", Alg = SecurityAlgorithms.EcdsaSha256, X = x, Y = y, Kid = kid }
            : null;
    }

    private static bool IsPoint(string x, string y)
    {
        try
        {
            var point = new ECPoint { X = Base64UrlEncoder.DecodeBytes(x), Y = Base64UrlEncoder.DecodeBytes(y) };
            if (point.X.Length != CoordinateBytes || point.Y.Length != CoordinateBytes) return false;
            using var ecdsa = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
            return true;
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException)
        {
            return false;
        }
    }

    private static bool IsSame(JsonWebKey? one, JsonWebKey other) => one is not null && one.X == other.X && one.Y == other.Y;

    private static string? Text(JsonElement key, string name) =>
        key.TryGetProperty(name, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : "" : null;
}
