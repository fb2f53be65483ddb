using System.Globalization;
using System.Runtime.InteropServices;

namespace PixPax.Host.Benchmarks;

/// <summary>Writes what was found as Markdown.</summary>
internal static class Report
{
    public static string Load() => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ').Take(3)) : "unknown";

    public static string Write(Reads reads, Saves saves, Effort effort, string loadBefore, string loadAfter, DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"""
        # The host against its own floor

        Written by `eng/bench-host.sh`; do not edit. {now:yyyy-MM-dd}. {Processor()}, {Environment.ProcessorCount} cores, which server, client and
        neighbours share; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}. Load averages before and after: {loadBefore}; {loadAfter}.
        Both sides take turns, {effort}; in brackets the 10th and 90th percentile of the ratio by round. Default settings but for the quotas,
        which are counted and never reached.

        | what | against | pass | measured | verdict |
        |---|---|---|---|---|
        | authenticated GET of a warm book, development sign-in, {Reads.Connections} connections: throughput | a bare ASP.NET Core endpoint that returns the same bytes | ≥ 50 % | {Ratio(reads.Ratios)}; {Median(reads.Host.Select(run => run.RequestsPerSecond)):N0}/s against {Median(reads.Bare.Select(run => run.RequestsPerSecond)):N0}/s | {Verdict(reads.Ratios, 0.5)} |
        | the same: p99 (wrk, each run; the median of the runs) | | | {Median(reads.Host.Select(run => run.P99Milliseconds)):F2} ms against {Median(reads.Bare.Select(run => run.P99Milliseconds)):F2} ms | |
        | the same: the server's processor time a request, which neighbours do not change (no target of its own) | | | {Ratio(reads.ProcessorRatios)}; {Median(reads.Host.Select(run => run.ServerMicroseconds)):F1} µs against {Median(reads.Bare.Select(run => run.ServerMicroseconds)):F1} µs | |
        | a save over HTTP by one client on the embedded default: rate | the signature and the two file creates alone, with their flushes | ≥ 60 % | {Ratio(saves.Ratios)}; {Median(saves.SaveMilliseconds):F2} ms against {Median(saves.FloorMilliseconds):F2} ms | {Verdict(saves.Ratios, 0.6)} |

        """);

    public static string Verdict(IEnumerable<double> ratios, double pass) => Median(ratios) >= pass ? "met" : "**missed**";

    public static string Ratio(IEnumerable<double> ratios)
    {
        var sorted = ratios.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"**{Median(sorted):P0}** ({sorted[sorted.Length / 10]:P0}–{sorted[^(1 + (sorted.Length / 10))]:P0})");
    }

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }

    public static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[^1].Trim() ?? "unknown processor"
        : "unknown processor";
}
