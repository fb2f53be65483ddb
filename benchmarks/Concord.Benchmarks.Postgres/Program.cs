using System.Diagnostics;
using System.Globalization;
using System.Text;
using Concord.Benchmarks.Postgres;
using Concord.Benchmarks.Report;
using Concord.Projections.Postgres;
using PixPax.Host.Tests.Postgres.Server;

// Measures the projection in a database against its floors, and writes a table.
//
//   <file> [quick]
//   memory <connection string> <folder>      a rebuild alone, for its memory
if (args is ["memory", var at, var receiptsAt])
{
    await using var one = ProjectionDatabase.Open(at, "bench");
    await new Measurements(one, receiptsAt).RebuildAsync(skipsSignatures: false);
    Console.WriteLine(Process.GetCurrentProcess().PeakWorkingSet64 / (1 << 20));
    return 0;
}

var isQuick = args.Contains("quick");
var (books, receipts, rounds, commits) = isQuick ? (200, 10, 2, 200) : (2000, 50, 5, 3000);
var loadBefore = Machine.Load();
var folder = Directory.CreateTempSubdirectory("concord-bench-").FullName;
try
{
    await using var server = await PostgresServer.StartAsync();
    await using var source = ProjectionDatabase.Open(server.ConnectionString("postgres", "Maximum Pool Size=20"), "bench");
    var measure = new Measurements(source, Path.Combine(folder, "large"));
    await measure.MigrateAsync();
    await Books.MakeAsync(Path.Combine(folder, "large"), books, receipts);
    await Books.MakeAsync(Path.Combine(folder, "small"), books, receipts / 10);

    var (verify, rebuild, unsigned, copy) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
    await measure.VerifyAsync();
    await measure.RebuildAsync(skipsSignatures: false);
    var rows = await measure.RowsAsync();
    for (var round = 0; round < rounds; round++)
    {
        verify.Add(await measure.VerifyAsync());
        rebuild.Add(await measure.RebuildAsync(skipsSignatures: false));
        copy.Add(await measure.CopyAsync(rows));
        unsigned.Add(await measure.RebuildAsync(skipsSignatures: true));
    }

    var (inline, raw) = await measure.InlineAsync(commits);
    var (small, large) = (await MemoryAsync("small"), await MemoryAsync("large"));

    var text = new StringBuilder("# The projection in Postgres, measured\n\n");
    text.AppendLine(CultureInfo.InvariantCulture, $"Written by `eng/bench-postgres.sh{(isQuick ? " --quick" : "")}`; do not edit. {TimeProvider.System.GetUtcNow():yyyy-MM-dd}. {Machine.Describe()}.\n");
    text.AppendLine(CultureInfo.InvariantCulture, $"""
        PostgreSQL 15 with its default durability, on loopback, on the same cores; receipts in a folder. {books * receipts:N0} receipts in {books:N0} streams, one a
        commit. Load averages before and after: {loadBefore}; {Machine.Load()}. All take turns, {rounds} rounds; in brackets are the least and the greatest
        ratio of a round.

        | claim | target | measured | verdict | |
        |---|---|---|---|---|
        """);
    Row("rebuild, every receipt verified: its speed, of reading and verifying the same receipts alone, as many streams at once", "≥ 0.70 (stretch 0.85)", 0.70, Ratios(verify, rebuild),
        $"{Rate(rebuild)} receipts/s against {Rate(verify)}; listing, rows, indexes, digests, comparison and swap included");
    Row("rebuild without signature checks: its speed, of a raw COPY of the same rows", "≥ 0.35", 0.35, Ratios(copy, unsigned), $"{Seconds(unsigned)} s against {Seconds(copy)} s for {rows.Sum(table => table.Rows.Count):N0} rows; the COPY of values in memory into tables without indexes, by one connection");
    var (inlineP50, rawP50) = (Median(inline), Median(raw));
    text.AppendLine(CultureInfo.InvariantCulture, $"| inline: what it adds to a command at p50, of one raw single-row transaction | ≤ 2 | **{inlineP50 / rawP50:0.00}** | {(inlineP50 / rawP50 <= 2 ? "met" : "**missed**")} | {inlineP50:0.00} ms against {rawP50:0.00} ms; p99 {Percentile(inline, 0.99):0.00} ms against {Percentile(raw, 0.99):0.00} ms |");
    text.AppendLine(CultureInfo.InvariantCulture, $"| memory of a rebuild, peak of the process | not growing with receipts | **{large} MB** | | {small} MB for a tenth of the receipts in as many streams |");
    await File.WriteAllTextAsync(args[0], text.ToString());
    Console.Write(text);
    return 0;

    void Row(string claim, string target, double pass, double[] ratios, string remark) => text.AppendLine(CultureInfo.InvariantCulture,
        $"| {claim} | {target} | **{Median(ratios):0.00}** ({ratios.Min():0.00}–{ratios.Max():0.00}) | {(Median(ratios) >= pass ? "met" : "**missed**")} | {remark} |");

    async Task<long> MemoryAsync(string which)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["memory", server.ConnectionString("postgres"), Path.Combine(folder, which)]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return long.Parse(output.Trim(), CultureInfo.InvariantCulture);
    }

    string Rate(List<double> seconds) => (books * receipts / Median(seconds)).ToString("N0", CultureInfo.InvariantCulture);
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static double[] Ratios(List<double> of, List<double> to) => [.. of.Zip(to, (one, other) => one / other)];

static double Median(IEnumerable<double> values) => Percentile(values, 0.5);

static double Percentile(IEnumerable<double> values, double share)
{
    double[] sorted = [.. values.Order()];
    return sorted[(int)(share * (sorted.Length - 1))];
}

static string Seconds(List<double> values) => Median(values).ToString("0.00", CultureInfo.InvariantCulture);
