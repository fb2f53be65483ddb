using System.Diagnostics.Metrics;
using Concord.Projections.Postgres;
using Concord.Projections.Postgres.Projecting;
using PixPax.Host.Platform.Health;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>
/// How far behind what is stored the tables may be, as the projector's row says it, whichever process works, and whether one does. The
/// time since its last sweep grows also when nothing runs any more that could notice.
/// </summary>
internal sealed class ProjectorWatch : BackgroundService, IReadinessCheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // A meter of this host's own, gone with it: of two in one process each tells of itself.
    private readonly Meter _meter = new(HostMetrics.MeterName);
    private readonly ProjectionDatabase _database;
    private readonly PostgresOptions _options;
    private readonly TimeProvider _time;
    private Seen? _last;
    private volatile bool _hasLooked;

    public ProjectorWatch(ProjectionDatabase database, PostgresOptions options, TimeProvider time)
    {
        (_database, _options, _time) = (database, options, time);
        _meter.CreateObservableGauge(HostMetrics.ProjectionLagName, () => Measured(Lag?.TotalSeconds), "s", "Time since everything that was then stored was projected.");
        _meter.CreateObservableGauge(HostMetrics.ProjectionPendingName, () => Measured(_last?.Status?.CaughtUp), "{receipt}", "Receipts that the last round of catching up found stored and not projected.");
        _meter.CreateObservableGauge(HostMetrics.ProjectionLeftOutName, () => Measured(_last?.Status?.LeftOut), "{stream}", "Streams that are damaged, and not in the projection.");
    }

    public string Name => "projection";

    // Commands, and reads of one thing, need no database: taking this host out for it would take away all there is.
    public bool IsVital => false;

    /// <summary>The longest that the tables can be behind; null when that is not known.</summary>
    public TimeSpan? Lag => _last is { Status.Staleness: { } staleness } last ? staleness + _time.GetElapsedTime(last.At) : null;

    /// <summary>The projector's row, as it was seen last; null when it is not known.</summary>
    public ProjectorStatus? Status => _last?.Status;

    public async ValueTask<string?> FailureAsync(CancellationToken cancellationToken)
    {
        // What was seen within the last seconds, and not asked in the probe: a database that hangs must not make this host look as if it did.
        if (!_hasLooked) await LookAsync(TimeSpan.FromSeconds(1), cancellationToken);
        if (_last is not { } last) return "The database cannot be asked.";
        if (last.Status is not { } status) return "No projector has worked on this database yet.";
        if (status.Staleness is not { } staleness) return "The projector has not ended its first sweep yet.";

        var patience = (_options.Projecting.SweepInterval * 3) + ((status.SweepTook ?? TimeSpan.Zero) * 20);
        if (staleness > patience) return $"The tables have not been compared with the receipts for {staleness.TotalSeconds:F0} s{(status.HasLease ? "" : ": no projector works")}.";
        return status.LeftOut > 0 ? $"{status.LeftOut} streams are damaged, and their rows stop where the damage is." : null;
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await LookAsync(_options.QueryTimeout, stoppingToken);
            await Task.Delay(Interval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(timeout);
        try
        {
            _last = new Seen(await ProjectorStatus.ReadAsync(_database, _options.Projecting.Name, patience.Token), _time.GetTimestamp());
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or OperationCanceledException)
        {
            // Not known any more, which is not the same as caught up.
            _last = null;
        }

        _hasLooked = true;
    }

    private static IEnumerable<Measurement<T>> Measured<T>(T? value) where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

    private sealed record Seen(ProjectorStatus? Status, long At);
}
