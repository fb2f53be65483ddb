using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Checking;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Storage.Spaces.Writer;

/// <summary>How many strokes a tally has.</summary>
public sealed record TallyState(long Strokes);

/// <summary>The smallest domain there is: strokes on a tally.</summary>
public sealed class TallyFold : IFold<TallyState>
{
    public TallyState Initial { get; } = new(0);

    public bool Knows(string receiptType) => receiptType == "STROKE";

    public TallyState Evolve(TallyState state, SealedReceipt receipt) => new(state.Strokes + 1);

    public void Write(TallyState state, Utf8JsonWriter writer) => writer.WriteNumberValue(state.Strokes);
}

/// <summary>The tallies of a store.</summary>
public static class Tally
{
    public static readonly StreamType<TallyState> Type = new("tally", "tallies/{tallyId}/", new TallyFold());

    private static readonly StreamType<KeyHistory> PlatformKeys = new(StreamId.PlatformKeysType, "platform-keys/", new KeyHistoryFold());

    public static StreamId Id(string tallyId) => StreamId.Create("tally", ("tallyId", tallyId));

    public static string PrefixOf(string tallyId) => Type.PrefixOf(Id(tallyId));

    /// <summary>Makes the key history that verifies tallies, once a store.</summary>
    public static async Task FoundAsync(IObjectStore store)
    {
        var key = new OneKey();
        var command = new AppendCommand(IdempotencyKey.Parse("found"), "found", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());
        await new TallyWriter(store).Appender.AppendAsync(PlatformKeys, StreamId.PlatformKeys, command, _ =>
            Decision.Accept(Issuer.Platform, KeyReceipts.AddKey(key.PublicKey, new KeyReference("test", Issuer.Platform, 1), OneKey.Next)));
    }

    /// <summary>Checks everything in the store, as fsck does.</summary>
    public static async Task<StoreCheckReport> CheckAsync(IObjectStore store) => await StoreChecker.CheckAsync(
        store, new StoreCheckOptions { Layout = [new StreamPaths("tally", "tallies/{tallyId}/"), new StreamPaths(StreamId.PlatformKeysType, "platform-keys/")] });

    /// <summary>Makes strokes in one command.</summary>
    public static async Task<AppendResult> StrokeAsync(
        this ReceiptAppender appender, string tallyId, string key, int strokes = 1, int padding = 0, CancellationToken cancellationToken = default)
    {
        var body = Encoding.ASCII.GetBytes($$"""{"by":"{{key}}","note":"{{new string('x', padding)}}"}""");
        var command = new AppendCommand(
            IdempotencyKey.Parse(key), "tallies/{tallyId}/commands/stroke", ImmutableSortedDictionary<string, string>.Empty.Add("tallyId", tallyId), body);
        var drafts = Enumerable.Repeat(new ReceiptDraft("STROKE", body), strokes).ToImmutableArray();
        return await appender.AppendAsync(Type, Id(tallyId), command, _ => Decision.Accept(Issuer.Platform, drafts), cancellationToken);
    }
}

/// <summary>One writer with a memory of its own, as another process would have.</summary>
public sealed class TallyWriter
{
    public TallyWriter(IObjectStore store, IReceiptSigners? signers = null, Action<ReceiptAppenderOptions>? configure = null)
    {
        Streams = new ReceiptStreams(store);
        var options = new ReceiptAppenderOptions();
        configure?.Invoke(options);
        Appender = new ReceiptAppender(Streams, signers ?? new OneKey(), options);
    }

    public ReceiptStreams Streams { get; }

    public ReceiptAppender Appender { get; }

    public Task<AppendResult> StrokeAsync(string tallyId, string key, int strokes = 1) => Appender.StrokeAsync(tallyId, key, strokes);

    public async Task<ReceiptStream<TallyState>> ReadAsync(string tallyId) => await Streams.ReadAsync(Tally.Type, Tally.Id(tallyId));
}

/// <summary>One key for everybody, the same in every process, so that whoever writes may go on behind whoever wrote.</summary>
public sealed class OneKey(Action? onSigned = null) : IReceiptSigners, IReceiptSigner
{
    private readonly ECDsa _key = KeyOf("the one key of the tests of Concord.Storage.Spaces"u8);
    private PublicKey? _publicKey;

    /// <summary>Gets the key that would follow.</summary>
    public static PublicKeyId Next { get; } = PublicKey.FromSpki(KeyOf("the key that follows it"u8).ExportSubjectPublicKeyInfo()).Id;

    public PublicKey PublicKey => _publicKey ??= PublicKey.FromSpki(_key.ExportSubjectPublicKeyInfo());

    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(this);

    public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Concord.Receipts.Hashing.Sha256Hash> digests, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ReceiptSignature> signatures = [.. digests.Select(Sign)];
        onSigned?.Invoke();
        return new(signatures);
    }

    private static ECDsa KeyOf(ReadOnlySpan<byte> name) => ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = SHA256.HashData(name) });

    private ReceiptSignature Sign(Concord.Receipts.Hashing.Sha256Hash digest)
    {
        byte[] signature;
        lock (_key)
            signature = _key.SignHash(digest.Bytes.ToArray());
        return ReceiptSignature.TryFromP1363(signature, out var parsed) ? parsed.ToLowS() : throw new InvalidOperationException("No signature came of it.");
    }
}
