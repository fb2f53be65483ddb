using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Storage.Spaces.Tests.Rgw;
using Concord.Storage.Spaces.Writer;

namespace Concord.Storage.Spaces.Tests;

/// <summary>What each thing costs in requests, counted below the SDK.</summary>
public sealed class RequestCountTests
{
    private static readonly int Commits = int.Parse(Environment.GetEnvironmentVariable("CONCORD_SPACES_COMMITS") ?? "2500");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public async Task A_command_of_k_receipts_costs_one_put_and_k_more_on_a_warm_head_and_nothing_else(int receipts)
    {
        var requests = new RequestCounter();
        using var store = requests.Open(await TestBucket<RequestCountTests>.OptionsAsync());
        var writer = new TallyWriter(store);
        await writer.StrokeAsync("T", "first");
        requests.Forget();
        for (var i = 0; i < 3; i++)
            await writer.StrokeAsync("T", $"more-{i}", receipts);
        Assert.Equal(3 * (1 + receipts), requests.Count("PUT"));
        Assert.Equal(requests.Count("PUT"), requests.Total);
    }

    [Fact]
    public async Task A_stream_at_hand_that_did_not_change_costs_one_read()
    {
        var requests = new RequestCounter();
        using var store = requests.Open(await TestBucket<RequestCountTests>.OptionsAsync());
        var writer = new TallyWriter(store);
        await writer.StrokeAsync("T", "first");
        requests.Forget();
        Assert.Equal(1, (await writer.ReadAsync("T")).State.Strokes);
        Assert.Equal((1, 1), (requests.Count("GET"), requests.Total));
    }

    // The pages shrink with the stream, so that as many requests are made for fewer commits; eng/long/spaces.sh makes all 10,000.
    [Fact]
    public async Task A_new_process_finds_the_head_of_ten_thousand_commits_in_12_requests_and_with_a_good_hint_in_3()
    {
        var options = await TestBucket<RequestCountTests>.OptionsAsync();
        var memory = new MemoryObjectStore();
        var writer = new TallyWriter(memory);
        for (var i = 0; i < Commits - 1; i++)
            await writer.StrokeAsync("T", $"{i}");
        var hint = (await writer.ReadAsync("T")).Head;
        using (var admin = new SpacesObjectStore(options))
        {
            await CopyAsync(memory, admin);
            await writer.StrokeAsync("T", "last");
            await CopyAsync(memory, admin, after: StreamLayout.Commit(Tally.PrefixOf("T"), Commits - 1));
        }
        var all = await writer.ReadAsync("T");
        Assert.Equal((Commits, Commits - 1), (all.Head.Version, hint.Version));

        options.ListPage = Commits / 10;
        Assert.InRange(await CostAsync(options, all.Head, default), 1, 12);
        Assert.InRange(await CostAsync(options, all.Head, hint), 1, 3);
        Assert.InRange(await CostAsync(options, all.Head, all.Head), 1, 3);
        // A hint that is wrong costs one request more.
        Assert.InRange(await CostAsync(options, all.Head, hint with { CommitFirstVersion = 7 }), 1, 13);
        Assert.InRange(await CostAsync(options, all.Head, hint with { CommitFirstVersion = Commits + 9 }), 1, 13);
    }

    [Fact]
    public async Task A_stream_that_is_not_there_has_an_empty_head_whatever_the_hint()
    {
        using var store = new SpacesObjectStore(await TestBucket<RequestCountTests>.OptionsAsync());
        var streams = new TallyWriter(store).Streams;
        Assert.True((await streams.FindHeadAsync(Tally.Type, Tally.Id("none"))).IsEmpty);
        Assert.True((await streams.FindHeadAsync(Tally.Type, Tally.Id("none"), new StreamHead(5, null, null, 5))).IsEmpty);
    }

    private static async Task<int> CostAsync(SpacesOptions options, StreamHead expected, StreamHead hint)
    {
        var requests = new RequestCounter();
        using var store = requests.Open(options);
        Assert.Equal(expected, await new TallyWriter(store).Streams.FindHeadAsync(Tally.Type, Tally.Id("T"), hint));
        return requests.Total;
    }

    private static async Task CopyAsync(IObjectStore from, IObjectStore to, string? after = null)
    {
        var commits = from.ListAsync(StreamLayout.Commits(Tally.PrefixOf("T")), after);
        await Parallel.ForEachAsync(commits, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (key, token) =>
            await to.CreateAsync(key, (await from.GetAsync(key, token))!.Value, token));
    }
}
