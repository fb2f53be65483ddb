using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Fuzzing.Mutations;

/// <summary>Hashes and signs what was changed anew with the vectors' keys, and lets what names it follow, so that a change gets past the
/// hash, the signature and the chain to the rule that it breaks.</summary>
internal static class Resealing
{
    /// <summary>Seals one receipt anew; gives other bytes back as they are.</summary>
    public static byte[] Reseal(byte[] receipt)
    {
        List<byte[]> lines = [receipt];
        Reseal(lines);
        return lines[0];
    }

    /// <summary>Seals the receipts of a file of lines anew where their hash is not right, in order.</summary>
    public static void Reseal(List<byte[]> lines)
    {
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            var start = LineMutations.JsonStart(lines[i]);
            var json = Rename(lines[i].AsSpan(start), renamed);
            lines[i] = [.. lines[i][..start], .. TryReseal(json, renamed)];
        }
        // The header names the last hash of each stream, and stands before them.
        lines[0] = Rename(lines[0], renamed);
    }

    private static byte[] TryReseal(byte[] json, Dictionary<string, string> renamed)
    {
        try
        {
            return json.AsSpan().StartsWith("["u8) ? ResealAll(json, renamed) : ResealOne(json, renamed);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or JsonException)
        {
            // A name twice, half a surrogate pair, too deep: no document, so there is nothing to sign.
            return json;
        }
    }

    private static byte[] ResealAll(byte[] commit, Dictionary<string, string> renamed)
    {
        if (JsonNode.Parse(commit) is not JsonArray { Count: <= 64 } receipts)
            return commit;
        using var sealedAnew = new MemoryStream();
        foreach (var receipt in receipts)
        {
            sealedAnew.Write(sealedAnew.Length == 0 ? "["u8 : ","u8);
            var bytes = Encoding.UTF8.GetBytes(receipt?.ToJsonString() ?? "null");
            sealedAnew.Write(ResealOne(JsonMutations.Canonical(Rename(bytes, renamed)), renamed));
        }
        sealedAnew.Write("]"u8);
        return sealedAnew.Length == 1 ? commit : sealedAnew.ToArray();
    }

    private static byte[] ResealOne(byte[] receipt, Dictionary<string, string> renamed)
    {
        if (JsonNode.Parse(receipt) is not JsonObject json || json["hash"] is not JsonValue hash || json["signature"] is not JsonValue signature)
            return receipt;
        json.Remove("hash");
        json.Remove("signature");
        if (!TryCanonical(json, out var unsigned))
            return receipt;
        var computed = Sha256Hash.Of(unsigned);
        if (computed.ToString() == hash.ToString())
            return receipt;
        var issuer = (json["issuer"] as JsonObject)?["publicKeyId"]?.ToString();
        var key = PublicKeyId.TryParse(issuer, out var id) && VectorFiles.Keys.TryGetValue(id, out var known) ? known : VectorFiles.Keys.Values.First();
        json["hash"] = computed.ToString();
        json["signature"] = key.Sign(computed).ToString();
        if (!TryCanonical(json, out var bytes))
            return receipt;
        renamed[hash.ToString()] = computed.ToString();
        renamed[signature.ToString()] = json["signature"]!.ToString();
        return bytes;
    }

    private static bool TryCanonical(JsonNode json, out byte[] canonical)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var isOne = JsonCanonicalizer.TryCanonicalize(Encoding.UTF8.GetBytes(json.ToJsonString()), output, out _);
        canonical = output.WrittenSpan.ToArray();
        return isOne;
    }

    private static byte[] Rename(ReadOnlySpan<byte> line, Dictionary<string, string> renamed)
    {
        var bytes = line.ToArray();
        foreach (var (from, to) in renamed)
        {
            var old = Encoding.UTF8.GetBytes(from);
            if (old.Length == 0 || bytes.AsSpan().IndexOf(old) < 0)
                continue;
            // Latin-1 keeps every byte what it was.
            bytes = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(Encoding.Latin1.GetString(old), to, StringComparison.Ordinal));
        }
        return bytes;
    }
}
