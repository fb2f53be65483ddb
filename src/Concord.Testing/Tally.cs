using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Testing;

/// <summary>The number of receipts.</summary>
internal sealed record TallyState(long Count);

/// <summary>The smallest domain whose commands use every kind of object: commit, events, content and locator.</summary>
internal sealed class Tally(TallyKeys keys, string tallyId)
{
    private static readonly StreamType<TallyState> Type = new("tally", "tallies/{tallyId}/", new TallyFold(), "locators/tally/{tallyId}.json");

    private readonly StreamId _id = StreamId.Create("tally", ("tallyId", tallyId));

    /// <summary>Adds receipts in one commit, the first of them with content.</summary>
    public async Task<AppendResult> AddAsync(ReceiptAppender process, string key, int count)
    {
        var note = ContentObject.Create(Encoding.UTF8.GetBytes($"\"{key}\""), new byte[ContentObject.SaltBytes]);
        var command = new AppendCommand(
            IdempotencyKey.Parse(key), "tallies/{tallyId}/commands/count", ImmutableSortedDictionary<string, string>.Empty.Add("tallyId", _id["tallyId"]),
            "{}"u8.ToArray(), ImmutableSortedDictionary<string, ContentObject>.Empty.Add("note", note));
        var drafts = Enumerable.Range(0, count).Select(number => ReceiptDraft.Create("COUNTED", writer =>
        {
            if (number > 0)
                return;
            writer.WritePropertyName("note");
            note.Reference.WriteTo(writer);
        }));
        return await process.AppendAsync(Type, _id, command, _ => Decision.Accept(Issuer.Platform, [.. drafts]));
    }

    public async Task<ReceiptStream<TallyState>> ReadAsync(IObjectStore store) => await new ReceiptStreams(store).ReadAsync(Type, _id);

    /// <summary>Verifies the stream: chain, signatures, issuer, commits against events, content.</summary>
    public Task<VerificationReport> VerifyAsync(IObjectStore store) => StoreVerifier.VerifyAsync(store, Type.PrefixOf(_id), keys.Trust, keys.Ring);

    private sealed class TallyFold : IFold<TallyState>
    {
        public TallyState Initial { get; } = new(0);

        public bool Knows(string receiptType) => receiptType == "COUNTED";

        public TallyState Evolve(TallyState state, SealedReceipt receipt) => new(state.Count + 1);

        public void Write(TallyState state, Utf8JsonWriter writer) => writer.WriteNumberValue(state.Count);
    }
}

/// <summary>The platform's key, its history in a store of its own, and the trust in it: all that signs and judges tallies.</summary>
internal sealed class TallyKeys : IReceiptSigners
{
    private readonly LocalReceiptSigner _signer = LocalReceiptSigner.CreateEphemeral();

    private TallyKeys() =>
        Trust = TrustFile.Parse(TrustFile.Write(
            [_signer.PublicKey.Id], """{"streams":{"tally":{"signers":{},"receipts":{"*":[{"signer":"platform"}]}}}}"""u8));

    public TrustFile Trust { get; }

    public KeyRing Ring { get; private set; } = new();

    public static async Task<TallyKeys> CreateAsync()
    {
        var keys = new TallyKeys();
        using var next = LocalReceiptSigner.CreateEphemeral();
        var store = new MemoryObjectStore();
        var command = new AppendCommand(IdempotencyKey.Parse("first"), "platform/keys/commands/add", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());
        await new ReceiptAppender(new ReceiptStreams(store), keys).AppendAsync(
            new StreamType<KeyHistory>(StreamId.PlatformKeysType, "platform/keys/", new KeyHistoryFold()), StreamId.PlatformKeys, command,
            _ => Decision.Accept(Issuer.Platform, KeyReceipts.AddKey(keys._signer.PublicKey, new KeyReference("local", "platform", 1), next.PublicKey.Id)));
        var (report, ring) = await StoreVerifier.VerifyKeyHistoriesAsync(store, "", keys.Trust);
        Assert.True(report.IsGood, string.Join('\n', report.Failures));
        keys.Ring = ring;
        return keys;
    }

    public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(_signer);
}
