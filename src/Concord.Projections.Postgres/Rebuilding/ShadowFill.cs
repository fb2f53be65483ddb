using System.Collections.Concurrent;
using System.Threading.Channels;
using Concord.Projections.Postgres.Applying;
using Concord.Projections.Postgres.Reading;
using Concord.Projections.Postgres.Tables;
using Concord.Receipts;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Npgsql;

namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>Fills a shadow schema from receipts, verified one by one, several streams at a time.</summary>
internal sealed class ShadowFill(ProjectionDatabase database, ProjectionModel model, ReceiptSource source, ShadowSchema shadow, RebuildOptions options, IProgress<RebuildProgress>? progress)
{
    private readonly StreamCatchUp _catchUp = new(new ProjectionDatabase(database.Source, shadow.Name), model.Only(shadow.Tables), source);
    private readonly ConcurrentDictionary<StreamId, StoppedStream> _stopped = new();
    private long _receipts;
    private long _commits;

    /// <summary>Gets the streams that stop before a damaged receipt.</summary>
    public IReadOnlyList<StoppedStream> Stopped => [.. _stopped.Values.OrderBy(stopped => stopped.Stream.Json, StringComparer.Ordinal)];

    /// <summary>Gets how many receipts were replayed.</summary>
    public long Receipts => _receipts;

    /// <summary>Gets how many streams there are.</summary>
    public long Streams { get; private set; }

    /// <summary>Replays every stream that has rows in the tables, and is not there yet.</summary>
    /// <param name="input">What receipts are judged by.</param>
    /// <param name="hasResumed">Whether some streams are there already.</param>
    /// <param name="cancellationToken">Stops; what was written stays for the next attempt.</param>
    public async Task FillAsync(StreamVerifierInput input, bool hasResumed, CancellationToken cancellationToken)
    {
        progress?.Report(new RebuildProgress(RebuildPhase.Listing, 0, 0, 0, TimeSpan.Zero));
        var done = hasResumed ? await WholeAsync(cancellationToken).ConfigureAwait(false) : [];
        var began = options.TimeProvider.GetTimestamp();
        var (listed, isListed) = (0L, false);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The first streams are replayed while the last are listed. What is waiting is held, a few dozen bytes a stream.
        var streams = Channel.CreateUnbounded<StoredStream>(new UnboundedChannelOptions { SingleWriter = true });
        await Task.WhenAll(Enumerable.Range(0, options.Parallelism).Select(_ => Task.Run(() => StoppingAsync(WorkAsync), stop.Token)).Append(StoppingAsync(ListAsync))).ConfigureAwait(false);

        async Task ListAsync()
        {
            try
            {
                await foreach (var stored in StoredStream.ListAsync(source.Store, source.Prefix, stop.Token).ConfigureAwait(false))
                    if (model.At(stored.Prefix) is { } found && IsWanted(found.Projection))
                    {
                        Streams++;
                        Interlocked.Add(ref listed, stored.Commits);
                        streams.Writer.TryWrite(stored);
                    }
                Volatile.Write(ref isListed, true);
            }
            finally
            {
                streams.Writer.Complete();
            }
        }

        async Task WorkAsync()
        {
            var batch = new CopyBatch(database, shadow, model, options.RowsAtOnce);
            await foreach (var stored in streams.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
            {
                // One that stopped, or has grown, is not whole: it is done again, and what is there of it goes first.
                var isWhole = done.Contains((stored.Prefix, stored.LastCommit));
                if (!isWhole && hasResumed)
                    await RefillAsync(stored.Prefix, long.MaxValue, input, stop.Token).ConfigureAwait(false);
                else if (!isWhole)
                    await ReplayAsync(batch, stored.Prefix, input, long.MaxValue, stop.Token).ConfigureAwait(false);
                var commits = Interlocked.Add(ref _commits, stored.Commits);
                progress?.Report(new RebuildProgress(
                    RebuildPhase.Replaying, Interlocked.Read(ref _receipts), commits, Volatile.Read(ref isListed) ? Interlocked.Read(ref listed) : 0, options.TimeProvider.GetElapsedTime(began)));
            }
            await batch.FlushAsync(stop.Token).ConfigureAwait(false);
        }

        // Whichever fails first ends the others.
        async Task StoppingAsync(Func<Task> work)
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Adds what one stream has grown by, or, where that cannot be, writes its rows anew.</summary>
    /// <param name="prefix">The stream's prefix.</param>
    /// <param name="upTo">The version up to which.</param>
    /// <param name="input">What receipts are judged by.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task CatchUpAsync(string prefix, long upTo, StreamVerifierInput input, CancellationToken cancellationToken)
    {
        if (model.At(prefix) is { } found && await _catchUp.CatchUpAsync(found.Projection, found.Stream, input, isFromStart: false, upTo, fence: null, cancellationToken).ConfigureAwait(false) is { IsForeign: false } done)
        {
            Interlocked.Add(ref _receipts, done.To - done.From);
            Tell(found.Stream, done.To, done.Failure);
            return;
        }
        await RefillAsync(prefix, upTo, input, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the rows of one stream anew.</summary>
    /// <param name="prefix">The stream's prefix.</param>
    /// <param name="upTo">The version up to which; 0 for no rows at all.</param>
    /// <param name="input">What receipts are judged by.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task RefillAsync(string prefix, long upTo, StreamVerifierInput input, CancellationToken cancellationToken)
    {
        // The head first: without it the other rows do not count.
        foreach (var table in shadow.Tables.Select(table => table.Name).Prepend(ShadowSchema.Heads))
        {
            var command = database.Source.CreateCommand($"DELETE FROM {shadow.Name}.{table} WHERE stream = $1");
            await using (command.ConfigureAwait(false))
            {
                command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = prefix });
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        if (upTo == 0)
            return;
        var batch = new CopyBatch(database, shadow, model, options.RowsAtOnce);
        await ReplayAsync(batch, prefix, input, upTo, cancellationToken).ConfigureAwait(false);
        await batch.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether streams so projected have rows in the tables that are filled.</summary>
    public bool IsWanted(StreamProjection projection) => model.TablesOf(projection.Type).Any(shadow.Tables.Contains);

    private async ValueTask ReplayAsync(CopyBatch batch, string prefix, StreamVerifierInput input, long upTo, CancellationToken cancellationToken)
    {
        if (model.At(prefix) is not { } found)
            return;
        var report = new VerificationReport();
        ReceiptStream? stream = null;
        await foreach (var advance in found.Projection.ReplayAsync(source.Store, found.Stream, input, report, verifiedUpTo: 0, upTo, cancellationToken).ConfigureAwait(false))
        {
            stream = advance.After;
            Interlocked.Add(ref _receipts, advance.Commit.Length);
            await batch.AddAsync(advance, cancellationToken).ConfigureAwait(false);
        }
        Tell(found.Stream, stream?.Head.Version ?? 0, report.Failures.Count > 0 ? report.Failures[0] : null);
        if (stream is not null)
            await batch.CompleteAsync(stream, cancellationToken).ConfigureAwait(false);
    }

    // What was said before of the stream, by older keys, does not count any more.
    private void Tell(StreamId stream, long version, VerificationFailure? failure)
    {
        if (failure is null)
            _stopped.TryRemove(stream, out _);
        else
            _stopped[stream] = new StoppedStream(stream, version, failure);
    }

    private async Task<HashSet<(string, long)>> WholeAsync(CancellationToken cancellationToken)
    {
        var whole = new HashSet<(string, long)>();
        var command = database.Source.CreateCommand($"SELECT stream, commit_first_version FROM {shadow.Name}.{ShadowSchema.Heads}");
        await using var disposed = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            whole.Add((reader.GetString(0), reader.GetInt64(1)));
        return whole;
    }
}
