using System.Diagnostics;
using Concord.Receipts;
using Concord.Receipts.Streams;
using Concord.Storage.Spaces.Tests.Rgw;
using Concord.Storage.Spaces.Writer;

namespace Concord.Storage.Spaces.Tests;

/// <summary>Writers in processes of their own on one stream.</summary>
public sealed class WriterProcessTests
{
    [Fact]
    public async Task Sixteen_writers_in_four_processes_before_two_gateways_make_one_chain()
    {
        const int each = 6;
        var options = await TestBucket<WriterProcessTests>.OptionsAsync();
        var cluster = await RgwCluster.SharedAsync();
        var second = await cluster.StartGatewayAsync();
        var other = TestBucket.Options(second.Endpoint, options.Bucket, options.Prefix);
        using var store = new SpacesObjectStore(options);
        await Tally.FoundAsync(store);
        var writers = new List<WriterProcess>();
        try
        {
            for (var i = 0; i < 4; i++)
                writers.Add(await WriterProcess.StartAsync("append", i % 2 == 0 ? options : other, "T", $"p{i}", "4", $"{each}"));
            writers.ForEach(writer => writer.Go());
            await Task.WhenAll(writers.Select(writer => writer.EndsAsync()));
        }
        finally
        {
            foreach (var writer in writers)
                await writer.DisposeAsync();
            second.Stop();
        }

        var acknowledged = writers.SelectMany(writer => writer.Acknowledgements).ToArray();
        Assert.Equal(16 * each, acknowledged.Length);
        await AssertHoldsAsync(store, acknowledged, strokes: 16 * each);
        // Else they wrote one after the other, and this has shown nothing.
        var turns = acknowledged.OrderBy(one => one.Version).Select(one => one.Key.Split('-')[0]).ToArray();
        Assert.True(turns.Zip(turns.Skip(1)).Count(pair => pair.First != pair.Second) > 4);
    }

    [Fact]
    public async Task A_writer_that_was_stopped_between_sealing_and_committing_goes_on_behind_who_came_first()
    {
        var options = await TestBucket<WriterProcessTests>.OptionsAsync();
        using var store = new SpacesObjectStore(options);
        await Tally.FoundAsync(store);
        await new TallyWriter(store).StrokeAsync("T", "before");

        await using var stopped = await WriterProcess.StartAsync("stop", options, "T", "slow");
        stopped.Go();
        await stopped.UntilAsync("sealed");
        await UntilStateAsync(stopped.Id, 'T');
        var quick = await new TallyWriter(store).StrokeAsync("T", "quick");
        Assert.Equal(2, Assert.Single(quick.Receipts).StreamVersion);

        Signal(stopped.Id, "CONT");
        // It signs again behind what the other wrote, and stops itself again there.
        await UntilAsync(() => stopped.Lines.Count(line => line == "sealed") == 2);
        await UntilStateAsync(stopped.Id, 'T');
        Signal(stopped.Id, "CONT");
        await stopped.EndsAsync();

        var late = Assert.Single(stopped.Acknowledgements);
        Assert.Equal(3, late.Version);
        await AssertHoldsAsync(store, [late, new Acknowledged("quick", 2, $"{quick.Receipts[0].Hash}")], strokes: 3);
    }

    internal static async Task AssertHoldsAsync(SpacesObjectStore store, IReadOnlyCollection<Acknowledged> acknowledged, long strokes)
    {
        var streams = new ReceiptStreams(store);
        var stream = await streams.ReadAsync(Tally.Type, Tally.Id("T"));
        Assert.Equal(strokes, stream.State.Strokes);
        var stored = new Dictionary<long, SealedReceipt>();
        for (var version = 1L; version <= stream.Head.Version;)
        {
            var commit = await streams.ReadCommitAsync(stream, version);
            foreach (var receipt in commit)
                stored.Add(receipt.StreamVersion, receipt);
            version += commit.Length;
        }
        Assert.All(acknowledged, one => Assert.Equal((one.Key, one.Hash), (stored[one.Version].IdempotencyKey.Value, $"{stored[one.Version].Hash}")));
        Assert.Equal(acknowledged.Count, acknowledged.Select(one => one.Version).Distinct().Count());
        var report = await Tally.CheckAsync(store);
        Assert.True(report.IsClean, string.Join('\n', report.Findings));
    }

    private static async Task UntilStateAsync(int process, char state) =>
        await UntilAsync(() => File.ReadAllText($"/proc/{process}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] == state);

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        for (var clock = Stopwatch.StartNew(); !isTrue();)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "It did not come to be.");
            await Task.Delay(5);
        }
    }

    private static void Signal(int process, string signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }
}
