using System.Collections.Concurrent;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Storage.Spaces.Tests.Rgw;
using Concord.Storage.Spaces.Writer;

namespace Concord.Storage.Spaces.Tests;

/// <summary>The whole cluster is killed in the middle of a load, with its objects on disk.</summary>
public sealed class ServerKillTests
{
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("CONCORD_SPACES_KILLS") ?? "1");

    [Fact]
    public async Task Every_acknowledged_receipt_survives_the_kill_of_the_server_and_the_next_append_mends_what_was_cut_off()
    {
        await using var cluster = await RgwCluster.StartAsync(isDurable: true);
        using (var admin = TestBucket.Client(cluster.First.Endpoint))
            await admin.PutBucketAsync(new Amazon.S3.Model.PutBucketRequest { BucketName = "durable" });
        var options = TestBucket.Options(cluster.First.Endpoint, "durable", "");
        options.MaxAttempts = 2;
        options.RequestTimeout = TimeSpan.FromSeconds(2);
        using var store = new SpacesObjectStore(options);
        await Tally.FoundAsync(store);

        var acknowledged = new ConcurrentQueue<(string Tally, string Key, long Version, string Hash)>();
        var pending = new ConcurrentDictionary<string, string>();
        for (var round = 1; round <= Kills; round++)
        {
            var enough = acknowledged.Count + 60;
            var load = Enumerable.Range(0, 4).Select(number => LoadAsync($"T{number}", $"r{round}")).ToArray();
            while (acknowledged.Count < enough)
                await Task.Delay(1);
            cluster.Kill();
            await Task.WhenAll(load);
            await cluster.RestartAsync();

            // Every writer was in the middle of something; it is tried again with its key, by a process that knows nothing.
            foreach (var (tally, key) in pending)
            {
                var again = await new TallyWriter(store).StrokeAsync(tally, key, strokes: 3);
                Assert.True(again.Outcome is AppendOutcome.Committed or AppendOutcome.Replayed);
                foreach (var receipt in again.Receipts)
                    acknowledged.Enqueue((tally, key, receipt.StreamVersion, $"{receipt.Hash}"));
                await new TallyWriter(store).StrokeAsync(tally, $"after-{round}");
            }
            pending.Clear();
            var report = await Tally.CheckAsync(store);
            Assert.True(report.IsClean, string.Join('\n', report.Findings));
        }

        foreach (var of in acknowledged.GroupBy(one => one.Tally))
        {
            var streams = new ReceiptStreams(store);
            var stream = await streams.ReadAsync(Tally.Type, Tally.Id(of.Key));
            foreach (var commit in of.GroupBy(one => one.Key))
            {
                var first = commit.Min(one => one.Version);
                var stored = await streams.ReadCommitAsync(stream, first);
                Assert.Equal(commit.OrderBy(one => one.Version).Select(one => (one.Version, one.Hash)), stored.Select(receipt => (receipt.StreamVersion, $"{receipt.Hash}")));
            }
        }

        async Task LoadAsync(string tally, string round)
        {
            var writer = new TallyWriter(store, configure: appender => appender.CommitTimeout = TimeSpan.FromSeconds(4));
            for (var i = 0; ; i++)
            {
                pending[tally] = $"{round}-{i}";
                try
                {
                    foreach (var receipt in (await writer.StrokeAsync(tally, $"{round}-{i}", strokes: 3)).Receipts)
                        acknowledged.Enqueue((tally, $"{round}-{i}", receipt.StreamVersion, $"{receipt.Hash}"));
                }
                catch (Exception exception) when (exception is AppendOutcomeUnknownException or ObjectStoreException)
                {
                    return;
                }
            }
        }
    }
}
