using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;
using Concord.Testing;

namespace Concord.Receipts.Tests.Streams;

public sealed partial class ReceiptAppenderTests
{
    private readonly MemoryObjectStore _memory = new();
    private readonly FaultyObjectStore _store;

    public ReceiptAppenderTests() => _store = new FaultyObjectStore(_memory);

    [Fact]
    public async Task An_append_writes_the_commit_and_every_event_with_the_same_bytes()
    {
        var result = await new Process(_store).AddAsync("k", 1, 2, 3);

        Assert.Equal((AppendOutcome.Committed, 3, 3L), (result.Outcome, result.Receipts.Length, result.Head.Version));
        Assert.Null(result.PublishFault);
        Assert.Equal(CommitObject.Write(result.Receipts), (await _memory.GetAsync("counters/C/commits/00000000000000000001.json"))!.Value.ToArray());
        foreach (var receipt in result.Receipts)
            Assert.Equal(receipt.Bytes.ToArray(), (await _memory.GetAsync($"counters/C/events/{receipt.EventId}.json"))!.Value.ToArray());
        await CheckAsync(sum: 6, commits: 1);
    }

    [Fact]
    public async Task The_locator_exists_before_the_first_commit_and_is_written_once()
    {
        var process = new Process(_store);
        await process.AddAsync("k", 1);
        await process.AddAsync("l", 1);
        Assert.Equal(Counter.Id.Json, Encoding.ASCII.GetString((await _memory.GetAsync("locators/counter/C.json"))!.Value.Span));
        var writes = _store.Calls.Where(call => call.Operation is StoreOperation.Put or StoreOperation.Create).ToList();
        Assert.Equal(("locators/counter/C.json", "counters/C/commits/00000000000000000001.json"), (writes[0].Key, writes[1].Key));
        Assert.Single(writes, call => call.Operation == StoreOperation.Put);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public async Task A_warm_append_costs_one_create_and_one_an_event_and_reads_nothing(int count)
    {
        var process = new Process(_store);
        await process.AddAsync("first", 1);
        _store.ForgetCalls();
        await process.AddAsync("second", [.. Enumerable.Repeat(1L, count)]);
        Assert.All(_store.Calls, call => Assert.Equal(StoreOperation.Create, call.Operation));
        Assert.Equal(1 + count, _store.Calls.Count);
        Assert.Equal("counters/C/commits/00000000000000000002.json", _store.Calls[0].Key);
    }

    [Fact]
    public async Task Reads_write_nothing_not_even_what_is_unpublished()
    {
        _store.FaultOf = call => IsPublishing(call) ? CallFault.NothingDone : CallFault.None;
        await new Process(_store).AddAsync("k", 1, 2);
        _store.FaultOf = _ => CallFault.None;
        _store.ForgetCalls();
        var reader = new Process(_store);
        for (var i = 0; i < 3; i++)
            Assert.Equal(3, (await reader.ReadAsync()).State.Sum);
        Assert.Equal(0, (await reader.Streams.ReadAsync(Counter.Type, StreamId.Create("counter", ("counterId", "NONE")))).Head.Version);
        Assert.DoesNotContain(_store.Calls, call => call.Operation is StoreOperation.Create or StoreOperation.Put);
    }

    [Fact]
    public async Task A_stream_at_hand_is_read_again_with_one_request()
    {
        var process = new Process(_store);
        await process.AddAsync("k", 1, 2);
        _store.ForgetCalls();
        await process.ReadAsync();
        Assert.Equal([new StoreCall(1, StoreOperation.Get, "counters/C/commits/00000000000000000003.json")], _store.Calls);
    }

    [Fact]
    public async Task A_refusal_writes_nothing_and_is_not_remembered()
    {
        var process = new Process(_store);
        await process.AddAsync("fill", 900_000);
        var refused = await process.AddAsync("k", 200_000);
        Assert.Equal((AppendOutcome.Refused, "too-much"), (refused.Outcome, refused.Refusal!.Code));
        Assert.Empty(refused.Receipts);
        Assert.Equal(1, refused.Head.Version);
        await process.AddAsync("empty", -900_000);
        Assert.Equal(AppendOutcome.Committed, (await process.AddAsync("k", 200_000)).Outcome);
        await CheckAsync(sum: 200_000, commits: 3);
    }

    [Fact]
    public async Task A_refusal_is_given_only_on_the_newest_state()
    {
        var stale = new Process(_store);
        await stale.AddAsync("fill", 900_000);
        await new Process(_store).AddAsync("empty", -900_000);
        Assert.Equal(AppendOutcome.Committed, (await stale.AddAsync("k", 200_000)).Outcome);
    }

    [Fact]
    public async Task A_refusal_on_stale_state_meets_the_first_attempt_of_another_process()
    {
        var stale = new Process(_store);
        await stale.AddAsync("fill", 900_000);
        var first = await new Process(_store).AddAsync("k", 100_000);
        var again = await stale.AddAsync("k", 100_000);
        Assert.Equal((AppendOutcome.Replayed, first.Receipts[0].Hash), (again.Outcome, again.Receipts[0].Hash));
        await new Process(_store).AddAsync("more", -1);
        Assert.Equal(AppendOutcome.Refused, (await stale.AddAsync("l", 100_000)).Outcome);
        await CheckAsync(sum: 999_999, commits: 3);
    }

    [Fact]
    public async Task A_refusal_whose_state_changes_every_time_ends_in_contention()
    {
        var process = new Process(_store, options => options.MaxRounds = 3);
        await process.AddAsync("fill", 1);
        var rounds = 0;
        await Assert.ThrowsAsync<AppendContentionException>(async () => await process.Appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("k"), stream =>
        {
            // Another process, while this one decides. A store in memory answers at once.
            Assert.True(new Process(_memory).AddAsync($"other-{++rounds}", 1).IsCompletedSuccessfully);
            return Decision.Refuse("never", "Whatever the state.");
        }));
        Assert.Equal(3, rounds);
        await CheckAsync(sum: 4, commits: 4);
    }

    [Fact]
    public async Task A_signer_that_fails_leaves_nothing_behind()
    {
        var process = new Process(_store);
        await process.AddAsync("k", 1);
        _store.ForgetCalls();
        var other = new TestKey(2);
        process.Key.Answer = signatures => [.. signatures.Select(_ => other.Sign(default))];
        await Assert.ThrowsAsync<SigningException>(() => process.AddAsync("l", 1));
        process.Key.Answer = _ => throw new SigningException("The signer is away.", isTransient: true);
        await Assert.ThrowsAsync<SigningException>(() => process.AddAsync("l", 1));
        Assert.Empty(_store.Calls);
        process.Key.Answer = signatures => signatures;
        Assert.Equal(AppendOutcome.Committed, (await process.AddAsync("l", 1)).Outcome);
    }

    [Fact]
    public async Task The_signer_is_asked_for_a_key_that_is_not_older_than_the_last_one_seen_here()
    {
        var process = new Process(_store);
        await process.AddAsync("k", 1);
        Assert.Null(process.LastSeenAskedFor);
        await process.AddAsync("l", 1);
        Assert.Equal(process.Key.Id, process.LastSeenAskedFor);
        var late = new Process(_store) { Key = new TestKey(78) };
        await late.AddAsync("m", 1);
        Assert.Equal(process.Key.Id, late.LastSeenAskedFor);
        await process.AddAsync("n", 1);
        Assert.Equal(late.Key.Id, process.LastSeenAskedFor);
        Assert.Equal((4L, 3L), ((await process.ReadAsync()).LastSigned[process.Key.Id].StreamVersion, (await process.ReadAsync()).LastSigned[late.Key.Id].StreamVersion));
    }

    [Theory]
    [InlineData("ADDED", "{}")]
    [InlineData("ADDED", """{"by":"text"}""")]
    [InlineData("UNHEARD_OF", "{}")]
    public async Task What_the_fold_cannot_take_is_never_committed(string type, string payload)
    {
        var process = new Process(_store);
        await process.AddAsync("k", 1);
        _store.ForgetCalls();
        await Assert.ThrowsAsync<ReceiptFormatException>(async () => await process.Appender.AppendAsync(
            Counter.Type, Counter.Id, Counter.Command("l"), _ => Decision.Accept(Counter.Owner, ReceiptChain.Draft("ADDED", """{"by":1}"""), ReceiptChain.Draft(type, payload))));
        Assert.Empty(_store.Calls);
        Assert.Equal(AppendOutcome.Committed, (await process.AddAsync("m", 1)).Outcome);
    }

    [Fact]
    public async Task A_stream_with_a_type_that_is_not_known_is_read_only_and_still_answers_retries()
    {
        var newer = new StreamType<CounterState>("counter", "counters/{counterId}/", new CounterFold("NOVELTY"));
        var first = await new Process(_store).AddAsync("k", 1);
        await new Process(_store).Appender.AppendAsync(newer, Counter.Id, Counter.Command("new"), _ => Decision.Accept(Counter.Owner, ReceiptChain.Draft("NOVELTY")));
        _store.ForgetCalls();
        var before = await KeysAsync();

        var older = new Process(_store);
        var refusal = await Assert.ThrowsAsync<StreamReadOnlyException>(() => older.AddAsync("l", 1));
        Assert.Contains("NOVELTY", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(("NOVELTY", 1L), ((await older.ReadAsync()).UnknownType, (await older.ReadAsync()).State.Sum));
        Assert.Equal(first.Receipts[0].Hash, (await older.AddAsync("k", 1)).Receipts[0].Hash);
        AssertOnlyMadeDurable(before);
        Assert.Equal(AppendOutcome.Committed, (await new Process(_store).Appender.AppendAsync(newer, Counter.Id, Counter.Command("l"), Counter.Add(1))).Outcome);
    }

    [Fact]
    public async Task Any_stream_takes_content_erased()
    {
        var process = new Process(_store);
        var hash = ContentObject.Create("1"u8, new byte[32]).Reference.ContentHash;
        await process.Appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("k"), _ =>
            Decision.Accept(Counter.Owner, ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{hash}}","reason":"asked for"}""")));
        Assert.Contains(hash, (await process.ReadAsync()).Erased);
        Assert.Equal(AppendOutcome.Committed, (await process.AddAsync("l", 1)).Outcome);
    }

    [Fact]
    public async Task The_projection_is_given_every_commit_and_its_failure_is_told_and_loses_nothing()
    {
        var projection = new Recorder();
        var process = new Process(_store, options => options.Projection = projection);
        Assert.Null((await process.AddAsync("k", 1, 2)).ProjectionFault);
        projection.Fault = new InvalidOperationException("The database is away.");
        var result = await process.AddAsync("l", 3);
        Assert.Equal((AppendOutcome.Committed, projection.Fault), (result.Outcome, result.ProjectionFault));
        Assert.Equal([2L, 3L], projection.Versions);
        await CheckAsync(sum: 6, commits: 2);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Process(_store, options => options.MaxRounds = 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Process(_store, options => options.MaxCommitAttempts = 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Process(_store, options => options.MaxPause = TimeSpan.FromSeconds(-1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Process(_store, options => options.CommitTimeout = TimeSpan.Zero));
        Assert.Throws<ArgumentNullException>(() => new Process(_store, options => options.TimeProvider = null!));
    }

    /// <summary>Everything that must hold of the stored stream, whatever happened: one chain, whole commits, events that say the same.</summary>
    private async Task<ReceiptStream<CounterState>> CheckAsync(long? sum = null, int? commits = null)
    {
        var stream = await StreamReplay.ReplayAsync(_memory, Counter.Type, Counter.Id);
        var report = new VerificationReport();
        await StreamFolderVerifier.VerifyAsync(_memory, Counter.Prefix, new StreamVerifierInput(), report);
        Assert.Empty(report.Failures);
        Assert.Equal(stream.Head.Version, report.Receipts);
        if (sum is not null)
            Assert.Equal(sum, stream.State.Sum);
        if (commits is not null)
            Assert.Equal(commits, stream.Keys.Count);
        return stream;
    }

    private async Task<HashSet<string>> KeysAsync()
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var key in _memory.ListAsync(""))
            keys.Add(key);
        return keys;
    }

    /// <summary>What was there is created again, which changes nothing: it was only read, and may not be durable yet. Nothing else is written.</summary>
    private void AssertOnlyMadeDurable(HashSet<string> before) =>
        Assert.All(_store.Calls.Where(call => call.Operation is StoreOperation.Create or StoreOperation.Put), call =>
        {
            Assert.Equal(StoreOperation.Create, call.Operation);
            Assert.Contains(call.Key, before);
        });

    private sealed class Recorder : IProjection
    {
        public List<long> Versions { get; } = [];

        public Exception? Fault { get; set; }

        public ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default)
        {
            Assert.Equal(advance.Before.Head.Version + 1, advance.Commit[0].StreamVersion);
            Assert.Equal(advance.After.Head.Version, advance.Commit[^1].StreamVersion);
            Versions.Add(advance.After.Head.Version);
            return Fault is null ? ValueTask.CompletedTask : ValueTask.FromException(Fault);
        }
    }
}
