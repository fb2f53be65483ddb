using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Sealing;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;

namespace Concord.Receipts.Tests;

/// <summary>A stream of receipts, made commit by commit with the sealer alone: no store, no appender.</summary>
internal sealed class ReceiptChain(StreamId stream)
{
    public static readonly DateTimeOffset Start = new(2026, 2, 24, 12, 34, 56, 789, TimeSpan.Zero);

    public StreamId Stream { get; } = stream;

    public List<ImmutableArray<SealedReceipt>> Commits { get; } = [];

    public IReadOnlyList<SealedReceipt> Receipts => [.. Commits.SelectMany(commit => commit)];

    public SealedReceipt this[long version] => Receipts[(int)version - 1];

    /// <summary>Adds one commit.</summary>
    public ReceiptChain Commit(string identityId, TestKey key, params ReadOnlySpan<ReceiptDraft> drafts)
    {
        Commits.Add(Seal(identityId, key, $"key-{Commits.Count + 1}", drafts));
        return this;
    }

    /// <summary>Seals one commit behind the last one, without adding it.</summary>
    public ImmutableArray<SealedReceipt> Seal(string identityId, TestKey key, string idempotencyKey, params ReadOnlySpan<ReceiptDraft> drafts)
    {
        var head = Commits.Count == 0 ? null : Commits[^1][^1];
        var place = new ReceiptPlace(
            Stream, head?.StreamVersion ?? 0, head?.EventId, head?.Hash, IdempotencyKey.Parse(idempotencyKey),
            Sha256Hash.Of(Encoding.ASCII.GetBytes(idempotencyKey)), Start.AddSeconds(Commits.Count), SHA256Of(Stream.Json + Commits.Count));
        var sealing = ReceiptSealer.SealAsync(place, drafts.ToArray(), identityId, key);
        // Nothing in it waits: the test keys answer at once.
        return [.. sealing.IsCompleted ? sealing.Result : throw new InvalidOperationException()];
    }

    public static ReceiptDraft Draft(string type, string payload = "{}") => new(type, Encoding.UTF8.GetBytes(payload));

    /// <summary>Changes members of a receipt, and hashes and signs it anew: a damage that only the changed member tells.</summary>
    public static byte[] Forge(SealedReceipt receipt, TestKey key, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(receipt.Bytes.Span)!.AsObject();
        change(json);
        json.Remove("hash");
        json.Remove("signature");
        var hash = Sha256Hash.Of(Canonical(json));
        json["hash"] = hash.ToString();
        json["signature"] = key.Sign(hash).ToString();
        return Canonical(json);
    }

    /// <summary>Changes members of a receipt and leaves hash and signature as they are, unless the change is to them.</summary>
    public static byte[] Edit(SealedReceipt receipt, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(receipt.Bytes.Span)!.AsObject();
        change(json);
        return Canonical(json);
    }

    public static byte[] Canonical(JsonNode json) => JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static byte[] SHA256Of(string text) => [.. Sha256Hash.Of(Encoding.UTF8.GetBytes(text)).Bytes[..10]];
}
