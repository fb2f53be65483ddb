using Concord.Projections.Postgres.Applying;
using Concord.Projections.Postgres.Reading;
using Concord.Receipts;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Npgsql;

namespace Concord.Projections.Postgres.Projecting;

/// <summary>Goes through the whole store beside the heads in the tables, and does whatever is left to do in each stream.</summary>
/// <remarks>One listing of the store and one ordered read of the heads, walked side by side: nothing is held, and a stream that is
/// current costs no request of its own.</remarks>
internal sealed class ProjectorSweep(ProjectionDatabase database, ProjectionModel model, ReceiptSource source, ReceiptAppender appender, ProjectorOptions options, ProjectorEvents events)
{
    private const int MostFailures = 20;

    private readonly StreamCatchUp _catchUp = new(database, model, source);
    private readonly StoredKeyHistories _keys = new(source);
    private StreamVerifierInput? _input;
    private long _failures;
    private long _streams;
    private long _caughtUp;
    private long _published;
    private long _leftOut;

    /// <summary>Sweeps, and writes down that it did.</summary>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    /// <exception cref="ObjectStoreException">The store failed.</exception>
    public async Task SweepAsync(long token, CancellationToken cancellationToken)
    {
        (_streams, _caughtUp, _published, _leftOut, _failures) = (0, 0, 0, 0, 0);
        var began = await NowAsync(cancellationToken).ConfigureAwait(false);
        _input = await _keys.ReadAsync(cancellationToken).ConfigureAwait(false);
        await Parallel.ForEachAsync(
            MergeAsync(cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            (pair, stop) => TrySettleAsync(pair.Stored, pair.Head, token, stop)).ConfigureAwait(false);

        var took = await EndAsync(began, token, cancellationToken).ConfigureAwait(false);
        events.Swept(_streams, _caughtUp, _leftOut, took);
    }

    /// <summary>Catches up with the streams that somebody saw to be behind.</summary>
    public async Task DrainInboxAsync(long token, CancellationToken cancellationToken)
    {
        var prefixes = new List<string>();
        var command = database.Source.CreateCommand($"SELECT stream FROM {database.Schema}.projector_inbox LIMIT 1000");
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                    prefixes.Add(reader.GetString(0));
        }
        if (prefixes.Count == 0)
            return;

        _failures = 0;
        _input ??= await _keys.ReadAsync(cancellationToken).ConfigureAwait(false);
        // Taken out before it is done: word that comes meanwhile is of a later commit. Crash in between: the next sweep finds it.
        var delete = database.Source.CreateCommand($"DELETE FROM {database.Schema}.projector_inbox WHERE stream = ANY($1)");
        await using (delete.ConfigureAwait(false))
        {
            delete.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. prefixes] });
            await delete.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        foreach (var prefix in prefixes)
            if (model.At(prefix) is { } found)
                await GuardAsync(async () => await CatchUpAsync(found.Projection, found.Stream, token, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private async IAsyncEnumerable<(StoredStream? Stored, StoredHead? Head)> MergeAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var heads = StoredHead.ListAsync(database, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var closed = heads.ConfigureAwait(false);
        var hasHead = await heads.MoveNextAsync().ConfigureAwait(false);
        await foreach (var stored in StoredStream.ListAsync(source.Store, source.Prefix, cancellationToken).ConfigureAwait(false))
        {
            if (model.At(stored.Prefix) is null)
                continue;
            for (; hasHead && string.CompareOrdinal(heads.Current.Prefix, stored.Prefix) < 0; hasHead = await heads.MoveNextAsync().ConfigureAwait(false))
                yield return (null, heads.Current);
            if (hasHead && heads.Current.Prefix == stored.Prefix)
            {
                yield return (stored, heads.Current);
                hasHead = await heads.MoveNextAsync().ConfigureAwait(false);
            }
            else
            {
                yield return (stored, null);
            }
        }
        for (; hasHead; hasHead = await heads.MoveNextAsync().ConfigureAwait(false))
            yield return (null, heads.Current);
    }

    private ValueTask TrySettleAsync(StoredStream? stored, StoredHead? head, long token, CancellationToken cancellationToken) =>
        GuardAsync(() => SettleAsync(stored, head, token, cancellationToken), cancellationToken);

    // What one stream does must not end the sweep of the others: a row that the database refuses, an object that cannot be read. When it is
    // many, or nobody answers, it is not the streams.
    private async ValueTask GuardAsync(Func<ValueTask> work, CancellationToken cancellationToken)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && exception is not NpgsqlException { InnerException: not null } and not OperationCanceledException
            && Interlocked.Increment(ref _failures) <= MostFailures)
        {
            Interlocked.Increment(ref _leftOut);
            events.Failed(exception);
        }
    }

    private async ValueTask SettleAsync(StoredStream? inStore, StoredHead? head, long token, CancellationToken cancellationToken)
    {
        if (inStore is not { } stored)
        {
            if (!await IsStoredAsync(head!.Value, cancellationToken).ConfigureAwait(false))
                events.StreamUnknown(head.Value.Prefix);
            return;
        }
        Interlocked.Increment(ref _streams);
        var (projection, id) = model.At(stored.Prefix)!.Value;
        var (stands, isWhole) = (head?.Version ?? 0, true);
        var isNewer = head?.CommitFirstVersion > stored.LastCommit && await IsStoredAsync(head.Value, cancellationToken).ConfigureAwait(false);
        if (head?.CommitFirstVersion != stored.LastCommit && !isNewer)
            (stands, isWhole) = await CatchUpAsync(projection, id, token, cancellationToken).ConfigureAwait(false) is { Failure: null, IsApplied: true } done ? (done.To, true) : (stands, false);

        // Each receipt is one event: fewer, and somebody died before publishing the last commit.
        if (stored.Events < stands && !isNewer && isWhole)
        {
            try
            {
                await projection.RollForwardAsync(appender, id, cancellationToken).ConfigureAwait(false);
                Interlocked.Increment(ref _published);
            }
            catch (StreamDamagedException exception)
            {
                Interlocked.Increment(ref _leftOut);
                events.StreamStopped(id, new VerificationFailure(exception.Kind, stored.Prefix, id, null, null, "a stream that can be published", exception.Message));
            }
        }
        if (!isWhole || isNewer)
            return;
        try
        {
            await events.CurrentAsync(id, stands, stored.Commits, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            events.Failed(exception);
        }
    }

    // Rows that are further than the listing: of a commit that was made after the listing had passed, or of none.
    private async ValueTask<bool> IsStoredAsync(StoredHead head, CancellationToken cancellationToken) =>
        await source.Store.GetAsync(StreamLayout.Commit(head.Prefix, head.CommitFirstVersion), cancellationToken).ConfigureAwait(false) is not null;

    private async ValueTask<CaughtUp> CatchUpAsync(StreamProjection projection, StreamId id, long token, CancellationToken cancellationToken)
    {
        var done = await ApplyAsync().ConfigureAwait(false);
        // Signed by a key that was made since the histories were read.
        if (done.Failure?.Kind == FailureKind.KeyUnknown)
        {
            _input = await _keys.ReadAsync(cancellationToken).ConfigureAwait(false);
            done = await ApplyAsync().ConfigureAwait(false);
        }
        Interlocked.Add(ref _caughtUp, Math.Max(0, done.To - done.From));
        if (done.Failure is { } failure)
        {
            Interlocked.Increment(ref _leftOut);
            events.StreamStopped(id, failure);
        }
        return done;

        async ValueTask<CaughtUp> ApplyAsync()
        {
            var (fence, input) = ((options.Name, token), _input!);
            var applied = await _catchUp.CatchUpAsync(projection, id, input, isFromStart: false, upTo: long.MaxValue, fence, cancellationToken).ConfigureAwait(false);
            return applied.IsForeign
                ? await _catchUp.CatchUpAsync(projection, id, input, isFromStart: true, upTo: long.MaxValue, fence, cancellationToken).ConfigureAwait(false)
                : applied;
        }
    }

    private async ValueTask<DateTime> NowAsync(CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand("SELECT clock_timestamp()");
        await using (command.ConfigureAwait(false))
            return (DateTime)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    // Said by the token: one that lost its right meanwhile has caught up, but another says how far.
    private async ValueTask<TimeSpan> EndAsync(DateTime began, long token, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(
            $"""
            UPDATE {database.Schema}.projector_offsets
            SET sweep_began_at = $3, sweep_ended_at = clock_timestamp(), streams = $4, caught_up = $5, published = $6, left_out = $7
            WHERE name = $1 AND fencing_token = $2 RETURNING sweep_ended_at - sweep_began_at
            """);
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = options.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = token });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = began });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _streams });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _caughtUp });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _published });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = _leftOut });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as TimeSpan? ?? TimeSpan.Zero;
    }
}
