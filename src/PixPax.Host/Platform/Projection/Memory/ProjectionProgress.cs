using System.Diagnostics.Metrics;
using PixPax.Host.Platform.Health;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Projection.Memory;

/// <summary>
/// How far behind what is stored the projection may be. A round of catching up that was completed says: whatever was stored when it
/// began is projected. So the time since then bounds the lag, and it grows also when nothing runs any more that could notice.
/// </summary>
internal sealed class ProjectionProgress : IReadinessCheck, IDisposable
{
    /// <summary>Rounds come every few seconds; on a large store they take longer, and so may the next.</summary>
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(60);

    // A meter of this host's own, gone with it: of two in one process each tells of itself.
    private readonly Meter _meter = new(HostMetrics.MeterName);
    private readonly TimeProvider _time;
    private Round? _last;

    public ProjectionProgress(TimeProvider time)
    {
        _time = time;
        _meter.CreateObservableGauge(HostMetrics.ProjectionLagName, () => Measured(Lag?.TotalSeconds), "s",
            "Time since everything that was then stored was projected.");
        _meter.CreateObservableGauge(HostMetrics.ProjectionPendingName, () => Measured(_last?.Pending), "{receipt}",
            "Receipts that the last round of catching up found stored and not projected.");
        _meter.CreateObservableGauge(HostMetrics.ProjectionLeftOutName, () => Measured(_last?.LeftOut), "{stream}",
            "Streams that are damaged, and not in the projection.");
    }

    public string Name => "projection";

    /// <summary>The longest that the projection can be behind; null before the first round.</summary>
    public TimeSpan? Lag => _last is { } last ? _time.GetElapsedTime(last.Began) : null;

    /// <summary>The receipts that the last round found not projected; null before the first.</summary>
    public long? Pending => _last?.Pending;

    /// <summary>The streams that the last round could not read for damage; null before the first.</summary>
    public long? LeftOut => _last?.LeftOut;

    /// <summary>Records a round that came to its end.</summary>
    /// <param name="began">A timestamp of the clock, from before the round looked at anything.</param>
    /// <param name="pending">The receipts that it found not projected.</param>
    /// <param name="leftOut">The streams that it could not read for damage.</param>
    public void Completed(long began, long pending, int leftOut) => _last = new Round(began, _time.GetElapsedTime(began), pending, leftOut);

    public ValueTask<string?> FailureAsync(CancellationToken cancellationToken)
    {
        if (_last is not { } last || Lag is not { } lag) return new("The projection is not built yet.");
        var patience = LeastPatience + (last.Took * 20);
        return new(lag <= patience ? null : $"The projection has not caught up with the receipts for {lag.TotalSeconds:F0} s.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<T>> Measured<T>(T? value) where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

    private sealed record Round(long Began, TimeSpan Took, long Pending, int LeftOut);
}
