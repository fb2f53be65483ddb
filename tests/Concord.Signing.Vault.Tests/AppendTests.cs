using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Checking;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Signing.Vault.Tests;

/// <summary>Receipts whose keys Vault keeps.</summary>
public sealed class AppendTests : VaultTest
{
    private static readonly StreamType<Tally> Tallies = new("tally", "tallies/{tallyId}/", new TallyFold());
    private static readonly StreamType<KeyHistory> PlatformKeys = new(StreamId.PlatformKeysType, "platform-keys/", new KeyHistoryFold());
    private static readonly StreamId Id = StreamId.Create("tally", ("tallyId", "T"));

    private readonly MemoryObjectStore _store = new();

    private sealed record Tally(long Strokes);

    private sealed class TallyFold : IFold<Tally>
    {
        public Tally Initial { get; } = new(0);

        public bool Knows(string receiptType) => receiptType == "STROKE";

        public Tally Evolve(Tally state, SealedReceipt receipt) => new(state.Strokes + 1);

        public void Write(Tally state, Utf8JsonWriter writer) => writer.WriteNumberValue(state.Strokes);
    }

    private sealed class OneSigner(IReceiptSigner signer) : IReceiptSigners
    {
        public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(signer);
    }

    private static AppendCommand Command(string key) => new(IdempotencyKey.Parse(key), "tallies/stroke", ImmutableSortedDictionary<string, string>.Empty, Encoding.ASCII.GetBytes($$"""{"by":"{{key}}"}"""));

    private async Task<ReceiptAppender> FoundAsync()
    {
        var keys = new VaultSigningKeys(Client());
        var signer = await keys.CreateAsync(Issuer.Platform, 1);
        var next = await keys.CreateAsync(Issuer.Platform, 2);
        var appender = new ReceiptAppender(new ReceiptStreams(_store), new OneSigner(signer));
        await appender.AppendAsync(PlatformKeys, StreamId.PlatformKeys, Command("found"), _ =>
            Decision.Accept(Issuer.Platform, KeyReceipts.AddKey(signer.PublicKey, new KeyReference(keys.Provider, Issuer.Platform, 1), next.PublicKey.Id)));
        return appender;
    }

    private static ValueTask<AppendResult> StrokeAsync(ReceiptAppender appender, string key, int strokes) => appender.AppendAsync(
        Tallies, Id, Command(key), _ => Decision.Accept(Issuer.Platform, [.. Enumerable.Repeat(new ReceiptDraft("STROKE", "{}"u8.ToArray()), strokes)]));

    private async Task<StoreCheckReport> CheckAsync() => await StoreChecker.CheckAsync(
        _store, new StoreCheckOptions { Layout = [new StreamPaths("tally", "tallies/{tallyId}/"), new StreamPaths(StreamId.PlatformKeysType, "platform-keys/")] });

    [Fact]
    public async Task Receipts_verify_with_no_vault_and_each_commit_was_one_request()
    {
        var appender = await FoundAsync();
        var before = CountOf("transit/sign/platform");
        foreach (var strokes in new[] { 1, 5, 64 })
            Assert.Equal(strokes, (await StrokeAsync(appender, $"stroke-{strokes}", strokes)).Receipts.Length);
        Assert.Equal(before + 3, CountOf("transit/sign/platform"));
        await Server.DisposeAsync();
        var report = await CheckAsync();
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
        Assert.Equal(71, report.Receipts);
    }

    [Fact]
    public async Task A_wrong_key_or_a_sealed_server_writes_nothing_and_the_retry_goes_on()
    {
        var appender = await FoundAsync();
        await StrokeAsync(appender, "first", 1);
        Trouble.Forge = true;
        await Assert.ThrowsAsync<SigningException>(async () => await StrokeAsync(appender, "second", 2));
        (Trouble.Forge, Trouble.Sealed) = (false, true);
        await Assert.ThrowsAsync<SigningException>(async () => await StrokeAsync(appender, "second", 2));
        Assert.Equal(2, (await CheckAsync()).Receipts);
        Trouble.Sealed = false;
        await StrokeAsync(appender, "second", 2);
        var report = await CheckAsync();
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
        Assert.Equal(4, report.Receipts);
    }

    /// <summary>1,000 on 100 identities: eng/bench-vault.sh.</summary>
    [Fact]
    public async Task Appends_at_once_on_many_identities_never_have_more_requests_in_flight_than_configured()
    {
        var keys = new VaultSigningKeys(Client(options => (options.MaxRequests, options.RequestTimeout, options.CallTimeout) = (4, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2))));
        var signers = new ManySigners();
        for (var i = 0; i < 20; i++)
            signers.Add($"identity-{i}", await keys.CreateAsync($"identity-{i}", 1));
        var (appender, before) = (new ReceiptAppender(new ReceiptStreams(_store), signers), Trouble.Requests.Count);
        // Long enough in the server that the others are there meanwhile.
        Trouble.Add(new("transit/sign/", Count: 200, DelayMs: 5));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(async () => await appender.AppendAsync(
            Tallies, StreamId.Create("tally", ("tallyId", $"T{i}")), Command($"stroke-{i}"), _ => Decision.Accept($"identity-{i % 20}", new ReceiptDraft("STROKE", "{}"u8.ToArray()))))));
        Assert.Equal(before + 200, Trouble.Requests.Count);
        Assert.Equal(4, Trouble.MostInFlight);
    }

    private sealed class ManySigners : Dictionary<string, IReceiptSigner>, IReceiptSigners
    {
        public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) => new(this[identityId]);
    }
}
