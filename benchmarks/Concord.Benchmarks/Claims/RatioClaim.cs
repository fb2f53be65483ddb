using System.Globalization;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.Report;

namespace Concord.Benchmarks.Claims;

/// <summary>
/// A claim about two pieces of work in this process. BenchmarkDotNet measures each by itself, with what it allocates; the ratio that is
/// judged comes from interleaved rounds, because BenchmarkDotNet cannot interleave.
/// </summary>
public abstract class RatioClaim
{
    /// <summary>What the subject is measured against.</summary>
    public abstract void Baseline();

    /// <summary>Our work.</summary>
    public abstract void Subject();

    internal abstract Target Target { get; }

    /// <summary>How many operations one call is, of either.</summary>
    internal virtual int Operations => 1;

    internal virtual string Note => "";

    internal virtual Finding Measure(Effort effort)
    {
        var comparison = Rounds.Run(Sides.Of(Baseline, Operations), Sides.Of(Subject, Operations), effort.Rounds, effort.Milliseconds);
        var ratio = comparison.Ratio;
        var measured = string.Create(
            CultureInfo.InvariantCulture,
            $"**{ratio.Median:0.00}×** ({ratio.P10:0.00}–{ratio.P90:0.00}); {Text.Time(comparison.Subject.Median)} against {Text.Time(comparison.Baseline.Median)}");
        return new Finding(Target, ratio.Median, measured, Note);
    }
}
