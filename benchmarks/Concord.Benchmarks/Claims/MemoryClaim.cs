using System.Diagnostics;
using System.Globalization;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.Report;
using Concord.Receipts.Bundles;
using Concord.Receipts.Signing;
using Concord.Receipts.Verification;

namespace Concord.Benchmarks.Claims;

/// <summary>
/// P12: memory does not grow with the number of receipts. The bundle is made on the fly and piped into a process that does nothing but
/// verify it, so that neither file nor maker is in the way.
/// </summary>
internal static class MemoryClaim
{
    private const double Megabyte = 1 << 20;

    private static readonly Target Target = new("P12", "verify a bundle of 100,000 receipts (with `--long`, 1,000,000) / one of 1,000: peak working set of the process", Bound.AtMost(1.1, "×"));

    public static Finding Measure(Effort effort)
    {
        int[] counts = effort.IsLong ? [1_000, 100_000, 1_000_000] : [1_000, 100_000];
        var seen = counts.Select(count => (Count: count, Memory: Verify(count))).ToArray();
        var ratio = seen[^1].Memory.Peak / seen[0].Memory.Peak;
        var each = string.Join("; ", seen.Select(item => string.Create(
            CultureInfo.InvariantCulture, $"{Text.Number(item.Count)}: peak {item.Memory.Peak:0.0} MB, managed heap at the end {item.Memory.Heap:0.00} MB")));
        return new Finding(
            Target, ratio, string.Create(CultureInfo.InvariantCulture, $"**{ratio:0.00}×**"), $"{each} (tiered compilation off and the youngest generation held to 1 MB in that process: with the defaults the runtime itself takes some 10 MB more in the first second)");
    }

    /// <summary>In the process that is measured: verifies what comes, and says what that took.</summary>
    /// <param name="platformKeyId">The first platform key to trust.</param>
    public static async Task VerifyInputAsync(string platformKeyId)
    {
        using var input = Console.OpenStandardInput();
        var trust = TrustFile.Parse(TrustFile.Write([PublicKeyId.Parse(platformKeyId)], SampleLedger.Policy));
        var report = await BundleVerifier.VerifyAsync(input, trust).ConfigureAwait(false);
        if (!report.IsGood || report.IsIncomplete)
            throw new InvalidOperationException(report.Failures[0].ToString());
        using var process = Process.GetCurrentProcess();
        var peak = process.PeakWorkingSet64;
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Receipts} {peak} {heap}"));
    }

    private static (double Peak, double Heap) Verify(int count)
    {
        using var ledger = new SampleLedger();
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["verify-input", ledger.PlatformKeyId.ToString()]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        // What the runtime takes once, early or late, is not what is asked: it compiles everything once, at the first call, and collects
        // its youngest generation at 1 MB (hexadecimal), instead of filling it to the size of the cache first.
        start.Environment["DOTNET_TieredCompilation"] = "0";
        start.Environment["DOTNET_GCgen0size"] = "100000";
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The verifying process did not start.");
        using (var input = new BufferedStream(process.StandardInput.BaseStream, 64 * 1024))
            ledger.WriteBundle(count, input);
        var answer = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        if (process.ExitCode != 0 || long.Parse(answer[0], CultureInfo.InvariantCulture) != count + 2)
            throw new InvalidOperationException($"The verifying process ended with {process.ExitCode}: {string.Join(' ', answer)}");
        return (long.Parse(answer[1], CultureInfo.InvariantCulture) / Megabyte, long.Parse(answer[2], CultureInfo.InvariantCulture) / Megabyte);
    }
}
