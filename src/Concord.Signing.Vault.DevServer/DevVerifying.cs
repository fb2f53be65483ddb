using System.Buffers.Text;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>Verifies, one signature or a batch: a wrong one is <c>valid: false</c> with status 200, a malformed one is an error.</summary>
internal sealed class DevVerifying(DevKeys keys)
{
    public JsonObject Verify(string name, string? urlHash, Fields fields)
    {
        var items = DevSigning.BatchOf(fields);
        var how = Form.Of(urlHash, fields);
        if (items is null && !fields.Has("signature"))
            throw Refusal.Response("neither a 'signature' nor an 'hmac' was given to verify");
        var key = keys.Find(name) ?? throw Refusal.Response("signature verification key not found");
        lock (key.Lock)
        {
            if (!key.Signs)
                throw Refusal.Response($"key type {key.Type} does not support verification");
            return items is null
                ? new JsonObject { ["valid"] = IsValid(key, how, fields.Text("input"), fields.Text("signature")) }
                : new JsonObject { ["batch_results"] = new JsonArray([.. items.Select(item => VerifyItem(key, how, item))]) };
        }
    }

    private static JsonObject VerifyItem(DevKey key, Form how, Dictionary<string, string> item)
    {
        var result = new JsonObject { ["valid"] = false, ["reference"] = item.GetValueOrDefault("reference", "") };
        try
        {
            result["valid"] = IsValid(key, how, item.GetValueOrDefault("input") ?? throw Refusal.Response("missing input"), item.GetValueOrDefault("signature", ""));
        }
        catch (Refusal refusal)
        {
            result["error"] = refusal.Errors[0];
        }
        return result;
    }

    private static bool IsValid(DevKey key, Form how, string input, string signature)
    {
        var digest = how.DigestOf(input);
        if (!signature.StartsWith("vault:v", StringComparison.Ordinal))
            throw Refusal.Response("invalid signature: no prefix");
        if (signature["vault:v".Length..].Split(':', 2) is not [var number, var encoded])
            throw Refusal.Response("invalid signature: wrong number of fields");
        if (!int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var version))
            throw Refusal.Response("invalid signature: version number could not be decoded");
        if (version > key.LatestVersion)
            throw Refusal.Response("invalid signature: version is too new");
        if (version < key.MinDecryptionVersion)
            throw Refusal.Response("ciphertext or signature version is disallowed by policy (too old)");
        return how.IsJws ? IsValidJws(key[version], digest, encoded) : IsValidAsn1(key[version], digest, encoded);
    }

    private static bool IsValidJws(ECDsa key, byte[] digest, string encoded)
    {
        try
        {
            // Its length is not an error.
            var bytes = Base64Url.DecodeFromChars(encoded);
            return bytes.Length == 64 && key.VerifyHash(digest, bytes, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (FormatException)
        {
            throw Refusal.Response("invalid base64 signature value");
        }
    }

    private static bool IsValidAsn1(ECDsa key, byte[] digest, string encoded)
    {
        try
        {
            var der = Convert.FromBase64String(encoded);
            var reader = new AsnReader(der, AsnEncodingRules.DER);
            var pair = reader.ReadSequence();
            pair.ReadIntegerBytes();
            pair.ReadIntegerBytes();
            pair.ThrowIfNotEmpty();
            if (reader.HasData)
                throw Refusal.Response("supplied signature contains extra data");
            return key.VerifyHash(digest, der, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (FormatException)
        {
            throw Refusal.Response("invalid base64 signature value");
        }
        catch (AsnContentException)
        {
            throw Refusal.Response("supplied signature is invalid");
        }
    }
}
