using System.Diagnostics;
using System.Globalization;
using System.Text;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;
using Concord.Receipts;
using Concord.Receipts.Derived;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Benchmarks.LongStreams;

/// <summary>Loads one long stream from its commits, from archives, from its snapshot and from both, in turns, and writes a table.</summary>
internal static class LongStreamLoads
{
    private static readonly StreamType<BookState> Type = new("pixbook", "books/{accountId}/{bookId}/", new BookFold());

    private static readonly (string Name, bool Archives, bool Snapshot)[] Ways =
        [("commits", false, false), ("archives", true, false), ("snapshot", false, true), ("snapshot and archives", true, true)];

    public static async Task<string> MeasureAsync(bool isQuick)
    {
        var (receipts, rounds) = isQuick ? (2_400, 2) : (50_400, 5);
        var (loadBefore, folder) = (Machine.Load(), Directory.CreateTempSubdirectory("concord-bench-").FullName);
        try
        {
            var memory = new MemoryObjectStore();
            await FillAsync(memory, folder, receipts);
            using var signer = LocalReceiptSigner.CreateEphemeral();
            var written = new StringBuilder();
            foreach (var store in new IObjectStore[] { memory, new FileObjectStore(folder) })
                written.Append(await DeriveAsync(store, signer));
            var trust = new SnapshotTrust(signer.PublicKey);
            var table = new StringBuilder();
            await MeasureAsync(table, "files", new MeteredStore(new FileObjectStore(folder), TimeSpan.Zero), trust, rounds);
            await MeasureAsync(table, "10 ms a request", new MeteredStore(memory, TimeSpan.FromMilliseconds(10)), trust, Math.Min(rounds, 3));
            return Page(table, written, receipts, rounds, loadBefore);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The signatures are one that was ready: folding does not look at them.
    private static async Task FillAsync(MemoryObjectStore memory, string folder, int receipts)
    {
        using var ledger = new SampleLedger();
        Directory.CreateDirectory(Path.Combine(folder, StreamLayout.Commits(Type.PrefixOf(SampleLedger.Book))));
        foreach (var receipt in ledger.Receipts(receipts, isSigned: false))
        {
            var (key, bytes) = (StreamLayout.Commit(Type.PrefixOf(SampleLedger.Book), receipt.StreamVersion), CommitObject.Write([receipt]));
            await memory.CreateAsync(key, bytes);
            await File.WriteAllBytesAsync(Path.Combine(folder, key), bytes);
        }
    }

    private static async Task<string> DeriveAsync(IObjectStore store, IReceiptSigner signer)
    {
        var stream = await StreamReplay.ReplayAsync(store, Type, SampleLedger.Book);
        var metered = new MeteredStore(store, TimeSpan.Zero);
        var began = Stopwatch.GetTimestamp();
        var update = await new DerivedObjects(metered, new DerivedObjectsOptions { SnapshotSigner = signer }).BringUpToDateAsync(stream);
        var snapshot = (await store.GetAsync(StreamLayout.Snapshot(stream.Prefix)))!.Value.Length;
        return string.Create(CultureInfo.InvariantCulture,
            $"- {(store is FileObjectStore ? "files" : "memory")}: {update.Written.Count} objects with {metered.Requests:N0} requests in {Stopwatch.GetElapsedTime(began).TotalSeconds:F1} s; the snapshot has {snapshot / 1e6:F1} MB\n");
    }

    private static async Task MeasureAsync(StringBuilder table, string name, MeteredStore store, SnapshotTrust trust, int rounds)
    {
        var samples = Ways.Select(_ => new List<Sample>()).ToArray();
        for (var round = 0; round <= rounds; round++)
            for (var i = 0; i < Ways.Length; i++)
            {
                var sample = await LoadAsync(store, trust, Ways[i].Archives, Ways[i].Snapshot);
                // The first round is for the compiler and the caches.
                if (round > 0)
                    samples[i].Add(sample);
            }
        var alone = Median(samples[0]);
        foreach (var (way, i) in Ways.Select((way, i) => (way, i)))
            table.Append(CultureInfo.InvariantCulture,
                $"| {name} | {way.Name} | {samples[i][0].Requests:N0} | {samples[i][0].Bytes / 1e6:F1} MB | {Median(samples[i]):N0} ms ({samples[i].Min(sample => sample.Milliseconds):N0}–{samples[i].Max(sample => sample.Milliseconds):N0}) | {alone / Median(samples[i]):F1} | {samples[i][0].Allocated / 1e6:N0} MB |\n");
    }

    private static async Task<Sample> LoadAsync(MeteredStore store, SnapshotTrust trust, bool archives, bool snapshot)
    {
        var streams = new ReceiptStreams(store, new ReceiptStreamsOptions { UseArchives = archives, Snapshots = snapshot ? trust : null });
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        store.Reset();
        var began = Stopwatch.GetTimestamp();
        var stream = await streams.ReadAsync(Type, SampleLedger.Book);
        var milliseconds = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return stream.State.Saves == stream.Head.Version - 1
            ? new Sample(milliseconds, store.Requests, store.Bytes, allocated)
            : throw new InvalidOperationException("The stream was not read.");
    }

    private static double Median(List<Sample> samples) => samples.Select(sample => sample.Milliseconds).Order().ElementAt(samples.Count / 2);

    private static string Page(StringBuilder table, StringBuilder written, int receipts, int rounds, string loadBefore) => string.Create(CultureInfo.InvariantCulture, $"""
        # Loading a long stream

        Written by `eng/bench-snapshots.sh`; do not edit. {TimeProvider.System.GetLocalNow():yyyy-MM-dd}. {Machine.Describe()}

        One stream of {receipts:N0} receipts, one a commit, 1 KB each, read by a process that knows nothing of it, folded and checked; the
        derived objects are up to date, so a snapshot leaves a tail of {receipts % 1_000} receipts. The ways take turns; {rounds} rounds (3 where
        requests take 10 ms), medians with the least and the greatest. Requests are counted as a bucket counts them, 1,000 keys a page of a
        listing. **10 ms a request** is a store in memory whose every request is made to wait: no network was measured. Files are in the
        page cache. Load averages before and after: {loadBefore}; {Machine.Load()}.

        | store | read from | requests | read | time | times as fast | allocated |
        |---|---|---|---|---|---|---|
        {table}
        Making all of it anew, once:

        {written}
        """);

    private sealed record Sample(double Milliseconds, int Requests, long Bytes, long Allocated);
}
