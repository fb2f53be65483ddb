using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Sealing;

namespace Concord.Vectors.Generator;

/// <summary>A stream of receipts, made commit by commit with the sealer alone, and the content that they name.</summary>
internal sealed class Chain(StreamId stream)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 12, 34, 56, TimeSpan.Zero);
    private int _commits;

    public StreamId Stream { get; } = stream;

    public List<SealedReceipt> Receipts { get; } = [];

    public Dictionary<Sha256Hash, ContentObject> Contents { get; } = [];

    public SealedReceipt this[int version] => Receipts[version - 1];

    public SealedReceipt Head => Receipts[^1];

    public Chain Commit(string identityId, VectorKey key, params ReadOnlySpan<(string Type, string Payload)> drafts)
    {
        Receipts.AddRange(Seal(identityId, key, null, drafts));
        _commits++;
        return this;
    }

    /// <summary>Seals a commit behind the last one, without adding it.</summary>
    public IReadOnlyList<SealedReceipt> Seal(string identityId, VectorKey key, string? idempotencyKey, params ReadOnlySpan<(string Type, string Payload)> drafts)
    {
        var head = Receipts.Count == 0 ? null : Head;
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes($"{Stream.Json} {_commits} {drafts[0].Type} {drafts[0].Payload}"));
        idempotencyKey ??= new Guid(seed.AsSpan(0, 16)).ToString("D");
        var place = new ReceiptPlace(
            Stream, head?.StreamVersion ?? 0, head?.EventId, head?.Hash, IdempotencyKey.Parse(idempotencyKey),
            Sha256Hash.Of(Encoding.ASCII.GetBytes("the command of " + idempotencyKey)), Start.AddSeconds(_commits), seed.AsMemory(0, 10));
        var sealing = ReceiptSealer.SealAsync(place, [.. drafts.ToArray().Select(draft => new ReceiptDraft(draft.Type, Encoding.UTF8.GetBytes(draft.Payload)))], identityId, key);
        return sealing.IsCompleted ? sealing.Result : throw new InvalidOperationException();
    }

    /// <summary>Keeps content beside the stream.</summary>
    /// <returns>The reference, as JSON.</returns>
    public string Content(string json, string salt = "salt")
    {
        var content = ContentObject.Create(Encoding.UTF8.GetBytes(json), SHA256.HashData(Encoding.UTF8.GetBytes($"{salt} of {Stream.Json}")));
        Contents[content.Reference.ContentHash] = content;
        return Reference(content.Reference);
    }

    public static string Reference(ContentReference reference) =>
        $$"""{"bytes":{{reference.Bytes}},"contentHash":"{{reference.ContentHash}}","mediaType":"{{reference.MediaType}}"}""";
}

/// <summary>Damage, made so that one rule breaks and no other.</summary>
internal static class Damage
{
    /// <summary>Changes members, and hashes and signs anew.</summary>
    public static byte[] Forge(ReadOnlyMemory<byte> receipt, VectorKey key, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(receipt.Span)!.AsObject();
        change(json);
        return Seal(json, key);
    }

    public static byte[] Forge(SealedReceipt receipt, VectorKey key, Action<JsonObject> change) => Forge(receipt.Bytes, key, change);

    /// <summary>Changes members and nothing else: hash and signature stay what they were, unless the change is to them.</summary>
    public static byte[] Edit(ReadOnlyMemory<byte> receipt, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(receipt.Span)!.AsObject();
        change(json);
        return Canonical(json);
    }

    public static byte[] Edit(SealedReceipt receipt, Action<JsonObject> change) => Edit(receipt.Bytes, change);

    /// <summary>Hashes and signs anew, and gives up canonical order to say the same otherwise.</summary>
    public static byte[] Seal(JsonObject json, VectorKey key)
    {
        json.Remove("hash");
        json.Remove("signature");
        var hash = Sha256Hash.Of(Canonical(json));
        json["hash"] = hash.ToString();
        json["signature"] = key.Sign(hash).ToString();
        return Canonical(json);
    }

    public static byte[] Canonical(JsonNode json) => JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json.ToJsonString(new() { MaxDepth = 256 })));

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
