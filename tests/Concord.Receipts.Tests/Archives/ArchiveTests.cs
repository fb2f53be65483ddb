using System.Text;
using Concord.Receipts.Derived;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Derived;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Streams;
using Concord.Testing;

namespace Concord.Receipts.Tests.Archives;

public sealed class ArchiveTests
{
    private readonly DerivedScene _scene = new();

    [Fact]
    public async Task Ten_thousand_receipts_are_read_with_less_than_a_hundred_requests()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 10_000);
        await _scene.BringUpToDateAsync(_scene.ArchivesOnly());
        _scene.Store.ForgetCalls();
        var streams = _scene.Reader(snapshots: false);
        var read = await streams.ReadAsync(Counter.Type, Counter.Id);
        // Two listings and one of the archives; ten archives, and the commit behind each; at most 50 commits, and the one that is not there yet.
        Assert.InRange(_scene.Store.Calls.Count, 1, 3 + (2 * 10) + 50 + 1);
        await _scene.ExpectReplayedAsync(read);

        // The same for who asks for the commits themselves, as a rebuild does: byte for byte.
        _scene.Store.ForgetCalls();
        var version = 0L;
        await foreach (var commit in streams.ReadCommitsAsync(read))
            Assert.Equal(await _scene.GetAsync(StreamLayout.Commit(Counter.Prefix, ++version)), CommitObject.Write(commit));
        Assert.Equal(10_000, version);
        Assert.InRange(_scene.Store.Calls.Count, 1, 2 + (2 * 10) + 50);
        _scene.Store.ForgetCalls();
        Assert.Equal(9_998, await streams.ReadFromFirstAsync(ReceiptStream<CounterState>.Empty(Counter.Type, Counter.Id), 9_998, default).CountAsync());
        Assert.InRange(_scene.Store.Calls.Count, 1, 3 + (2 * 10) + 50);
        Assert.Empty(_scene.Ignored);
    }

    [Fact]
    public async Task An_archive_holds_the_bytes_of_a_thousand_versions_commits_and_never_the_last_commit()
    {
        await LongStream.WriteMixedAsync(_scene.Inner);
        Assert.Equal(2, (await _scene.BringUpToDateAsync(_scene.ArchivesOnly())).Written.Count);
        var commits = LongStream.Mixed.Commits;
        var first = commits.TakeWhile(commit => commit[0].StreamVersion <= 1_000).ToList();
        var (next, last) = (commits[first.Count][0].StreamVersion, commits[^1][0].StreamVersion);
        var second = commits.Skip(first.Count).TakeWhile(commit => commit[0].StreamVersion <= (last - 1) / 50 * 50).ToList();
        Assert.Equal(Lines(first), await _scene.GetAsync(StreamLayout.Archive(Counter.Prefix, 1)));
        Assert.Equal(Lines(second), await _scene.GetAsync(StreamLayout.Archive(Counter.Prefix, next)));
        Assert.Equal(2, (await _scene.Inner.ListAsync(StreamLayout.Archives(Counter.Prefix)).ToListAsync()).Count);
        await _scene.ExpectReplayedAsync(await _scene.ReadAsync());
    }

    [Fact]
    public async Task The_last_archive_grows_until_it_is_whole_and_costs_what_is_new()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 980);
        await _scene.BringUpToDateAsync(_scene.ArchivesOnly());
        var head = (await _scene.ReplayAsync()).Head;
        await LongStream.WriteMoreAsync(_scene.Inner, 980, 1_060);
        var grown = await _scene.ReplayAsync();
        Assert.True(DerivedObjects.IsDue(head, grown.Head));
        Assert.False(DerivedObjects.IsDue(grown.Head, grown.Head));
        _scene.Store.ForgetCalls();
        Assert.Equal(
            [StreamLayout.Archive(Counter.Prefix, 1), StreamLayout.Archive(Counter.Prefix, 1_001)],
            (await _scene.ArchivesOnly().BringUpToDateAsync(grown)).Written);
        // Locator, listing; what was there and the commit behind it; 50 commits that are new, the one behind, put; and the same for the next.
        Assert.Equal(2 + 2 + 50 + 2 + 50 + 2, _scene.Store.Calls.Count);
        _scene.Store.ForgetCalls();
        Assert.Empty((await _scene.ArchivesOnly().BringUpToDateAsync(grown)).Written);
        Assert.Equal(4, _scene.Store.Calls.Count);

        // Who says how far it was looked at last time pays for nothing else.
        _scene.Store.ForgetCalls();
        Assert.Empty((await _scene.Writer().BringUpToDateAsync(grown, since: grown.Head)).Written);
        Assert.Empty(_scene.Store.Calls);
        await LongStream.WriteMoreAsync(_scene.Inner, 1_060, 1_110);
        Assert.Equal([StreamLayout.Archive(Counter.Prefix, 1_001)], (await _scene.Writer().BringUpToDateAsync(await _scene.ReplayAsync(), since: grown.Head)).Written);
        Assert.Equal(1 + 2 + 50 + 2, _scene.Store.Calls.Count);
        await LongStream.WriteMoreAsync(_scene.Inner, 1_110, 2_010);
        Assert.Contains(DerivedScene.SnapshotKey, (await _scene.Writer().BringUpToDateAsync(await _scene.ReplayAsync(), since: grown.Head)).Written);
    }

    [Fact]
    public async Task A_stream_of_few_commits_costs_no_request_more_and_has_no_archives()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 50);
        Assert.Empty((await _scene.BringUpToDateAsync()).Written);
        _scene.Store.ForgetCalls();
        await _scene.ReadAsync();
        Assert.Equal(1 + 50 + 1, _scene.Store.Calls.Count);
        _scene.Store.ForgetCalls();
        Assert.Empty((await _scene.Writer().BringUpToDateAsync(await _scene.ReplayAsync())).Written);
        Assert.Single(_scene.Store.Calls);
    }

    [Fact]
    public async Task The_tail_behind_a_snapshot_is_read_from_the_archive_that_holds_it()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 1_900);
        await _scene.BringUpToDateAsync();
        _scene.Store.ForgetCalls();
        await _scene.ExpectReplayedAsync(await _scene.ReadAsync());
        Assert.DoesNotContain(_scene.Store.Calls, call => call.Key == StreamLayout.Archive(Counter.Prefix, 1));
        Assert.InRange(_scene.Store.Calls.Count, 1, 60);
    }

    [Theory]
    [InlineData("cut off", IgnoredReason.Malformed)]
    [InlineData("empty", IgnoredReason.Malformed)]
    [InlineData("noise", IgnoredReason.Malformed)]
    [InlineData("an empty line", IgnoredReason.Malformed)]
    [InlineData("that of other versions", IgnoredReason.Malformed)]
    [InlineData("another stream's", IgnoredReason.OtherStream)]
    [InlineData("a payload changed", IgnoredReason.CommitDiffers)]
    [InlineData("a chain forged to its end", IgnoredReason.CommitDiffers)]
    [InlineData("a commit left out", IgnoredReason.CommitDiffers)]
    [InlineData("beyond the head", IgnoredReason.CommitDiffers)]
    public async Task An_archive_that_does_not_fit_is_ignored_and_told(string what, IgnoredReason reason)
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 1_080);
        await _scene.BringUpToDateAsync(_scene.ArchivesOnly());
        var key = StreamLayout.Archive(Counter.Prefix, 1);
        var good = await _scene.GetAsync(key);
        var lines = Encoding.UTF8.GetString(good).Split('\n')[..^1];
        await _scene.Inner.PutAsync(key, what switch
        {
            "cut off" => good[..^10],
            "empty" => [],
            "noise" => "noise\n"u8.ToArray(),
            "an empty line" => Text([.. lines[..5], "", .. lines[5..]]),
            "that of other versions" => Text(lines[1..]),
            "another stream's" => Lines(Forged(StreamId.Create("counter", ("counterId", "D")), 60)),
            "a payload changed" => Text([.. lines[..5], lines[5].Replace("\"by\":0", "\"by\":7", StringComparison.Ordinal), .. lines[6..]]),
            "a chain forged to its end" => Lines(Forged(Counter.Id, 1_000)),
            "beyond the head" => good,
            _ => Text([.. lines[..5], .. lines[6..]]),
        });
        if (what == "beyond the head")
            await TruncateAsync(1_000);
        using var listener = new Counted();
        await _scene.ExpectReplayedAsync(await _scene.ReadAsync());
        Assert.Equal((key, Counter.Id, reason, false), (_scene.Ignored[0].Key, _scene.Ignored[0].Stream, _scene.Ignored[0].Reason, _scene.Ignored[0].IsSnapshot));
        Assert.Contains(listener.Seen, seen => seen.Kind == "archive");
        if (what == "beyond the head")
            return;

        // A snapshot is due: all is folded, and what is wrong on the way is made anew.
        var update = await _scene.BringUpToDateAsync();
        Assert.Equal([key, DerivedScene.SnapshotKey], update.Written);
        Assert.Equal(good, await _scene.GetAsync(key));
    }

    [Fact]
    public async Task What_is_missing_among_the_archives_is_read_from_the_commits_and_made_again()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 3_080);
        await _scene.BringUpToDateAsync(_scene.ArchivesOnly());
        var key = StreamLayout.Archive(Counter.Prefix, 1_001);
        var whole = await _scene.GetAsync(key);
        await ((MemoryObjectStore)_scene.Inner).DeleteAsync(key);
        await _scene.ExpectReplayedAsync(await _scene.ReadAsync());
        Assert.Equal([key], (await _scene.BringUpToDateAsync(_scene.ArchivesOnly())).Written);
        Assert.Equal(whole, await _scene.GetAsync(key));

        // A writer that was far behind has put a shorter one in its place, while the next stood already.
        await _scene.Inner.PutAsync(key, whole.AsMemory(0, Array.IndexOf(whole, (byte)'\n', whole.Length / 2) + 1));
        await _scene.ExpectReplayedAsync(await _scene.ReadAsync());
        Assert.Empty(_scene.Ignored);
    }

    [Fact]
    public async Task A_range_with_more_than_an_archive_holds_is_archived_as_far_as_it_fits()
    {
        var chain = new ReceiptChain(Counter.Id);
        var note = new string('x', 250_000);
        for (var i = 0; i < 170; i++)
            chain.Commit(Counter.Owner, new TestKey(77), ReceiptChain.Draft("ADDED", $$"""{"by":1,"note":"{{note}}"}"""));
        foreach (var commit in chain.Commits)
            await _scene.Inner.CreateAsync(StreamLayout.Commit(Counter.Prefix, commit[0].StreamVersion), CommitObject.Write(commit));
        var update = await _scene.BringUpToDateAsync(_scene.ArchivesOnly());
        var key = StreamLayout.Archive(Counter.Prefix, 1);
        Assert.Equal([key], update.TooLarge);
        Assert.InRange((await _scene.GetAsync(key)).Length, 31 * 1024 * 1024, 32 * 1024 * 1024);
        await _scene.ExpectReplayedAsync(await _scene.ReadAsync());
        Assert.DoesNotContain(key, (await _scene.BringUpToDateAsync(_scene.ArchivesOnly())).Written);
        Assert.Empty(_scene.Ignored);
    }

    [Fact]
    public async Task Commits_that_are_lost_are_told_also_where_archives_are_read()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 1_080);
        await _scene.BringUpToDateAsync(_scene.ArchivesOnly());
        await ((MemoryObjectStore)_scene.Inner).DeleteAsync(StreamLayout.Commit(Counter.Prefix, 1_070));
        await Assert.ThrowsAsync<StreamDamagedException>(async () => await _scene.ReadAsync());
    }

    private async Task TruncateAsync(int commits)
    {
        await foreach (var commit in _scene.Inner.ListAsync(StreamLayout.Commits(Counter.Prefix), StreamLayout.Commit(Counter.Prefix, commits)))
            await ((MemoryObjectStore)_scene.Inner).DeleteAsync(commit);
    }

    private static List<System.Collections.Immutable.ImmutableArray<SealedReceipt>> Forged(StreamId id, int commits)
    {
        var (chain, key) = (new ReceiptChain(id), new TestKey(77));
        for (var i = 0; i < commits; i++)
            chain.Commit(Counter.Owner, key, ReceiptChain.Draft("ADDED", """{"by":9}"""));
        return chain.Commits;
    }

    private static byte[] Lines(IEnumerable<System.Collections.Immutable.ImmutableArray<SealedReceipt>> commits) =>
        [.. commits.SelectMany(commit => (byte[])[.. CommitObject.Write(commit), (byte)'\n'])];

    private static byte[] Text(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
}
