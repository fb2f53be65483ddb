using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Storage.Spaces.Tests.Rgw;
using Concord.Storage.Spaces.Writer;

namespace Concord.Storage.Spaces.Tests;

/// <summary>A network between the writer and the real server that cuts, delays and answers by itself.</summary>
public sealed class SpacesFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private SpacesOptions _options = null!;
    private SpacesObjectStore _direct = null!;
    private Proxy _proxy = null!;
    private SpacesObjectStore _store = null!;

    public static TheoryData<string> Fates => [.. Enum.GetNames<Fate>().Where(fate => fate != nameof(Fate.Pass))];

    public async Task InitializeAsync()
    {
        _options = await TestBucket<SpacesFaultTests>.OptionsAsync();
        _direct = new SpacesObjectStore(_options);
        _proxy = await Proxy.StartAsync(_options.Endpoint!);
        var behind = TestBucket.Options(_proxy.Endpoint, _options.Bucket, _options.Prefix);
        behind.RequestTimeout = TimeSpan.FromMilliseconds(400);
        behind.MaxPause = TimeSpan.FromMilliseconds(20);
        behind.MaxAttempts = 3;
        _store = new SpacesObjectStore(behind);
        await Tally.FoundAsync(_direct);
        await new TallyWriter(_direct).StrokeAsync("T", "before", strokes: 2);
    }

    public async Task DisposeAsync()
    {
        _store.Dispose();
        await _proxy.DisposeAsync();
        _direct.Dispose();
    }

    [Theory]
    [MemberData(nameof(Fates))]
    public async Task One_request_that_goes_wrong_is_not_noticed_whichever_it_is(string fate)
    {
        // Each request of an append by a writer that knows nothing yet, one after the other, until one append meets none.
        var number = 0;
        for (var met = true; met;)
        {
            met = false;
            var tally = $"N{++number}";
            await new TallyWriter(_direct).StrokeAsync(tally, "before", strokes: 2);
            var first = _proxy.Requests.Count;
            _proxy.FateOf = request =>
            {
                if (request.Number != first + number)
                    return Fate.Pass;
                met = true;
                return Enum.Parse<Fate>(fate);
            };
            var result = await Writer().StrokeAsync(tally, "met", strokes: 2).WaitAsync(Bound);
            Assert.Equal(AppendOutcome.Committed, result.Outcome);
            Assert.Null(result.PublishFault);
            Assert.Equal([3, 4], result.Receipts.Select(receipt => receipt.StreamVersion));
            await _proxy.LandAsync();
            Assert.Equal(4, (await new TallyWriter(_direct).ReadAsync(tally)).State.Strokes);
        }
        Assert.InRange(number, 8, 20);
        await AssertWholeAsync(2);
    }

    [Theory]
    [MemberData(nameof(Fates))]
    public async Task What_cannot_be_known_is_told_as_unknown_in_bounded_time_and_the_retry_tells(string fate)
    {
        // From the first create of a commit on nothing comes through: whether it landed nobody can say.
        _proxy.FateOf = request => request.Method == "PUT" && request.Path.Contains("/commits/", StringComparison.Ordinal) && IsNew(request) || _proxy.Requests.Any(IsNew)
            ? Enum.Parse<Fate>(fate) : Fate.Pass;
        await Assert.ThrowsAsync<AppendOutcomeUnknownException>(() => Writer().StrokeAsync("T", "unknown", strokes: 2).WaitAsync(Bound));

        _proxy.FateOf = _ => Fate.Pass;
        await _proxy.LandAsync();
        var again = await Writer().StrokeAsync("T", "unknown", strokes: 2).WaitAsync(Bound);
        Assert.True(again.Outcome is AppendOutcome.Committed or AppendOutcome.Replayed);
        Assert.Equal([3, 4], again.Receipts.Select(receipt => receipt.StreamVersion));
        await AssertWholeAsync(4);

        static bool IsNew(ProxiedRequest request) => request.Method == "PUT" && request.Path.EndsWith($"/commits/{3:D20}.json", StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Fates))]
    public async Task A_failure_before_the_commit_is_a_failure_and_nothing_was_written(string fate)
    {
        _proxy.FateOf = request => request.Method == "GET" ? Enum.Parse<Fate>(fate) : Fate.Pass;
        var failure = await Assert.ThrowsAsync<ObjectStoreException>(() => Writer().StrokeAsync("T", "failed").WaitAsync(Bound));
        Assert.True(failure.IsTransient);
        Assert.DoesNotContain(_proxy.Requests, request => request.Method == "PUT");
        await AssertWholeAsync(2);
    }

    [Fact]
    public async Task A_service_that_asks_to_slow_down_is_not_asked_again_before_the_time_it_named()
    {
        _proxy.RetryAfter = 1;
        var told = TimeSpan.Zero;
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var answered = 0;
        _proxy.FateOf = _ =>
        {
            if (answered++ > 0)
            {
                told = clock.Elapsed;
                return Fate.Pass;
            }
            clock.Restart();
            return Fate.SlowDown;
        };
        Assert.NotNull(await _store.GetAsync(StreamLayout.Commit(Tally.PrefixOf("T"), 1)).AsTask().WaitAsync(Bound));
        Assert.True(told >= TimeSpan.FromMilliseconds(990), $"{told}");
    }

    [Fact]
    public async Task A_service_that_asks_for_longer_than_anybody_waits_is_a_failure_at_once()
    {
        _proxy.RetryAfter = 3600;
        _proxy.FateOf = _ => Fate.SlowDown;
        var failure = await Assert.ThrowsAsync<ObjectStoreException>(async () => await _store.GetAsync("a").AsTask().WaitAsync(Bound));
        Assert.True(failure.IsTransient);
        Assert.Contains("slow down", failure.Message, StringComparison.Ordinal);
        Assert.Single(_proxy.Requests);
    }

    [Fact]
    public async Task An_object_whose_length_is_not_told_is_a_failure_and_not_an_empty_object()
    {
        _proxy.LeavesOutLengths = true;
        await Assert.ThrowsAsync<ObjectStoreException>(async () => await _store.GetAsync(StreamLayout.Commit(Tally.PrefixOf("T"), 1)).AsTask().WaitAsync(Bound));
    }

    [Fact]
    public async Task A_call_that_waits_for_an_answer_can_be_cancelled()
    {
        _proxy.FateOf = _ => Fate.Silence;
        foreach (var call in new Func<CancellationToken, Task>[]
        {
            async token => await _store.GetAsync("a", token),
            async token => await _store.CreateAsync("a", new byte[1], token),
            async token => await _store.PutAsync("a", new byte[1], token),
            async token => await _store.ListAsync("", cancellationToken: token).ToListAsync(token),
        })
        {
            using var source = new CancellationTokenSource();
            var before = _proxy.Requests.Count;
            var pending = call(source.Token);
            while (_proxy.Requests.Count == before)
                await Task.Yield();
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending.WaitAsync(Bound));
        }
    }

    private TallyWriter Writer() => new(_store, configure: options => (options.CommitTimeout, options.MaxPause) = (TimeSpan.FromSeconds(4), TimeSpan.FromMilliseconds(20)));

    // Nothing twice, nothing lost, and whole after one more append.
    private async Task AssertWholeAsync(long strokes)
    {
        var after = await new TallyWriter(_direct).StrokeAsync("T", "after");
        Assert.Equal(strokes + 1, Assert.Single(after.Receipts).StreamVersion);
        Assert.Equal(strokes + 1, (await new TallyWriter(_direct).ReadAsync("T")).State.Strokes);
        var report = await Tally.CheckAsync(_direct);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }
}
