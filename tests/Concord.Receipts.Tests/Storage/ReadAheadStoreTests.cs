using Concord.Receipts.Storage;
using Concord.Testing;

namespace Concord.Receipts.Tests.Storage;

public sealed class ReadAheadStoreTests
{
    private readonly FaultyObjectStore _store = new(new MemoryObjectStore());

    [Fact]
    public async Task What_is_listed_is_read_before_it_is_asked_for_and_once()
    {
        await FillAsync(100);
        await using var ahead = new ReadAheadStore(_store, "a/");
        var keys = new List<string>();
        await foreach (var key in ahead.ListAsync("a/"))
        {
            var begun = _store.Calls.Where(call => call.Operation == StoreOperation.Get).Select(call => call.Key).ToList();
            Assert.Contains(key, begun);
            Assert.InRange(begun.Count, 1, keys.Count + ReadAheadStore.MaxAhead + 1);
            Assert.Equal(key, Text(await ahead.GetAsync(key)));
            keys.Add(key);
        }
        Assert.Equal(Enumerable.Range(0, 100).Select(Key), keys);
        Assert.Equal(keys, _store.Calls.Where(call => call.Operation == StoreOperation.Get).Select(call => call.Key));
    }

    [Fact]
    public async Task Reads_are_under_way_together()
    {
        await FillAsync(ReadAheadStore.MaxAhead);
        var (begun, all) = (0, new TaskCompletionSource());
        _store.Before = call =>
        {
            if (call.Operation != StoreOperation.Get)
                return Task.CompletedTask;
            if (Interlocked.Increment(ref begun) == ReadAheadStore.MaxAhead)
                all.SetResult();
            // None ends before all have begun.
            return all.Task;
        };
        await using var ahead = new ReadAheadStore(_store, "a/");
        await foreach (var key in ahead.ListAsync("a/"))
            Assert.Equal(key, Text(await ahead.GetAsync(key)));
    }

    [Fact]
    public async Task A_listing_that_is_left_and_begun_again_reads_nothing_twice()
    {
        await FillAsync(5);
        await using var ahead = new ReadAheadStore(_store, "a/");
        await foreach (var key in ahead.ListAsync("a/"))
            break;
        await foreach (var key in ahead.ListAsync("a/"))
            Assert.Equal(key, Text(await ahead.GetAsync(key)));
        Assert.Equal(5, _store.Calls.Count(call => call.Operation == StoreOperation.Get));
    }

    [Fact]
    public async Task What_nobody_asks_for_is_let_go_and_read_again_when_somebody_does()
    {
        await FillAsync(200);
        await using var ahead = new ReadAheadStore(_store, "a/");
        Assert.Equal(200, await ahead.ListAsync("a/").CountAsync());
        Assert.Equal(Key(0), Text(await ahead.GetAsync(Key(0))));
        Assert.Equal(Key(199), Text(await ahead.GetAsync(Key(199))));
        Assert.Equal(201, _store.Calls.Count(call => call.Operation == StoreOperation.Get));
    }

    [Fact]
    public async Task A_read_that_fails_fails_for_who_asks_for_it_and_nobody_else()
    {
        await FillAsync(5);
        _store.FaultOf = call => call.Operation == StoreOperation.Get && call.Key == Key(2) ? CallFault.NothingDone : CallFault.None;
        await using var ahead = new ReadAheadStore(_store, "a/");
        await foreach (var key in ahead.ListAsync("a/"))
            if (key == Key(2))
                await Assert.ThrowsAsync<ObjectStoreException>(async () => await ahead.GetAsync(key));
            else
                Assert.Equal(key, Text(await ahead.GetAsync(key)));
    }

    [Fact]
    public async Task What_is_still_read_at_the_end_is_stopped()
    {
        await FillAsync(5);
        _store.FaultOf = call => call.Operation == StoreOperation.Get ? CallFault.Hangs : CallFault.None;
        await using (var ahead = new ReadAheadStore(_store, "a/"))
            await foreach (var key in ahead.ListAsync("a/"))
                break;
        Assert.Equal(5, _store.Calls.Count(call => call.Operation == StoreOperation.Get));
    }

    [Fact]
    public async Task Other_listings_are_not_read_ahead_of()
    {
        await FillAsync(5);
        await using var ahead = new ReadAheadStore(_store, "b/");
        Assert.Equal(5, await ahead.ListAsync("a/").CountAsync());
        Assert.DoesNotContain(_store.Calls, call => call.Operation == StoreOperation.Get);
    }

    private static string Key(int number) => $"a/{number:D4}.json";

    private static string Text(ReadOnlyMemory<byte>? bytes) => System.Text.Encoding.ASCII.GetString(bytes!.Value.Span);

    private async Task FillAsync(int objects)
    {
        for (var i = 0; i < objects; i++)
            await _store.CreateAsync(Key(i), System.Text.Encoding.ASCII.GetBytes(Key(i)));
    }
}
