using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Testing;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Subscriptions.Feeds;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>The end of a stream as a host knows it: it believes the store, and what continues the chain, and nothing else.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class TailTests(SharedEdge shared)
{
    [Fact]
    public async Task It_takes_what_follows_reads_what_is_missing_between_and_ignores_what_it_has()
    {
        var (id, commits, source) = await BookAsync(saves: 6);
        var store = new MemoryObjectStore();
        await CopyAsync(source, store, id, commits, count: 2);
        var tails = new StreamTails(new ReceiptStreams(store), TimeProvider.System);
        using var open = await tails.OpenAsync(id, isPolled: false, CancellationToken.None);
        Assert.Equal(2, open.Tail.Version);

        // The next, the same again, an old one.
        await CopyAsync(source, store, id, commits, count: 7);
        open.Tail.Offer(commits[2]);
        open.Tail.Offer(commits[2]);
        open.Tail.Offer(commits[0]);
        Assert.Equal(3, open.Tail.Version);
        Assert.Equal([3L], open.Tail.After(2).Recent!.Select(receipt => receipt.StreamVersion));
        Assert.Null(open.Tail.After(1).Recent);

        // One that is further on than the next: those between are read.
        open.Tail.Offer(commits[5]);
        await open.Tail.LookAsync();
        Assert.Equal(7, open.Tail.Version);
        Assert.Equal([3L, 4, 5, 6, 7], open.Tail.After(2).Recent!.Select(receipt => receipt.StreamVersion));
    }

    [Fact]
    public async Task It_does_not_go_where_the_store_does_not_whatever_is_said()
    {
        var (id, commits, source) = await BookAsync(saves: 1);
        var store = new MemoryObjectStore();
        await CopyAsync(source, store, id, commits, count: 1);
        using var open = await new StreamTails(new ReceiptStreams(store), TimeProvider.System).OpenAsync(id, isPolled: false, CancellationToken.None);
        open.Tail.Nudge(1000);
        await open.Tail.LookAsync();
        Assert.Equal(1, open.Tail.Version);
    }

    [Fact]
    public async Task Two_who_open_it_at_once_both_find_it_where_the_store_was_when_they_asked()
    {
        var (id, commits, source) = await BookAsync(saves: 1);
        var store = new MemoryObjectStore();
        await CopyAsync(source, store, id, commits, count: 1);
        var held = new AsyncLocal<Task?>();
        var slow = new FaultyObjectStore(store) { Before = _ => held.Value ?? Task.CompletedTask };
        var tails = new StreamTails(new ReceiptStreams(slow), TimeProvider.System);

        // One begins to look, and before it sees anything another has looked; and then a host that tells nobody commits.
        var goesOn = new TaskCompletionSource();
        held.Value = goesOn.Task;
        var opening = tails.OpenAsync(id, isPolled: false, CancellationToken.None);
        held.Value = null;
        using var first = await tails.OpenAsync(id, isPolled: false, CancellationToken.None);
        Assert.Equal(1, first.Tail.Version);
        await CopyAsync(source, store, id, commits, count: 2);
        goesOn.SetResult();
        using var second = await opening;
        Assert.Equal(2, second.Tail.Version);
    }

    [Fact]
    public async Task How_far_it_is_said_to_go_is_known_at_once_and_is_not_where_it_stands()
    {
        var (id, commits, source) = await BookAsync(saves: 3);
        var store = new MemoryObjectStore();
        await CopyAsync(source, store, id, commits, count: 1);
        var goesOn = new TaskCompletionSource();
        var slow = new FaultyObjectStore(store);
        using var open = await new StreamTails(new ReceiptStreams(slow), TimeProvider.System).OpenAsync(id, isPolled: false, CancellationToken.None);
        var before = open.Tail.Reach;
        slow.Before = _ => goesOn.Task;
        open.Tail.Offer(commits[2]);
        Assert.Equal((1L, 3L), open.Tail.Reach);
        open.Tail.Nudge(2);
        Assert.Equal((1L, 3L), open.Tail.Reach);
        Assert.NotEqual(before, open.Tail.Reach);
        await CopyAsync(source, store, id, commits, count: 3);
        goesOn.SetResult();
        await open.Tail.LookAsync();
        Assert.Equal((3L, 3L), open.Tail.Reach);
    }

    [Fact]
    public async Task What_does_not_continue_the_chain_is_damage_and_not_given()
    {
        var (id, commits, source) = await BookAsync(saves: 2);
        var (_, others, _) = await BookAsync(saves: 2);
        var store = new MemoryObjectStore();
        await CopyAsync(source, store, id, commits, count: 1);
        var tails = new StreamTails(new ReceiptStreams(store), TimeProvider.System);
        var open = await tails.OpenAsync(id, isPolled: false, CancellationToken.None);
        await store.CreateAsync(StreamLayout.Commit(PixPaxStreams.PrefixOf(id), 2), CommitObject.Write(others[1]));
        await open.Tail.LookAsync();
        Assert.Equal(1, open.Tail.Version);
        Assert.NotNull(open.Tail.Damage);
        open.Dispose();
        Assert.Empty(tails.All());
    }

    [Fact]
    public async Task A_store_that_fails_for_a_while_delays()
    {
        var (id, commits, source) = await BookAsync(saves: 1);
        var store = new MemoryObjectStore();
        await CopyAsync(source, store, id, commits, count: 1);
        var failures = 0;
        var faulty = new FaultyObjectStore(store) { FaultOf = _ => Interlocked.Decrement(ref failures) >= 0 ? CallFault.NothingDone : CallFault.None };
        using var open = await new StreamTails(new ReceiptStreams(faulty), TimeProvider.System).OpenAsync(id, isPolled: false, CancellationToken.None);
        await CopyAsync(source, store, id, commits, count: 2);
        var signal = new Signal();
        open.Tail.Watch(signal);
        Volatile.Write(ref failures, 2);
        open.Tail.Nudge(2);
        await signal.WaitAsync(new CancellationTokenSource(Subscriber.Limit).Token);
        Assert.Equal(2, open.Tail.Version);
    }

    [Fact]
    public async Task It_keeps_the_last_receipts_and_no_more()
    {
        var (id, commits, source) = await BookAsync(saves: 100);
        var store = new MemoryObjectStore();
        await CopyAsync(source, store, id, commits, count: 1);
        using var open = await new StreamTails(new ReceiptStreams(store), TimeProvider.System).OpenAsync(id, isPolled: false, CancellationToken.None);
        foreach (var commit in commits.Skip(1)) open.Tail.Offer(commit);
        Assert.Equal(101, open.Tail.Version);
        Assert.Null(open.Tail.After(101 - 65).Recent);
        Assert.Equal(64, open.Tail.After(101 - 64).Recent!.Count);
    }

    private async Task<(StreamId Id, List<ImmutableArray<SealedReceipt>> Commits, IObjectStore Source)> BookAsync(int saves)
    {
        var book = await (await Collector.JoinAsync(shared.Host.As(World.NewName("ada")))).OpenBookAsync();
        for (var n = 0; n < saves; n++) await book.SaveAsync(n);
        var (id, commits) = (PixPaxStreams.PixbookId(book.AccountId, book.Id), new List<ImmutableArray<SealedReceipt>>());
        foreach (var receipt in await shared.Host.Data.ReadAsync(book.Prefix)) commits.Add([receipt]);
        return (id, commits, shared.Host.Data.Store);
    }

    private static async Task CopyAsync(IObjectStore source, MemoryObjectStore store, StreamId id, List<ImmutableArray<SealedReceipt>> commits, int count)
    {
        for (var version = 1; version <= Math.Min(count, commits.Count); version++)
        {
            var key = StreamLayout.Commit(PixPaxStreams.PrefixOf(id), version);
            await store.CreateAsync(key, (await source.GetAsync(key))!.Value);
        }
    }
}
