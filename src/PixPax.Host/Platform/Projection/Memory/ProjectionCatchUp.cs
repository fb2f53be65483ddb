using Concord.Receipts;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Subscriptions.News;

namespace PixPax.Host.Platform.Projection.Memory;

/// <summary>
/// Brings the projection up to what is stored: everything at start, and then, every few seconds, what other processes on the
/// same store have written since. Whoever misses something may ask for a round sooner; all who ask share one.
/// </summary>
internal sealed class ProjectionCatchUp(ReceiptStreams streams, IObjectStore store, MemoryProjection projection, ProjectionProgress progress, CommitNews news, TimeProvider time, ILogger<ProjectionCatchUp> logger) : BackgroundService
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(2);

    private readonly Lock _lock = new();
    private Round _next = new();

    /// <summary>Reads every stream of the store. One that cannot be read is left out and told; the others are not its victims.</summary>
    public async Task RebuildAsync(CancellationToken cancellationToken)
    {
        var (began, leftOut) = (time.GetTimestamp(), 0);
        await Parallel.ForEachAsync(StreamDiscovery.ListAsync(store, "pixpax/", cancellationToken), InParallel(cancellationToken), async (found, token) =>
        {
            if (PixPaxStreams.At(found.Prefix) is { } stream && await TryCatchUpAsync(stream, token) is null) Interlocked.Increment(ref leftOut);
        });

        progress.Completed(began, pending: 0, leftOut);

        logger.ProjectionRebuilt(projection.Streams().Count);
    }

    /// <summary>
    /// Waits for a round that begins after this call. However many ask, the rounds take at most a tenth of the time, so nobody can make
    /// this process read its store over and over.
    /// </summary>
    /// <returns><see langword="false"/> when no round came within <paramref name="patience"/>.</returns>
    public async Task<bool> CatchUpAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Task done;
        lock (_lock)
        {
            _next.Asked.TrySetResult();
            done = _next.Done.Task;
        }

        try
        {
            await done.WaitAsync(patience, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Round round;
            lock (_lock) (round, _next) = (_next, new Round());

            var began = time.GetTimestamp();
            try
            {
                await ReadOnAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                logger.ProjectionBehind(exception);
            }

            round.Done.TrySetResult();

            // On a large store a round takes longer, and must not take all there is of the machine.
            var rest = time.GetElapsedTime(began) * 10;
            await Task.Delay(rest, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (rest < LeastPause) await Task.WhenAny(_next.Asked.Task, Task.Delay(LeastPause - rest, time, stoppingToken));
        }
    }

    /// <summary>Reads on in every stream that is known, and finds those that are new by their locators.</summary>
    private async Task ReadOnAsync(CancellationToken cancellationToken)
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

    // Most streams are short: a store across a network is read as many at a time as it takes to not wait for each.
    private static ParallelOptions InParallel(CancellationToken cancellationToken) => new() { MaxDegreeOfParallelism = 8, CancellationToken = cancellationToken };

    private async ValueTask<long?> TryCatchUpAsync(StreamId id, CancellationToken cancellationToken)
    {
        try
        {
            if (await PixPaxStreams.ReadAsync(streams, id, cancellationToken) is not { Head.IsEmpty: false } stream) return 0;
            var indexed = projection.IndexedVersionOf(id);
            await foreach (var commit in streams.ReadCommitsAsync(stream, indexed + 1, cancellationToken))
            {
                projection.Apply(stream, commit);
                news.Committed(id, commit);
            }

            return Math.Max(0, stream.Head.Version - indexed);
        }
        catch (StreamDamagedException exception)
        {
            logger.StreamLeftOut(exception, id.Json);
            return null;
        }
    }

    /// <summary>A round that has not begun: whether somebody asked for it, and its end.</summary>
    private sealed class Round
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
