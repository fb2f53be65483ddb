using System.Globalization;
using System.Text;
using Concord.Benchmarks.Report;
using Concord.Benchmarks.Spaces;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Storage.Spaces.Writer;

// Measures the store on a real RADOS Gateway (memory, loopback, this machine) against the SDK's client alone, and writes a table.
//
//   <file> [quick]
var isQuick = args.Contains("quick");
var (rounds, slice) = isQuick ? (2, TimeSpan.FromSeconds(1)) : (9, TimeSpan.FromSeconds(2));
var receipts = isQuick ? 1000 : 10_000;
var loadBefore = Machine.Load();
var rows = new List<string>();
await using var place = await Place.OpenAsync();

// The size of a commit object and of an event with one receipt: 1.2 KB.
const int padding = 550;
var writer = new TallyWriter(place.Store);
await writer.Appender.StrokeAsync("sample", "sample", padding: padding);
var body = (await place.Store.GetAsync(StreamLayout.Commit(Tally.PrefixOf("sample"), 1)))!.Value.ToArray();

foreach (var streams in new[] { 1, 16, 64 })
{
    var slices = await TakeTurnsAsync(
        rounds,
        round => Load.RunAsync(streams, slice, (worker, i) => place.PutAsync($"raw/{streams}/{round}/{worker}/{i}", body)),
        round => Load.RunAsync(streams, slice, (worker, i) => writer.Appender.StrokeAsync($"s{streams}-{worker}", $"{round}-{i}", padding: padding)),
        round => Load.RunAsync(streams, slice, async (worker, i) =>
        {
            await place.Store.CreateAsync($"pairs/{streams}/{round}/{worker}/{i}/commit", body);
            await place.Store.CreateAsync($"pairs/{streams}/{round}/{worker}/{i}/event", body);
        }));
    var (raw, append, pair) = (slices[0], slices[1], slices[2]);
    var ratio = Ratio(append, raw);
    rows.Add(Row($"append, {Count(streams, "stream")}, of the rate of unconditional PUTs", "≥ 0.42", ratio.Median >= 0.42, Spread(ratio),
        $"{Rate(append)} appends/s, {Rate(raw)} PUTs/s; two creates alone {Rate(pair)}/s, which is {Spread(Ratio(pair, raw))} of the PUTs and what an append can come to here"));
    if (streams == 1)
    {
        var key = new OneKey();
        var sign = await Load.RunAsync(1, slice, async (_, _) => await key.SignAsync([Concord.Receipts.Hashing.Sha256Hash.Of(body)]));
        var (put, whole, signature) = (P50(raw), P50(append), Load.Median(sign.Milliseconds));
        rows.Add(Row("latency of an append, p50, in PUTs, less one signature", "≤ 2.3", (whole - signature) / put <= 2.3,
            Number((whole - signature) / put), $"append {Number(whole)} ms, PUT {Number(put)} ms, signature {Number(signature)} ms"));
    }
}

var alone = new TallyWriter(place.Store);
var crowd = Enumerable.Range(0, 16).Select(_ => new TallyWriter(place.Store)).ToArray();
var (one, sixteen) = await InTurnAsync(
    round => Load.RunAsync(1, slice, (_, i) => alone.Appender.StrokeAsync("alone", $"{round}-{i}", padding: padding)),
    round => Load.RunAsync(16, slice, (worker, i) => crowd[worker].Appender.StrokeAsync("crowd", $"{round}-{worker}-{i}", padding: padding)));
var crowding = Ratio(sixteen, one);
rows.Add(Row("16 writers with memories of their own on one stream, of the rate of one writer", "≥ 0.25", crowding.Median >= 0.25, Spread(crowding), $"{Rate(sixteen)} appends/s, {Rate(one)} appends/s"));

// Filled from memory: signing ten thousand receipts one append at a time is not what is measured.
var memory = new MemoryObjectStore();
var filler = new TallyWriter(memory);
for (var i = 0; i < receipts; i++)
    await filler.Appender.StrokeAsync("long", $"{i}", padding: padding);
var keys = await memory.ListAsync(StreamLayout.Commits(Tally.PrefixOf("long"))).ToListAsync();
var parallel = new ParallelOptions { MaxDegreeOfParallelism = 32 };
await Parallel.ForEachAsync(keys, parallel, async (key, token) => await place.Store.CreateAsync(key, (await memory.GetAsync(key, token))!.Value, token));
var (gets, reads) = await InTurnAsync(
    _ => Load.RunAsync(1, TimeSpan.Zero, async (_, _) => await Parallel.ForEachAsync(keys, parallel, async (key, _) => await place.GetAsync(key))),
    _ => Load.RunAsync(1, TimeSpan.Zero, async (_, _) => await new TallyWriter(place.Store).ReadAsync("long")),
    isQuick ? 2 : 5);
var reading = Ratio(reads, gets);
rows.Add(Row($"reading a stream of {receipts:N0} receipts and folding it, of the rate of GETs, 32 at a time", "≥ 0.9", reading.Median >= 0.9, Spread(reading),
    $"{Load.Median(reads.Select(slice => slice.Rate)) * receipts:N0} receipts/s, {Load.Median(gets.Select(slice => slice.Rate)) * receipts:N0} GETs/s"));

var text = new StringBuilder();
text.AppendLine("# The store in a bucket, measured\n");
text.AppendLine(CultureInfo.InvariantCulture, $"Written by `eng/bench-spaces.sh{(isQuick ? " --quick" : "")}`; do not edit. {TimeProvider.System.GetUtcNow():yyyy-MM-dd}. {Machine.Describe()}.\n");
text.AppendLine(CultureInfo.InvariantCulture, $"""
    Ceph RADOS Gateway with its objects in memory, on loopback, on the same cores as the client: the ratios are the result, and no rate is a
    capacity of anything. Load averages before and after: {loadBefore}; {Machine.Load()}. Both sides use one SDK client's settings and bodies of
    {body.Length:N0} bytes, and take turns, A B A B, {rounds} rounds of {slice.TotalSeconds} s; in brackets are the least and the greatest ratio of a round.
    An append is two PUTs with `If-None-Match: *`, one signature by a local key, its verification, and all the hashing and checking there is.

    """);
text.AppendLine("| claim | target | measured | verdict | |\n|---|---|---|---|---|");
rows.ForEach(row => text.AppendLine(row));
await File.WriteAllTextAsync(args[0], text.ToString());
Console.Write(text);
return 0;

async Task<(List<Slice> A, List<Slice> B)> InTurnAsync(Func<int, Task<Slice>> a, Func<int, Task<Slice>> b, int? times = null)
{
    var slices = await TakeTurnsAsync(times ?? rounds, a, b);
    return (slices[0], slices[1]);
}

static async Task<List<Slice>[]> TakeTurnsAsync(int times, params Func<int, Task<Slice>>[] contestants)
{
    // Connections, compiled code, a known head.
    foreach (var contestant in contestants)
        await contestant(-1);
    var slices = contestants.Select(_ => new List<Slice>()).ToArray();
    for (var round = 0; round < times; round++)
        for (var i = 0; i < contestants.Length; i++)
            slices[i].Add(await contestants[i](round));
    return slices;
}

static (double Median, double Least, double Greatest) Ratio(List<Slice> of, List<Slice> to)
{
    var ratios = of.Zip(to, (one, other) => one.Rate / other.Rate).ToArray();
    return (Load.Median(ratios), ratios.Min(), ratios.Max());
}

static string Row(string claim, string target, bool isMet, string measured, string remark) => $"| {claim} | {target} | **{measured}** | {(isMet ? "met" : "**missed**")} | {remark} |";

static string Spread((double Median, double Least, double Greatest) ratio) => $"{Number(ratio.Median)} ({Number(ratio.Least)}–{Number(ratio.Greatest)})";

static string Rate(List<Slice> slices) => Load.Median(slices.Select(slice => slice.Rate)).ToString("N0", CultureInfo.InvariantCulture);

static double P50(List<Slice> slices) => Load.Median(slices.SelectMany(slice => slice.Milliseconds));

static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

static string Count(int number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
