using Concord.Receipts;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Projection;

/// <summary>
/// Brings the projection up to what is stored: everything at start, and then, every few seconds, what other processes on the
/// same store have written since.
/// </summary>
internal sealed class ProjectionCatchUp(ReceiptStreams streams, IObjectStore store, MemoryProjection projection, ProjectionProgress progress, TimeProvider time, ILogger<ProjectionCatchUp> logger) : BackgroundService
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Reads every stream of the store. One that cannot be read is left out and told; the others are not its victims.</summary>
    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        var (began, leftOut) = (time.GetTimestamp(), 0);
        await foreach (var found in StreamDiscovery.ListAsync(store, "pixpax/", cancellationToken))
        {
            if (PixPaxStreams.At(found.Prefix) is { } stream && await TryCatchUpAsync(stream, cancellationToken) is null) leftOut++;
        }

        progress.Completed(began, pending: 0, leftOut);

        logger.ProjectionRebuilt(projection.Streams().Count);
    }

    /// <summary>Reads on in every stream that is known, and finds those that are new by their locators.</summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var (began, pending, leftOut) = (time.GetTimestamp(), 0L, 0);
            foreach (var stream in projection.Streams()) Count(await TryCatchUpAsync(stream, cancellationToken));
            await foreach (var locator in store.ListAsync(PixPaxStreams.Locators, cancellationToken: cancellationToken))
            {
                var parts = locator[PixPaxStreams.Locators.Length..].Split('/');
                if (parts.Length != 2 || !parts[1].EndsWith(".json", StringComparison.Ordinal) || projection.FindStream(parts[0], parts[1][..^5]) is not null) continue;
                if (await store.GetAsync(locator, cancellationToken) is { } bytes && StreamId.TryParse(bytes.Span, out var stream)) Count(await TryCatchUpAsync(stream, cancellationToken));
            }

            progress.Completed(began, pending, leftOut);

            void Count(long? caughtUp)
            {
                if (caughtUp is { } receipts) pending += receipts;
                else leftOut++;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            try
            {
                await CatchUpAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.ProjectionBehind(exception);
            }

            // On a large store a round takes longer, and must not take all there is of the machine.
            var pause = time.GetElapsedTime(began) * 10;
            await Task.Delay(pause > LeastPause ? pause : LeastPause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How many receipts were behind; null when the stream is damaged.</returns>
    private async ValueTask<long?> TryCatchUpAsync(StreamId id, CancellationToken cancellationToken)
    {
        try
        {
            if (await PixPaxStreams.ReadAsync(streams, id, cancellationToken) is not { Head.IsEmpty: false } stream) return 0;
            var indexed = projection.IndexedVersionOf(id);
            for (var version = indexed + 1; version <= stream.Head.Version;)
            {
                var commit = await streams.ReadCommitAsync(stream, version, cancellationToken);
                version += commit.Length;
                await projection.ApplyAsync(stream, commit, cancellationToken);
            }

            return Math.Max(0, stream.Head.Version - indexed);
        }
        catch (StreamDamagedException exception)
        {
            logger.StreamLeftOut(exception, id.Json);
            return null;
        }
    }
}
