using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Concord.Signing.Vault.DevServer;

/// <summary>The keys of the mount: create, read, list, rotate, config, trim, delete, export.</summary>
internal sealed partial class DevKeys(string? seed, TimeProvider time)
{
    // Those of Vault and OpenBao that this server does not have.
    private static readonly string[] Others =
    [
        "aes128-gcm96", "chacha20-poly1305", "xchacha20-poly1305", "ed25519", "ecdsa-p384", "ecdsa-p521", "rsa-2048", "rsa-3072", "rsa-4096", "hmac", "managed_key",
    ];

    private readonly ConcurrentDictionary<string, DevKey> _keys = new(StringComparer.Ordinal);

    public DevKey? Find(string name) => _keys.GetValueOrDefault(name);

    public (JsonObject Key, string[]? Warnings) Create(string name, Fields fields)
    {
        if (!KeyName().IsMatch(name))
            throw new Refusal(404, $"no handler for route \"transit/keys/{name}\". route entry found, but no handler for path");
        // What it is unless told: a client that forgets the type gets a key that does not sign.
        var type = fields.Text("type", "aes256-gcm96");
        if (type is not ("aes256-gcm96" or "ecdsa-p256"))
            throw Refusal.Response(Others.Contains(type) ? $"this development server has no keys of type {type}" : $"unknown key type {type}");
        RefusePeriod(fields);
        if (fields.Bool("convergent_encryption") && !fields.Bool("derived"))
            throw Refusal.Response("convergent encryption requires derivation to be enabled");
        if (fields.Bool("derived") && type == "ecdsa-p256")
            throw Refusal.GoError($"key derivation and convergent encryption not supported for keys of type {type}");
        var made = new DevKey(name, type, seed)
        {
            Exportable = fields.Bool("exportable"),
            AllowPlaintextBackup = fields.Bool("allow_plaintext_backup"),
            AutoRotatePeriod = fields.Int("auto_rotate_period"),
        };
        made.Rotate(time.GetUtcNow());
        var key = _keys.GetOrAdd(name, made);
        lock (key.Lock)
            return (key.ToJson(), key == made ? null : [$"key {name} already existed"]);
    }

    public JsonObject Read(string name)
    {
        var key = Find(name) ?? throw Refusal.NotFound();
        lock (key.Lock)
            return key.ToJson();
    }

    public JsonObject List() => _keys.IsEmpty
        ? throw Refusal.NotFound()
        : new JsonObject { ["keys"] = new JsonArray([.. _keys.Keys.Order(StringComparer.Ordinal).Select(name => JsonValue.Create(name))]) };

    public JsonObject Rotate(string name)
    {
        var key = Find(name) ?? throw Refusal.Response("key not found");
        lock (key.Lock)
        {
            key.Rotate(time.GetUtcNow());
            return key.ToJson();
        }
    }

    public (JsonObject Key, string[]? Warnings) Configure(string name, Fields fields)
    {
        var key = Find(name) ?? throw Refusal.Response($"no existing key named {name} could be found");
        RefusePeriod(fields);
        lock (key.Lock)
        {
            string[]? warnings = null;
            var minDecryption = fields.Has("min_decryption_version") ? fields.Int("min_decryption_version") : key.MinDecryptionVersion;
            var minEncryption = fields.Has("min_encryption_version") ? fields.Int("min_encryption_version") : key.MinEncryptionVersion;
            if (minDecryption < 0)
                throw Refusal.Response("min decryption version cannot be negative");
            if (minDecryption == 0)
                (minDecryption, warnings) = (1, ["since Vault 0.3, transit key numbering starts at 1; forcing minimum to 1"]);
            if (minDecryption > key.LatestVersion)
                throw Refusal.Response($"cannot set min decryption version of {minDecryption}, latest key version is {key.LatestVersion}");
            if (minEncryption < 0)
                throw Refusal.Response("min encryption version cannot be negative");
            if (minEncryption > key.LatestVersion)
                throw Refusal.Response($"cannot set min encryption version of {minEncryption}, latest key version is {key.LatestVersion}");
            if (minEncryption > 0 && minEncryption < minDecryption)
                throw Refusal.Response($"cannot set min encryption/decryption values; min encryption version of {minEncryption} must be greater than or equal to min decryption version of {minDecryption}");
            if (key.MinAvailableVersion > minDecryption || (minEncryption > 0 && key.MinAvailableVersion > minEncryption))
                throw Refusal.Response("cannot set min decryption or encryption version below the minimum available version");
            (key.MinDecryptionVersion, key.MinEncryptionVersion) = (minDecryption, minEncryption);
            if (fields.Has("deletion_allowed"))
                key.DeletionAllowed = fields.Bool("deletion_allowed");
            // These only go on.
            key.Exportable |= fields.Bool("exportable");
            key.AllowPlaintextBackup |= fields.Bool("allow_plaintext_backup");
            if (fields.Has("auto_rotate_period"))
                key.AutoRotatePeriod = fields.Int("auto_rotate_period");
            return (key.ToJson(), warnings);
        }
    }

    public JsonObject Trim(string name, Fields fields)
    {
        var key = Find(name) ?? throw Refusal.Response($"invalid key name {name}");
        var min = fields.Int("min_available_version");
        lock (key.Lock)
        {
            if (min < key.MinAvailableVersion)
                throw Refusal.Response("minimum available version cannot be decremented");
            if (key.MinEncryptionVersion == 0)
                throw Refusal.Response("minimum available version cannot be set when minimum encryption version is not set");
            if (min > key.MinEncryptionVersion || min > key.MinDecryptionVersion)
                throw Refusal.Response("minimum available version cannot be greater than the minimum encryption or decryption version");
            key.MinAvailableVersion = min;
            return key.ToJson();
        }
    }

    public void Delete(string name)
    {
        var key = Find(name) ?? throw Refusal.Response("could not delete key; not found");
        lock (key.Lock)
            if (!key.DeletionAllowed)
                throw Refusal.Response($"error deleting policy {name}: deletion is not allowed for this key");
        _keys.TryRemove(name, out _);
    }

    public JsonObject ExportPublicKey(string type, string name, string? version)
    {
        if (type is not ("public-key" or "signing-key" or "encryption-key" or "hmac-key"))
            throw Refusal.Response($"invalid export type: {type}");
        var key = Find(name) ?? throw Refusal.NotFound();
        lock (key.Lock)
        {
            if (type != "public-key" || !key.Signs)
                throw Refusal.Response(key.Exportable ? "this development server exports no private keys" : "private key material is not exportable");
            var keys = key.ToJson()["keys"]!.AsObject();
            var wanted = version == "latest" ? $"{key.LatestVersion}" : version;
            if (wanted is not null && !keys.ContainsKey(wanted))
                throw Refusal.Response("version does not exist or cannot be found");
            var found = keys.Where(entry => wanted is null || entry.Key == wanted).Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value!["public_key"]!.GetValue<string>()));
            return new JsonObject { ["name"] = name, ["type"] = key.Type, ["keys"] = new JsonObject(found) };
        }
    }

    // In seconds; Go durations as text are not read here.
    private static void RefusePeriod(Fields fields)
    {
        if (fields.Int("auto_rotate_period") is not 0 and < 3600)
            throw Refusal.Response("auto rotate period must be 0 to disable or at least an hour");
    }

    // framework.GenericNameRegex.
    [GeneratedRegex(@"\A\w(([\w-.]+)?\w)?\z")]
    private static partial Regex KeyName();
}
