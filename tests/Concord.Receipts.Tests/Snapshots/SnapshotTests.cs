using System.Text;
using System.Text.Json;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Derived;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Derived;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Streams;
using Concord.Testing;

namespace Concord.Receipts.Tests.Snapshots;

public sealed partial class SnapshotTests
{
    private readonly DerivedScene _scene = new();

    [Fact]
    public async Task A_stream_loaded_from_a_snapshot_is_the_one_that_is_folded_from_its_start()
    {
        await LongStream.WriteMixedAsync(_scene.Inner);
        Assert.Contains(DerivedScene.SnapshotKey, (await _scene.BringUpToDateAsync()).Written);
        _scene.Store.ForgetCalls();
        var loaded = await _scene.ReadAsync(archives: false);
        await _scene.ExpectReplayedAsync(loaded);
        Assert.Single(loaded.Erased);
        Assert.Equal(2, loaded.LastSigned.Count);
        Assert.DoesNotContain(_scene.Store.Calls, call => call.Key == StreamLayout.Commit(Counter.Prefix, 1));
        Assert.Empty(_scene.Ignored);
    }

    [Fact]
    public async Task Appends_to_a_loaded_stream_go_on_as_if_it_had_been_folded()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 1_010);
        await _scene.BringUpToDateAsync();
        var process = new Process(_scene.Store);
        var streams = _scene.Reader();
        var appender = new ReceiptAppender(streams, process);
        var seen = LongStream.Mixed.Commits[0][0].IdempotencyKey;
        Assert.True((await streams.ReadAsync(Counter.Type, Counter.Id)).Keys.ContainsKey(seen.Value));

        // A key from before the snapshot is known: another command with it is refused, and writes nothing.
        var reused = await appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command(seen.Value, """{"other":1}"""), Counter.Add(1));
        Assert.Equal(AppendOutcome.KeyReused, reused.Outcome);
        Assert.Equal(AppendOutcome.Committed, (await appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("new"), Counter.Add(5))).Outcome);
        Assert.Equal(new TestKey(77).Id, process.LastSeenAskedFor);
        Assert.Equal(AppendOutcome.Replayed, (await appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("new"), Counter.Add(5))).Outcome);
        Assert.Equal(1_011, (await _scene.ReplayAsync()).Head.Version);
        await _scene.ExpectReplayedAsync(await streams.ReadAsync(Counter.Type, Counter.Id));
    }

    [Fact]
    public async Task A_long_stream_costs_its_snapshot_and_its_tail()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 10_000);
        await _scene.BringUpToDateAsync();
        await LongStream.WriteMoreAsync(_scene.Inner, 9_999, 10_000);
        _scene.Store.ForgetCalls();
        var loaded = await _scene.ReadAsync(archives: false);
        Assert.Equal(10_000, loaded.Head.Version);
        // The first page of the commits, the snapshot, the commit that it names, what is listed behind that one, and what is next.
        Assert.Equal(
            ["List counters/C/commits/", "Get counters/C/snapshot.json", "Get " + StreamLayout.Commit(Counter.Prefix, 10_000), "List counters/C/commits/", "Get " + StreamLayout.Commit(Counter.Prefix, 10_001)],
            _scene.Store.Calls.Select(call => $"{call.Operation} {call.Key}"));
    }

    [Fact]
    public async Task A_stream_of_few_commits_costs_no_request_more_and_has_no_snapshot()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 50);
        Assert.Empty((await _scene.BringUpToDateAsync(_scene.Writer(interval: 10))).Written);
        _scene.Store.ForgetCalls();
        await _scene.ReadAsync();
        Assert.Equal(1 + 50 + 1, _scene.Store.Calls.Count);
        Assert.DoesNotContain(_scene.Store.Calls, call => call.Key == DerivedScene.SnapshotKey);
    }

    [Fact]
    public async Task Where_no_key_is_pinned_no_snapshot_is_asked_for()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 120);
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 100));
        _scene.Store.ForgetCalls();
        var options = new ReceiptStreamsOptions { Snapshots = new SnapshotTrust() };
        await new ReceiptStreams(_scene.Store, options).ReadAsync(Counter.Type, Counter.Id);
        await new ReceiptStreams(_scene.Store).ReadAsync(Counter.Type, Counter.Id);
        await StreamReplay.ReplayAsync(_scene.Store, Counter.Type, Counter.Id);
        Assert.Equal(3 * (1 + 120 + 1), _scene.Store.Calls.Count);
        Assert.DoesNotContain(_scene.Store.Calls, call => call.Key == DerivedScene.SnapshotKey);
    }

    [Fact]
    public async Task A_snapshot_is_of_the_commit_that_holds_the_greatest_multiple()
    {
        await LongStream.WriteMixedAsync(_scene.Inner);
        await _scene.BringUpToDateAsync();
        using var snapshot = JsonDocument.Parse(await _scene.GetAsync(DerivedScene.SnapshotKey));
        var commit = LongStream.Mixed.Commits.Last(commit => commit[0].StreamVersion <= 1_000);
        Assert.True(commit[^1].StreamVersion >= 1_000);
        Assert.Equal(commit[0].StreamVersion, snapshot.RootElement.GetProperty("commitFirstVersion").GetInt64());
        Assert.Equal(commit[^1].StreamVersion, snapshot.RootElement.GetProperty("streamVersion").GetInt64());
        Assert.Equal(commit[^1].Hash.ToString(), snapshot.RootElement.GetProperty("hash").GetString());
        Assert.Equal("counter/1", snapshot.RootElement.GetProperty("fold").GetString());
        Assert.True(JsonCanonicalizer.IsCanonical(await _scene.GetAsync(DerivedScene.SnapshotKey)));
    }

    [Fact]
    public async Task Made_again_a_snapshot_is_identical_but_for_its_signature()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 150);
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 100));
        var first = await _scene.GetAsync(DerivedScene.SnapshotKey);
        Assert.Empty((await _scene.BringUpToDateAsync(_scene.Writer(interval: 100))).Written);
        await ((MemoryObjectStore)_scene.Inner).DeleteAsync(DerivedScene.SnapshotKey);
        // Made when the stream has grown, which it is not of.
        await LongStream.WriteMoreAsync(_scene.Inner, 150, 190);
        Assert.Contains(DerivedScene.SnapshotKey, (await _scene.BringUpToDateAsync(_scene.Writer(interval: 100))).Written);
        Assert.Equal(Unsigned(first), Unsigned(await _scene.GetAsync(DerivedScene.SnapshotKey)));
    }

    [Fact]
    public async Task A_damaged_stream_gets_no_snapshot()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 120);
        var whole = await _scene.ReplayAsync();
        await _scene.Inner.PutAsync(StreamLayout.Commit(Counter.Prefix, 30), "[]"u8.ToArray());
        await Assert.ThrowsAsync<StreamDamagedException>(async () => await _scene.Writer(interval: 100).BringUpToDateAsync(whole));
        Assert.DoesNotContain(_scene.Store.Calls, call => call.IsWrite);
    }

    [Fact]
    public async Task A_stream_with_a_type_that_the_fold_does_not_know_gets_no_snapshot()
    {
        var chain = new ReceiptChain(Counter.Id);
        for (var i = 1; i <= 60; i++)
            chain.Commit(Counter.Owner, new TestKey(77), ReceiptChain.Draft(i == 7 ? "LATER" : "ADDED", """{"by":1}"""));
        foreach (var commit in chain.Commits)
            await _scene.Inner.CreateAsync(StreamLayout.Commit(Counter.Prefix, commit[0].StreamVersion), CommitObject.Write(commit));
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 10));
        Assert.Null(await _scene.Inner.GetAsync(DerivedScene.SnapshotKey));

        var later = new StreamType<CounterState>("counter", "counters/{counterId}/", new CounterFold("LATER") { Version = "counter/2" });
        await _scene.Writer(interval: 10).BringUpToDateAsync(await StreamReplay.ReplayAsync(_scene.Inner, later, Counter.Id));
        Assert.NotNull(await _scene.Inner.GetAsync(DerivedScene.SnapshotKey));
        Assert.Equal("LATER", (await _scene.ReadAsync()).UnknownType);
        Assert.Equal(IgnoredReason.OtherFold, Assert.Single(_scene.Ignored).Reason);
    }

    [Fact]
    public async Task A_signer_that_answers_with_anothers_signature_writes_no_snapshot()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 120);
        var signer = new TestKey(502) { Answer = signatures => signatures, PublicKey = DerivedScene.Key.PublicKey };
        await Assert.ThrowsAsync<Concord.Receipts.Signing.SigningException>(() => _scene.BringUpToDateAsync(_scene.Writer(signer, 100)));
        Assert.Null(await _scene.Inner.GetAsync(DerivedScene.SnapshotKey));
    }

    [Fact]
    public async Task An_older_snapshot_over_a_newer_one_is_read_onward_from_and_replaced_in_time()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 110);
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 50));
        var older = await _scene.GetAsync(DerivedScene.SnapshotKey);
        await LongStream.WriteMoreAsync(_scene.Inner, 110, 170);
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 50));
        var newer = Unsigned(await _scene.GetAsync(DerivedScene.SnapshotKey));
        await _scene.Inner.PutAsync(DerivedScene.SnapshotKey, older);
        await _scene.ExpectReplayedAsync(await _scene.ReadAsync());
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 50));
        Assert.Equal(newer, Unsigned(await _scene.GetAsync(DerivedScene.SnapshotKey)));
    }

    [Fact]
    public async Task A_fold_that_does_not_read_back_what_it_writes_makes_no_snapshot()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 120);
        var type = new StreamType<CounterState>("counter", "counters/{counterId}/", new ForgetfulFold());
        var read = await StreamReplay.ReplayAsync(_scene.Inner, type, Counter.Id);
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(async () => await _scene.Writer(interval: 100).BringUpToDateAsync(read));
        Assert.Contains("forgetful/1", failure.Message, StringComparison.Ordinal);
        Assert.Null(await _scene.Inner.GetAsync(DerivedScene.SnapshotKey));
    }

    private sealed class ForgetfulFold : ISnapshotFold<CounterState>
    {
        private readonly CounterFold _fold = new();

        public CounterState Initial => _fold.Initial;

        public string Version => "forgetful/1";

        public bool Knows(string receiptType) => _fold.Knows(receiptType);

        public CounterState Evolve(CounterState state, SealedReceipt receipt) => _fold.Evolve(state, receipt);

        public void Write(CounterState state, Utf8JsonWriter writer) => _fold.Write(state, writer);

        public CounterState Read(JsonElement state) => _fold.Read(state) with { Adds = 0 };
    }

    private static string Unsigned(byte[] snapshot)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(snapshot)!.AsObject();
        Assert.True(json.Remove("signature"));
        return Encoding.UTF8.GetString(ReceiptChain.Canonical(json));
    }
}
