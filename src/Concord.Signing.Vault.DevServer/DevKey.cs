using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>A key with its versions, in memory. Callers hold its lock.</summary>
internal sealed class DevKey(string name, string type, string? seed)
{
    private readonly List<(ECDsa? Key, DateTimeOffset Created)> _versions = [];

    public Lock Lock { get; } = new();

    public string Name => name;

    public string Type => type;

    public bool Signs => type == "ecdsa-p256";

    public int LatestVersion => _versions.Count;

    public int MinAvailableVersion { get; set; }

    public int MinDecryptionVersion { get; set; } = 1;

    public int MinEncryptionVersion { get; set; }

    public bool Exportable { get; set; }

    public bool AllowPlaintextBackup { get; set; }

    public bool DeletionAllowed { get; set; }

    public int AutoRotatePeriod { get; set; }

    public ECDsa this[int version] => _versions[version - 1].Key!;

    public void Rotate(DateTimeOffset now) => _versions.Add((Signs ? NewKey(LatestVersion + 1) : null, now));

    public string Pem(int version) => this[version].ExportSubjectPublicKeyInfoPem() + "\n";

    public JsonObject ToJson()
    {
        var keys = new JsonObject();
        for (var version = MinDecryptionVersion; version <= LatestVersion; version++)
        {
            var created = _versions[version - 1].Created;
            keys[version.ToString(CultureInfo.InvariantCulture)] = Signs
                ? new JsonObject
                {
                    ["name"] = "P-256",
                    ["public_key"] = Pem(version),
                    ["certificate_chain"] = "",
                    ["creation_time"] = created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture),
                }
                : created.ToUnixTimeSeconds();
        }
        return new JsonObject
        {
            ["name"] = name,
            ["type"] = type,
            ["derived"] = false,
            ["deletion_allowed"] = DeletionAllowed,
            ["min_available_version"] = MinAvailableVersion,
            ["min_decryption_version"] = MinDecryptionVersion,
            ["min_encryption_version"] = MinEncryptionVersion,
            ["latest_version"] = LatestVersion,
            ["exportable"] = Exportable,
            ["allow_plaintext_backup"] = AllowPlaintextBackup,
            ["supports_encryption"] = !Signs,
            ["supports_decryption"] = !Signs,
            ["supports_signing"] = Signs,
            ["supports_derivation"] = !Signs,
            ["auto_rotate_period"] = AutoRotatePeriod,
            ["imported_key"] = false,
            ["soft_deleted"] = false,
            ["keys"] = keys,
        };
    }

    // Seeded, for development only: the private number is the hash of what anyone may read.
    private ECDsa NewKey(int version) => seed is null
        ? ECDsa.Create(ECCurve.NamedCurves.nistP256)
        : ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            D = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}|{name}|{version}"))),
        });
}
