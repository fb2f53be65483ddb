using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>Signs, one input or a batch.</summary>
internal sealed class DevSigning(DevKeys keys, DevTrouble trouble)
{
    private static readonly ECDsa Forger = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public JsonObject Sign(string name, string? urlHash, Fields fields)
    {
        var items = BatchOf(fields);
        // The segment of the path, then the field, then its deprecated name.
        var how = Form.Of(urlHash, fields);
        var key = keys.Find(name) ?? throw Refusal.Response("signing key not found");
        lock (key.Lock)
        {
            if (!key.Signs)
                throw Refusal.Response($"key type {key.Type} does not support signing");
            var version = VersionOf(key, fields.Int("key_version"));
            if (items is null)
                return SignOne(key, version, how, fields.Text("input"));
            return new JsonObject { ["batch_results"] = new JsonArray([.. items.Select(item => SignItem(key, version, how, item))]) };
        }
    }

    /// <summary>The items; their members are texts, and nothing else is taken: the whole call fails.</summary>
    public static IReadOnlyList<Dictionary<string, string>>? BatchOf(Fields fields)
    {
        if (fields["batch_input"] is not { } batch)
            return null;
        if (batch is not JsonArray items)
            throw Refusal.GoError("failed to parse batch input: expected type 'array'");
        List<Dictionary<string, string>> read = [];
        foreach (var item in items)
        {
            var members = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var (member, value) in item as JsonObject ?? throw Refusal.GoError($"failed to parse batch input: '[{read.Count}]' expected a map"))
                members[member] = value?.GetValueKind() == JsonValueKind.String
                    ? value.GetValue<string>()
                    : throw Refusal.GoError($"failed to parse batch input: 1 error(s) decoding:\n\n* '[{read.Count}][{member}]' expected type 'string', got unconvertible type '{Named(value)}'");
            read.Add(members);
        }
        return read.Count > 0 ? read : throw Refusal.Response("missing batch input to process");
    }

    private static string Named(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        JsonValueKind.Number => "json.Number",
        _ => "interface {}",
    };

    private JsonObject SignItem(DevKey key, int version, Form how, Dictionary<string, string> item)
    {
        // Neither member is ever left out.
        var result = new JsonObject { ["key_version"] = 0, ["reference"] = item.GetValueOrDefault("reference", "") };
        try
        {
            var signed = SignOne(key, version, how, item.GetValueOrDefault("input") ?? throw Refusal.Response("missing input"));
            result["signature"] = signed["signature"]!.GetValue<string>();
            result["key_version"] = version;
        }
        catch (Refusal refusal)
        {
            result["error"] = refusal.Errors[0];
        }
        return result;
    }

    private JsonObject SignOne(DevKey key, int version, Form how, string input)
    {
        var digest = how.DigestOf(input);
        var signer = trouble.Forge ? Forger : key[trouble.SignWith ?? version];
        var signature = how.IsJws
            ? Base64Url.EncodeToString(signer.SignHash(digest, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
            : Convert.ToBase64String(signer.SignHash(digest, DSASignatureFormat.Rfc3279DerSequence));
        return new JsonObject { ["signature"] = $"vault:v{version}:{signature}", ["key_version"] = version };
    }

    // These are Go errors, and so 500: not every 500 is worth another try.
    private static int VersionOf(DevKey key, int asked)
    {
        if (asked < 0)
            throw Refusal.GoError("requested version for signing is negative");
        if (asked > key.LatestVersion)
            throw Refusal.GoError("requested version for signing is higher than the latest key version");
        if (asked != 0 && asked < key.MinEncryptionVersion)
            throw Refusal.GoError("requested version for signing is less than the minimum encryption key version");
        if (asked != 0 && asked < key.MinDecryptionVersion)
            throw Refusal.GoError("key version is archived");
        return asked == 0 ? key.LatestVersion : asked;
    }
}

/// <summary>How an input is hashed, and a signature written.</summary>
internal sealed record Form(string Hash, bool Prehashed, bool IsJws)
{
    public static Form Of(string? urlHash, Fields fields)
    {
        var hash = urlHash ?? fields.Text("hash_algorithm", fields.Text("algorithm", "sha2-256"));
        if (hash is not ("none" or "sha1" or "sha2-224" or "sha2-256" or "sha2-384" or "sha2-512" or "sha3-224" or "sha3-256" or "sha3-384" or "sha3-512"))
            throw Refusal.Response($"invalid hash algorithm \"{hash}\"");
        if (hash == "none")
            throw Refusal.Response("hash_algorithm=none requires both prehashed=true and signature_algorithm=pkcs1v15");
        var marshaling = fields.Text("marshaling_algorithm", "asn1");
        if (marshaling is not ("asn1" or "jws"))
            throw Refusal.Response($"invalid marshaling type \"{marshaling}\"");
        return new(hash, fields.Bool("prehashed"), marshaling == "jws");
    }

    public byte[] DigestOf(string input)
    {
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(input);
        }
        catch (FormatException exception)
        {
            throw Refusal.Response($"unable to decode input as base64: {exception.Message}");
        }
        return Prehashed ? bytes : Hash switch
        {
            "sha2-256" => SHA256.HashData(bytes),
            "sha2-384" => SHA384.HashData(bytes),
            "sha2-512" => SHA512.HashData(bytes),
            _ => throw Refusal.Response($"this development server does not compute {Hash}; send the digest, prehashed"),
        };
    }
}
