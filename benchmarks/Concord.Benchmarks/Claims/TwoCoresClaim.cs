using System.Globalization;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.Report;
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;

namespace Concord.Benchmarks.Claims;

/// <summary>P10: two cores verify a bundle nearly twice as fast as one. By the time of day: neighbours count, and are told apart by what raw signatures gain.</summary>
internal static class TwoCoresClaim
{
    private const int Count = 1024;

    private static readonly Target Target = new("P10", "verify a bundle in full: two cores / one core, by the clock on the wall", Bound.AtLeast(1.7, "×"), Bound.AtLeast(1.9, "×"));

    public static Finding Measure(Effort effort)
    {
        if (Environment.ProcessorCount < 2)
            return new Finding(Target, 0, "not measured", "this machine has one core");
        using var ledger = new SampleLedger();
        using var bundle = new MemoryStream();
        ledger.WriteBundle(Count, bundle);
        var raw = new VerifyReceipts();

        // Raw signatures in the same rounds say what the machine gives to two threads just then.
        var gained = new double[effort.Rounds];
        var rawGained = new double[effort.Rounds];
        var oneCore = new double[effort.Rounds];
        for (var round = -2; round < effort.Rounds; round++)
        {
            var one = Wall.Nanoseconds(() => Verify(bundle, ledger.Trust, 1));
            var two = Wall.Nanoseconds(() => Verify(bundle, ledger.Trust, 2));
            var rawOne = Wall.Nanoseconds(() => Repeat(raw, 4));
            var rawTwo = Wall.Nanoseconds(() => Parallel.Invoke(() => Repeat(raw, 2), () => Repeat(raw, 2)));
            if (round < 0)
                continue;
            gained[round] = one / two;
            rawGained[round] = rawOne / rawTwo;
            oneCore[round] = one / Count;
        }
        var (gain, rawGain) = (Spread.Of(gained), Spread.Of(rawGained));
        return new Finding(
            Target,
            gain.Median,
            string.Create(CultureInfo.InvariantCulture, $"**{gain.Median:0.00}×** ({gain.P10:0.00}–{gain.P90:0.00}); {Text.Number(1e9 / Spread.Of(oneCore).Median)} receipts/s on one"),
            string.Create(CultureInfo.InvariantCulture, $"raw `VerifyHash` on two threads in the same rounds: {rawGain.Median:0.00}× ({rawGain.P10:0.00}–{rawGain.P90:0.00}), which is what the machine had to give: {(rawGain.Median < Target.Pass.Value ? "too busy to judge by" : "idle enough to judge by")}"));
    }

    private static void Verify(MemoryStream bundle, TrustFile trust, int cores)
    {
        bundle.Position = 0;
        // Reading from memory does not wait.
        var report = BundleVerifier.VerifyAsync(bundle, trust, cores).GetAwaiter().GetResult();
        if (!report.IsGood || report.IsIncomplete)
            throw new InvalidOperationException(report.Failures[0].ToString());
    }

    private static void Repeat(VerifyReceipts raw, int times)
    {
        for (var i = 0; i < times; i++)
            raw.Baseline();
    }
}
