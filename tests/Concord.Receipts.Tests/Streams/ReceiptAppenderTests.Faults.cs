using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Concord.Testing;

namespace Concord.Receipts.Tests.Streams;

public sealed partial class ReceiptAppenderTests
{
    [Fact]
    public async Task A_lost_response_to_the_commit_is_no_failure()
    {
        _store.FaultOf = Once(call => call.Key.Contains("/commits/", StringComparison.Ordinal) && call.Operation == StoreOperation.Create, CallFault.ResponseLost);
        var result = await new Process(_store).AddAsync("k", 1);
        Assert.Equal(AppendOutcome.Committed, result.Outcome);
        await CheckAsync(sum: 1, commits: 1);
    }

    [Theory]
    [InlineData(nameof(CallFault.ResponseLost), true)]
    [InlineData(nameof(CallFault.NothingDone), false)]
    [InlineData(nameof(CallFault.LandsLater), false)]
    public async Task When_the_store_never_says_the_outcome_is_unknown_and_a_retry_tells(string fault, bool isCommitted)
    {
        var process = new Process(_store);
        await process.AddAsync("before", 10);
        _store.FaultOf = call => call.Key.Contains("/commits/", StringComparison.Ordinal) ? Enum.Parse<CallFault>(fault) : CallFault.None;
        var unknown = await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => process.AddAsync("k", 1));
        Assert.IsType<ObjectStoreException>(unknown.InnerException);

        _store.FaultOf = _ => CallFault.None;
        var again = await process.AddAsync("k", 1);
        Assert.Equal(isCommitted ? AppendOutcome.Replayed : AppendOutcome.Committed, again.Outcome);
        await _store.LandLateWritesAsync();
        Assert.Equal(again.Receipts[0].Hash, (await new Process(_store).AddAsync("k", 1)).Receipts[0].Hash);
        await CheckAsync(sum: 11, commits: 2);
    }

    [Fact]
    public async Task A_write_that_lands_late_is_found_by_the_retry()
    {
        var process = new Process(_store, options => options.MaxCommitAttempts = 1);
        await process.AddAsync("before", 10);
        _store.FaultOf = Once(call => call.Key.Contains("/commits/", StringComparison.Ordinal), CallFault.LandsLater);
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => process.AddAsync("k", 1));
        await _store.LandLateWritesAsync();
        Assert.Equal(AppendOutcome.Replayed, (await process.AddAsync("k", 1)).Outcome);
        await CheckAsync(sum: 11, commits: 2);
    }

    [Fact]
    public async Task A_store_that_hangs_at_the_commit_is_given_up_on()
    {
        var process = new Process(_store, options => options.CommitTimeout = TimeSpan.FromMilliseconds(50));
        await process.AddAsync("before", 10);
        _store.FaultOf = call => call.Key.Contains("/commits/", StringComparison.Ordinal) ? CallFault.Hangs : CallFault.None;
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => process.AddAsync("k", 1));
        _store.FaultOf = call => call.Key.Contains("/events/", StringComparison.Ordinal) ? CallFault.Hangs : CallFault.None;
        var result = await process.AddAsync("k", 1);
        Assert.Equal(AppendOutcome.Committed, result.Outcome);
        Assert.IsAssignableFrom<OperationCanceledException>(result.PublishFault);
    }

    [Fact]
    public async Task What_is_unpublished_is_published_before_the_next_commit()
    {
        _store.FaultOf = call => IsPublishing(call) ? CallFault.NothingDone : CallFault.None;
        var first = await new Process(_store).AddAsync("k", 1, 2);
        Assert.Equal(AppendOutcome.Committed, first.Outcome);
        Assert.IsType<ObjectStoreException>(first.PublishFault);
        await CheckAsync(sum: 3, commits: 1);
        _store.FaultOf = _ => CallFault.None;
        _store.ForgetCalls();

        await new Process(_store).AddAsync("l", 4);
        // The commit was only read here, and its writer may have died before it was durable: it is created again first.
        Assert.Equal(
            ["counters/C/commits/00000000000000000001.json", $"counters/C/events/{first.Receipts[0].EventId}.json", $"counters/C/events/{first.Receipts[1].EventId}.json", "counters/C/commits/00000000000000000003.json"],
            _store.Calls.Where(call => call.Operation == StoreOperation.Create).Select(call => call.Key).Take(4));
        await CheckAsync(sum: 7, commits: 2);
    }

    [Fact]
    public async Task The_process_that_could_not_publish_publishes_before_its_own_next_commit()
    {
        var process = new Process(_store);
        _store.FaultOf = Once(IsPublishing, CallFault.NothingDone);
        Assert.NotNull((await process.AddAsync("k", 1, 2)).PublishFault);
        await process.AddAsync("l", 4);
        await CheckAsync(sum: 7, commits: 2);
        Assert.Equal(3, (await KeysAsync("counters/C/events/")).Count);
    }

    [Fact]
    public async Task A_store_that_cannot_be_listed_stops_a_cold_append_before_anything_is_written()
    {
        await new Process(_store).AddAsync("k", 1);
        _store.FaultOf = call => call.Operation == StoreOperation.List ? CallFault.NothingDone : CallFault.None;
        _store.ForgetCalls();
        await Assert.ThrowsAsync<ObjectStoreException>(() => new Process(_store).AddAsync("l", 1));
        Assert.DoesNotContain(_store.Calls, call => call.Operation == StoreOperation.Create);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(0)]
    public async Task A_stream_that_has_lost_commits_refuses_to_grow(long lost)
    {
        var process = new Process(_store);
        await process.AddAsync("a", 1, 2);
        await process.AddAsync("b", 3);
        await process.AddAsync("c", 4, 5);
        foreach (var key in await KeysAsync("counters/C/commits/"))
            if (lost == 0 || key.EndsWith($"{lost}.json", StringComparison.Ordinal))
                await _memory.DeleteAsync(key);
        _store.ForgetCalls();
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var damaged = await Assert.ThrowsAsync<StreamDamagedException>(() => new Process(_store).AddAsync("d", 6));
            Assert.Equal(lost is 0 or 4 ? FailureKind.Truncated : FailureKind.VersionGap, damaged.Kind);
            Assert.Equal(Counter.Id, damaged.Stream);
        }
        Assert.DoesNotContain(_store.Calls, call => call.Operation is StoreOperation.Create or StoreOperation.Put);
    }

    [Fact]
    public async Task A_commit_that_comes_while_events_are_listed_is_not_taken_for_a_lost_one()
    {
        await new Process(_store).AddAsync("a", 1);
        var reader = new Process(_store);
        var others = 0;
        _store.Before = async call =>
        {
            if (call.Operation == StoreOperation.List && call.Key.EndsWith("/events/", StringComparison.Ordinal) && others < 3)
                await new Process(_memory).AddAsync($"other-{others++}", 10);
        };
        Assert.Equal(AppendOutcome.Committed, (await reader.AddAsync("b", 100)).Outcome);
        await CheckAsync(sum: 131, commits: 5);
    }

    [Fact]
    public async Task A_stored_commit_that_was_tampered_with_stops_the_stream()
    {
        await new Process(_store).AddAsync("a", 1);
        const string Key = "counters/C/commits/00000000000000000001.json";
        var bytes = (await _memory.GetAsync(Key))!.Value.ToArray();
        bytes[Array.IndexOf(bytes, (byte)'1', bytes.AsSpan().IndexOf("\"by\":"u8))] = (byte)'9';
        await _memory.PutAsync(Key, bytes);
        Assert.Equal(FailureKind.HashMismatch, (await Assert.ThrowsAsync<StreamDamagedException>(() => new Process(_store).AddAsync("b", 1))).Kind);
        await _memory.PutAsync(Key, "[]"u8.ToArray());
        Assert.Equal(FailureKind.Malformed, (await Assert.ThrowsAsync<StreamDamagedException>(() => new Process(_store).ReadAsync())).Kind);
    }

    [Fact]
    public async Task Cancelled_before_the_commit_leaves_nothing()
    {
        var dry = new FaultyObjectStore(new MemoryObjectStore());
        await new Process(dry).AddAsync("k", 1);
        var commit = dry.Calls.First(call => call.Operation == StoreOperation.Create).Number;
        Assert.True(commit > 3);
        for (var number = 1; number < commit; number++)
        {
            var memory = new MemoryObjectStore();
            var store = new FaultyObjectStore(memory);
            using var cancellation = new CancellationTokenSource();
            store.Before = call => call.Number == number ? cancellation.CancelAsync() : Task.CompletedTask;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                await new Process(store).Appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("k"), Counter.Add(1), cancellation.Token));
            await foreach (var key in memory.ListAsync("counters/"))
                Assert.Fail($"{key} was written although call {number} was cancelled.");
        }
    }

    [Fact]
    public async Task Cancelled_while_deciding_leaves_nothing()
    {
        using var cancellation = new CancellationTokenSource();
        var process = new Process(_store);
        await process.AddAsync("a", 1);
        _store.ForgetCalls();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await process.Appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("k"), stream =>
        {
            cancellation.Cancel();
            return Counter.Add(1)(stream);
        }, cancellation.Token));
        Assert.Empty(_store.Calls);
    }

    [Theory]
    [InlineData("/commits/")]
    [InlineData("/events/")]
    public async Task Cancelled_once_the_commit_has_begun_the_append_ends_by_itself(string part)
    {
        using var cancellation = new CancellationTokenSource();
        var process = new Process(_store);
        await process.AddAsync("a", 1);
        _store.Before = call => call.Key.Contains(part, StringComparison.Ordinal) ? cancellation.CancelAsync() : Task.CompletedTask;
        var result = await process.Appender.AppendAsync(Counter.Type, Counter.Id, Counter.Command("k"), Counter.Add(1, 2), cancellation.Token);
        Assert.True(cancellation.IsCancellationRequested);
        Assert.Equal(AppendOutcome.Committed, result.Outcome);
        Assert.Null(result.PublishFault);
        Assert.Equal(3, (await KeysAsync("counters/C/events/")).Count);
    }

    [Fact]
    public async Task Two_processes_at_once_make_one_chain_in_which_every_acknowledged_receipt_stands()
    {
        var processes = new[] { new Process(_store), new Process(_store) };
        var results = await Task.WhenAll(processes.SelectMany((process, p) => Enumerable.Range(0, 50).Select(i => Task.Run(() => process.AddAsync($"{p}-{i}", 1, 1)))));

        Assert.All(results, result => Assert.Equal(AppendOutcome.Committed, result.Outcome));
        var stream = await CheckAsync(sum: 200, commits: 100);
        Assert.Equal(200, stream.Head.Version);
        Assert.Equal(Enumerable.Range(1, 200).Select(version => (long)version), results.SelectMany(result => result.Receipts).Select(receipt => receipt.StreamVersion).Order());
        Assert.Equal(200, (await KeysAsync("counters/C/events/")).Count);
        foreach (var process in processes)
            Assert.Equal(stream.Head.Hash, (await process.ReadAsync()).Head.Hash);
    }

    [Fact]
    public async Task Two_processes_at_once_on_a_store_that_loses_responses_make_one_chain()
    {
        var random = new Random(4711);
        _store.FaultOf = call =>
        {
            lock (random)
                return call.Operation != StoreOperation.Create ? CallFault.None : random.Next(6) switch { 0 => CallFault.ResponseLost, 1 => CallFault.NothingDone, _ => CallFault.None };
        };
        var processes = new[] { new Process(_store, options => options.MaxCommitAttempts = 20), new Process(_store, options => options.MaxCommitAttempts = 20) };
        await Task.WhenAll(processes.SelectMany((process, p) => Enumerable.Range(0, 25).Select(i => Task.Run(async () =>
        {
            while (true)
            {
                try
                {
                    await process.AddAsync($"{p}-{i}", 1);
                    return;
                }
                catch (Exception exception) when (exception is ObjectStoreException or AppendOutcomeUnknownException)
                {
                }
            }
        }))));
        _store.FaultOf = _ => CallFault.None;
        await new Process(_store).AddAsync("last", 1);
        await CheckAsync(sum: 51, commits: 51);
        Assert.Equal(51, (await KeysAsync("counters/C/events/")).Count);
    }

    [Fact]
    public async Task A_head_that_another_process_has_published_is_made_durable_before_anything_follows_it()
    {
        await new Process(_store).AddAsync("a", 1, 2);
        _store.ForgetCalls();
        await new Process(_store).AddAsync("b", 1);

        // The commit that was only read, its two events though they were listed, and only then the next commit.
        var creates = _store.Calls.Where(call => call.Operation == StoreOperation.Create).Select(call => call.Key).ToList();
        Assert.Equal(StreamLayout.Commit(Counter.Prefix, 1), creates[0]);
        Assert.All(creates[1..3], key => Assert.StartsWith(StreamLayout.Events(Counter.Prefix), key, StringComparison.Ordinal));
        Assert.Equal(StreamLayout.Commit(Counter.Prefix, 3), creates[3]);
        await CheckAsync(sum: 4, commits: 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_lost_round_costs_a_create_a_read_a_listing_and_the_events_of_the_commit_that_won(int receipts)
    {
        var process = new Process(_store);
        await process.AddAsync("a", 1);
        var won = await new Process(_memory).AddAsync("b", [.. Enumerable.Repeat(1L, receipts)]);
        _store.ForgetCalls();
        var result = await process.AddAsync("c", 1);

        // The commit that won was found there by our own create, so it is durable, and is not created again; its events are.
        var theirs = StreamLayout.Commit(Counter.Prefix, 2);
        Assert.Equal(
            [(StoreOperation.Create, theirs), (StoreOperation.Get, theirs), (StoreOperation.List, StreamLayout.Events(Counter.Prefix))],
            _store.Calls.Take(3).Select(call => (call.Operation, call.Key)));
        var again = _store.Calls.Skip(3).Take(2 * receipts).ToLookup(call => call.Operation, call => call.Key);
        Assert.All([StoreOperation.Create, StoreOperation.Get], operation =>
            Assert.Equal(won.Receipts.Select(receipt => StreamLayout.Event(Counter.Prefix, receipt.EventId)).Order(), again[operation].Order()));
        Assert.Equal(
            [(StoreOperation.Create, StreamLayout.Commit(Counter.Prefix, 2 + receipts)), (StoreOperation.Create, StreamLayout.Event(Counter.Prefix, result.Receipts[0].EventId))],
            _store.Calls.Skip(3 + (2 * receipts)).Select(call => (call.Operation, call.Key)));
        await CheckAsync(sum: 2 + receipts, commits: 3);
    }

    [Fact]
    public async Task A_commit_that_won_and_is_not_published_is_published_by_who_lost_to_it()
    {
        var process = new Process(_store);
        await process.AddAsync("a", 1);
        var theirs = new FaultyObjectStore(_memory);
        var other = new Process(theirs);
        Assert.Equal(AppendOutcome.Replayed, (await other.AddAsync("a", 1)).Outcome);
        theirs.FaultOf = call => IsPublishing(call) ? CallFault.NothingDone : CallFault.None;
        Assert.NotNull((await other.AddAsync("b", 1, 1)).PublishFault);
        Assert.Single(await KeysAsync("counters/C/events/"));
        Assert.Equal(AppendOutcome.Committed, (await process.AddAsync("c", 1)).Outcome);
        Assert.Equal(4, (await KeysAsync("counters/C/events/")).Count);
        await CheckAsync(sum: 4, commits: 3);
    }

    [Fact]
    public async Task Others_who_go_on_behind_the_commit_that_won_are_found_before_the_next_round()
    {
        var process = new Process(_store);
        await process.AddAsync("a", 1);
        for (var i = 0; i < 3; i++)
            await new Process(_memory).AddAsync($"other-{i}", 10);
        _store.ForgetCalls();
        Assert.Equal(AppendOutcome.Committed, (await process.AddAsync("b", 100)).Outcome);

        // One round lost; and what was only read is durable before anything follows it.
        Assert.Equal([2, 4, 5], _store.Calls.Where(call => call.Operation == StoreOperation.Create)
            .Select(call => StreamLayout.TryParseCommit(call.Key, out _, out var version) ? version : 0).Where(version => version > 0));
        await CheckAsync(sum: 131, commits: 5);
    }

    [Theory]
    [InlineData("[]", FailureKind.Malformed)]
    [InlineData(null, FailureKind.HashMismatch)]
    public async Task A_commit_that_won_is_checked_before_anything_is_built_on_it(string? stored, FailureKind kind)
    {
        var process = new Process(_store);
        await process.AddAsync("a", 1);
        var won = CommitObject.Write((await new Process(_memory).AddAsync("b", 1)).Receipts);
        won[Array.IndexOf(won, (byte)'1', won.AsSpan().IndexOf("\"by\":"u8))] = (byte)'9';
        await _memory.PutAsync(StreamLayout.Commit(Counter.Prefix, 2), stored is null ? won : System.Text.Encoding.ASCII.GetBytes(stored));
        Assert.Equal(kind, (await Assert.ThrowsAsync<StreamDamagedException>(() => process.AddAsync("c", 1))).Kind);
    }

    [Fact]
    public async Task Another_receipt_in_the_place_of_an_event_of_the_commit_that_won_stops_the_stream()
    {
        var process = new Process(_store);
        await process.AddAsync("a", 1);
        var won = await new Process(_memory).AddAsync("b", 1);
        await _memory.PutAsync(StreamLayout.Event(Counter.Prefix, won.Receipts[0].EventId), "{}"u8.ToArray());
        Assert.Equal(FailureKind.Fork, (await Assert.ThrowsAsync<StreamDamagedException>(() => process.AddAsync("c", 1))).Kind);
        Assert.Equal(2, (await KeysAsync("counters/C/commits/")).Count);
    }

    [Fact]
    public async Task Other_writers_who_win_every_round_end_it_in_contention()
    {
        var process = new Process(_store, options => options.MaxRounds = 3);
        await process.AddAsync("a", 1);
        var others = 0;
        _store.Before = async call =>
        {
            if (call.Operation == StoreOperation.Create && call.Key.Contains("/commits/", StringComparison.Ordinal) && await _memory.GetAsync(call.Key) is null)
                await new Process(_memory).AddAsync($"other-{others++}", 1);
        };
        await Assert.ThrowsAsync<AppendContentionException>(() => process.AddAsync("k", 1));
        _store.Before = _ => Task.CompletedTask;
        Assert.Equal(3, others);
        Assert.Equal(AppendOutcome.Committed, (await process.AddAsync("k", 1)).Outcome);
        await CheckAsync(sum: 5, commits: 5);
    }

    private static Func<StoreCall, CallFault> Once(Func<StoreCall, bool> which, CallFault fault)
    {
        var done = 0;
        return call => which(call) && Interlocked.Exchange(ref done, 1) == 0 ? fault : CallFault.None;
    }

    private static bool IsPublishing(StoreCall call) => call.Operation == StoreOperation.Create && call.Key.Contains("/events/", StringComparison.Ordinal);

    private async Task<List<string>> KeysAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var key in _memory.ListAsync(prefix))
            keys.Add(key);
        return keys;
    }
}
