using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PixPax.Host.Benchmarks;

/// <summary>One run of wrk, and the processor time that the server spent on each request: the one figure that neighbours on the machine leave alone.</summary>
internal sealed record Load(double RequestsPerSecond, double P99Milliseconds, double ServerMicroseconds);

/// <summary>An authenticated GET of a warm book against the bare endpoint, in turn, so that a neighbour on the machine disturbs both.</summary>
internal sealed partial record Reads(IReadOnlyList<Load> Host, IReadOnlyList<Load> Bare)
{
    public const int Connections = 32;

    /// <summary>Throughput as a share of the bare endpoint's, round by round.</summary>
    public IEnumerable<double> Ratios => Host.Zip(Bare, (host, bare) => host.RequestsPerSecond / bare.RequestsPerSecond);

    /// <summary>The bare endpoint's processor time as a share of the host's, round by round.</summary>
    public IEnumerable<double> ProcessorRatios => Host.Zip(Bare, (host, bare) => bare.ServerMicroseconds / host.ServerMicroseconds);

    public static Task<Reads> MeasureAsync(Stage stage, Effort effort) => MeasureAsync(stage.Host, stage.Bare, stage.BookPath, $"Authorization: {Stage.SignIn}", effort);

    /// <summary>Measures the host signed in by a header of its own, and the bare endpoint under the very same requests.</summary>
    public static async Task<Reads> MeasureAsync(Server hostServer, Server bareServer, string path, string header, Effort effort)
    {
        // Until both are compiled as they will stay.
        await RunAsync(bareServer, path, header, effort.Seconds * 2);
        await RunAsync(hostServer, path, header, effort.Seconds * 2);

        var (host, bare) = (new List<Load>(), new List<Load>());
        for (var round = 0; round < effort.Rounds; round++)
        {
            // A B, B A: who comes first changes.
            if (round % 2 == 0) host.Add(await RunAsync(hostServer, path, header, effort.Seconds));
            bare.Add(await RunAsync(bareServer, path, header, effort.Seconds));
            if (round % 2 == 1) host.Add(await RunAsync(hostServer, path, header, effort.Seconds));
        }

        return new Reads(host, bare);
    }

    private static async Task<Load> RunAsync(Server server, string path, string header, int seconds)
    {
        var start = new ProcessStartInfo("wrk",
            ["-t1", $"-c{Connections}", $"-d{seconds}s", "--latency", "-H", header, new Uri(server.Address, path).ToString()]) { RedirectStandardOutput = true };
        var before = server.ProcessorTime;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (output.Contains("Non-2xx", StringComparison.Ordinal) || output.Contains("Socket errors", StringComparison.Ordinal) || RequestRate().Match(output) is not { Success: true } rate)
            throw new InvalidOperationException(output);

        var p99 = P99().Match(output);
        var factor = p99.Groups["unit"].Value switch { "us" => 0.001, "ms" => 1, _ => 1_000 };
        var requests = Number(Requests().Match(output).Groups["requests"]);
        return new Load(Number(rate.Groups["rate"]), Number(p99.Groups["value"]) * factor, (server.ProcessorTime - before).TotalMicroseconds / requests);
    }

    private static double Number(Group group) => double.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[0-9.]+)")]
    private static partial Regex RequestRate();

    [GeneratedRegex(@"(?<requests>[0-9]+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"99%\s+(?<value>[0-9.]+)(?<unit>us|ms|s)")]
    private static partial Regex P99();
}
