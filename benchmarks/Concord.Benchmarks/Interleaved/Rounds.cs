namespace Concord.Benchmarks.Interleaved;

/// <summary>
/// Measures two contestants in turn, A B A, many times over: a neighbour that takes the machine for a while takes it from both, and
/// what is judged is the ratio inside each round.
/// </summary>
internal static class Rounds
{
    /// <summary>Long enough for the runtime to compile hot methods a second time, with what it learned.</summary>
    private const double WarmUpMilliseconds = 600;

    /// <summary>Measures how long the subject takes, and how long as a multiple of the baseline.</summary>
    public static Comparison Run(Side baseline, Side subject, int rounds, double milliseconds)
    {
        for (var spent = 0.0; spent < WarmUpMilliseconds; spent += milliseconds)
        {
            baseline(milliseconds / 2);
            subject(milliseconds / 2);
        }
        var baselines = new double[rounds];
        var subjects = new double[rounds];
        var ratios = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            var before = baseline(milliseconds / 2);
            subjects[round] = subject(milliseconds);
            var after = baseline(milliseconds / 2);
            baselines[round] = (before + after) / 2;
            ratios[round] = subjects[round] / baselines[round];
        }
        return new Comparison(Spread.Of(baselines), Spread.Of(subjects), Spread.Of(ratios));
    }
}

/// <summary>What many rounds say.</summary>
/// <param name="Baseline">Nanoseconds per operation of the baseline.</param>
/// <param name="Subject">Nanoseconds per operation of the subject.</param>
/// <param name="Ratio">Subject to baseline, round by round.</param>
internal sealed record Comparison(Spread Baseline, Spread Subject, Spread Ratio);

/// <summary>The middle of many measurements, and how far they spread.</summary>
internal readonly record struct Spread(double Median, double P10, double P90)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return new Spread(At(sorted, 0.5), At(sorted, 0.1), At(sorted, 0.9));
    }

    /// <summary>The spread of the reciprocals.</summary>
    public Spread Inverse() => new(1 / Median, 1 / P90, 1 / P10);

    public Spread Times(double factor) => new(Median * factor, P10 * factor, P90 * factor);

    private static double At(double[] sorted, double quantile)
    {
        var position = quantile * (sorted.Length - 1);
        var below = sorted[(int)position];
        return below + (sorted[Math.Min((int)position + 1, sorted.Length - 1)] - below) * (position - (int)position);
    }
}
