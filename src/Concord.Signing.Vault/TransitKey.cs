using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Concord.Receipts.Signing;

namespace Concord.Signing.Vault;

/// <summary>Represents what Transit says of a key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type; <see cref="P256"/> for keys that sign receipts.</param>
/// <param name="LatestVersion">Its newest version, from 1.</param>
/// <param name="MinEncryptionVersion">The oldest version that signs; 0 for all there are.</param>
/// <param name="IsExportable">Whether the private key can be had: by export or by backup.</param>
/// <param name="PublicKeys">The P-256 public keys by version. Those below <c>min_decryption_version</c> are not told.</param>
public sealed record TransitKey(
    string Name, string Type, int LatestVersion, int MinEncryptionVersion, bool IsExportable, ImmutableSortedDictionary<int, PublicKey> PublicKeys)
{
    /// <summary>The type of keys that sign receipts.</summary>
    public const string P256 = "ecdsa-p256";

    internal int MinDecryptionVersion { get; init; }

    internal static TransitKey Of(string name, KeyBody body)
    {
        var keys = ImmutableSortedDictionary.CreateBuilder<int, PublicKey>();
        if (body.Type == P256)
            foreach (var (number, entry) in body.Keys ?? [])
                if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && ReadPublicKey(entry) is { } key)
                    keys.Add(version, key);
        return new(name, body.Type ?? "", body.LatestVersion, body.MinEncryptionVersion, body.Exportable || body.AllowPlaintextBackup, keys.ToImmutable())
        {
            MinDecryptionVersion = body.MinDecryptionVersion,
        };
    }

    // SubjectPublicKeyInfo as PEM (RFC 7468, section 13).
    private static PublicKey? ReadPublicKey(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object || !entry.TryGetProperty("public_key", out var text)
            || text.ValueKind != JsonValueKind.String || text.GetString() is not { } pem)
            return null;
        Span<byte> spki = stackalloc byte[PublicKey.SpkiLength];
        return PemEncoding.TryFind(pem, out var fields)
            && Convert.TryFromBase64Chars(pem.AsSpan()[fields.Base64Data], spki, out var written)
            && PublicKey.TryFromSpki(spki[..written], out var key) ? key : null;
    }
}
