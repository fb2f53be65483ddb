using Concord.Projections.Postgres.Reading;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Npgsql;

namespace Concord.Projections.Postgres.Projecting;

/// <summary>Keeps the tables up to the receipts: what inline missed, what other processes wrote, what a crash left unpublished.</summary>
/// <remarks>Any number may run; one works, and another takes over when it stops or dies. A store or a database that fails is tried again for
/// as long as the projector runs.</remarks>
public sealed class Projector
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);

    private readonly LeaseRow _lease;
    private readonly ProjectorSweep _sweep;
    private readonly ProjectorOptions _options;
    private readonly ProjectorEvents _events;

    /// <summary>Makes a projector.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="model">What is projected.</param>
    /// <param name="source">Where from.</param>
    /// <param name="appender">Publishes what a crash left.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    /// <param name="events">Is told what happens; <see langword="null"/> for nobody.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public Projector(
        ProjectionDatabase database, ProjectionModel model, ReceiptSource source, ReceiptAppender appender, ProjectorOptions? options = null, ProjectorEvents? events = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(appender);
        _options = options ?? new ProjectorOptions();
        _options.Validate();
        _events = events ?? new Silent();
        _lease = new LeaseRow(database, _options);
        _sweep = new ProjectorSweep(database, model, source, appender, _options, _events);
    }

    /// <summary>Works until it is stopped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await _lease.TryTakeAsync(cancellationToken).ConfigureAwait(false) is { } token)
                    await WorkAsync(token, cancellationToken).ConfigureAwait(false);
                else
                    await PauseAsync(_options.Lease / 3, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Stopped.
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                _events.Failed(exception);
                await PauseAsync(PauseAfterFailure, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sweeps once, if no other works: for a job that comes and goes.</summary>
    /// <returns>Whether it did, to the end.</returns>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    /// <exception cref="ObjectStoreException">The store failed.</exception>
    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken = default)
    {
        if (await _lease.TryTakeAsync(cancellationToken).ConfigureAwait(false) is not { } token)
            return false;
        return await _lease.HoldAsync(token, async held =>
        {
            await _sweep.DrainInboxAsync(token, held).ConfigureAwait(false);
            await _sweep.SweepAsync(token, held).ConfigureAwait(false);
        }, _events.Failed, cancellationToken).ConfigureAwait(false);
    }

    private async Task WorkAsync(long token, CancellationToken cancellationToken)
    {
        _events.LeaseChanged(hasLease: true);
        try
        {
            await _lease.HoldAsync(token, held => LoopAsync(token, held), _events.Failed, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _events.LeaseChanged(hasLease: false);
        }
    }

    private async Task LoopAsync(long token, CancellationToken held)
    {
        var time = _options.TimeProvider;
        var (next, isFirst) = (time.GetTimestamp(), true);
        while (!held.IsCancellationRequested)
        {
            await _sweep.DrainInboxAsync(token, held).ConfigureAwait(false);
            if (isFirst || time.GetTimestamp() >= next)
            {
                var began = time.GetTimestamp();
                await _sweep.SweepAsync(token, held).ConfigureAwait(false);
                var rest = time.GetElapsedTime(began) / _options.SweepShare;
                var pause = rest > _options.SweepInterval ? rest : _options.SweepInterval;
                (next, isFirst) = (began + (long)(pause.TotalSeconds * time.TimestampFrequency), false);
            }
            await PauseAsync(_options.InboxInterval, held).ConfigureAwait(false);
        }
    }

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancellationToken) =>
        await Task.Delay(pause, _options.TimeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private sealed class Silent : ProjectorEvents;
}
