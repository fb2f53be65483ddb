using System.Data;
using Concord.Projections.Postgres.Applying;
using Concord.Projections.Postgres.Projecting;
using Concord.Projections.Postgres.Reading;
using Concord.Projections.Postgres.Tables;
using Concord.Receipts.Storage;
using Concord.Receipts.Verification;
using Npgsql;

namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>Builds the tables from the object store and nothing else, beside those in use; then compares, or puts them in their place.</summary>
/// <remarks>
/// Whoever reads and writes goes on meanwhile. A rebuild that is killed goes on where it was, streams that were whole are not replayed again.
/// Two replays of the same receipts give the same digests. Memory does not grow with the number of receipts; the key history of each
/// identity is held.
/// </remarks>
public sealed class ProjectionRebuild
{
    private const string LeaseLost = "The lease was lost: the database did not answer for too long. Run the command again.";
    private const int FewStreams = 50;
    private const int MaxRounds = 20;
    private static readonly TimeSpan MostLocked = TimeSpan.FromSeconds(1);

    private readonly ProjectionDatabase _database;
    private readonly ProjectionModel _model;
    private readonly ReceiptSource _source;
    private readonly RebuildOptions _options;
    private readonly LeaseRow _lease;

    /// <summary>Makes a rebuild.</summary>
    /// <param name="database">Where to.</param>
    /// <param name="model">What is projected.</param>
    /// <param name="source">Where from.</param>
    /// <param name="options">The options; <see langword="null"/> for the defaults.</param>
    public ProjectionRebuild(ProjectionDatabase database, ProjectionModel model, ReceiptSource source, RebuildOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        (_database, _model, _source, _options) = (database, model, source, options ?? new RebuildOptions());
        _lease = new LeaseRow(database, new ProjectorOptions { Name = "rebuild", TimeProvider = _options.TimeProvider });
    }

    /// <summary>Builds tables anew and puts them in the place of those in use.</summary>
    /// <param name="only">The names of the tables; <see langword="null"/> or empty for all of them.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops; the next rebuild goes on from there.</param>
    /// <exception cref="ArgumentException">There is no such table.</exception>
    /// <exception cref="TimeoutException">Another rebuild or comparison is at work; or the tables were used without a pause to change places in.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    /// <exception cref="ObjectStoreException">The store failed.</exception>
    public Task<RebuildReport> RebuildAsync(IReadOnlyCollection<string>? only = null, IProgress<RebuildProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var tables = TablesNamed(only);
        var isWhole = tables.Count == _model.Tables.Count;
        return AloneAsync(async (token, stop) =>
        {
            var shadow = new ShadowSchema(_database, _database.Schema + "_rebuild", tables);
            var (alignment, report) = await FillAndCompareAsync(shadow, isExact: !isWhole, progress, stop).ConfigureAwait(false);
            await SwapAsync(shadow, alignment, isWhole, token, stop).ConfigureAwait(false);
            await shadow.DropAsync(stop).ConfigureAwait(false);
            return report;
        }, cancellationToken);
    }

    /// <summary>Builds tables beside those in use, and tells every row that differs.</summary>
    /// <param name="only">The names of the tables; <see langword="null"/> or empty for all of them.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ArgumentException">There is no such table.</exception>
    /// <exception cref="TimeoutException">Another rebuild or comparison is at work.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    /// <exception cref="ObjectStoreException">The store failed.</exception>
    public Task<RebuildReport> CompareAsync(IReadOnlyCollection<string>? only = null, IProgress<RebuildProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var tables = TablesNamed(only);
        return AloneAsync(async (_, stop) =>
        {
            var shadow = new ShadowSchema(_database, _database.Schema + "_drift", tables);
            await shadow.DropAsync(stop).ConfigureAwait(false);
            var (_, report) = await FillAndCompareAsync(shadow, isExact: true, progress, stop).ConfigureAwait(false);
            await shadow.DropAsync(stop).ConfigureAwait(false);
            return report;
        }, cancellationToken);
    }

    /// <summary>Writes the rows of every stream anew that a comparison told of.</summary>
    /// <param name="report">What the comparison found.</param>
    /// <param name="cancellationToken">Stops; each stream is repaired whole or not at all.</param>
    /// <returns>The number of streams repaired.</returns>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    /// <exception cref="ObjectStoreException">The store failed.</exception>
    public async Task<int> RepairAsync(RebuildReport report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        var input = await new StoredKeyHistories(_source).ReadAsync(cancellationToken).ConfigureAwait(false);
        var catchUp = new StreamCatchUp(_database, _model, _source);
        var prefixes = report.Differences.Select(difference => difference.Stream).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var prefix in prefixes)
        {
            var found = _model.At(prefix);
            var done = found is { } stream
                ? await catchUp.CatchUpAsync(stream.Projection, stream.Stream, input, isFromStart: true, upTo: long.MaxValue, fence: null, cancellationToken).ConfigureAwait(false)
                : null;
            if (done is { IsApplied: false })
                continue;
            // No receipt gives rows of it in these tables: of what is no stream, in all of them.
            var strange = done is null ? [.. _model.Tables.Select(table => table.Name), ShadowSchema.Heads] : _model.Tables.Except(_model.TablesOf(done.Stream.Type)).Select(table => table.Name);
            foreach (var table in strange)
                await DeleteAsync(table, prefix, cancellationToken).ConfigureAwait(false);
        }
        return prefixes.Length;
    }

    private async Task<(ShadowAlignment Alignment, RebuildReport Report)> FillAndCompareAsync(
        ShadowSchema shadow, bool isExact, IProgress<RebuildProgress>? progress, CancellationToken cancellationToken)
    {
        var hasResumed = await shadow.PrepareAsync(cancellationToken).ConfigureAwait(false);
        var keys = new StoredKeyHistories(_source);
        var input = _options.SkipsSignatures ? new StreamVerifierInput() : await keys.ReadAsync(cancellationToken).ConfigureAwait(false);
        var fill = new ShadowFill(_database, _model, _source, shadow, _options, progress);
        await fill.FillAsync(input, hasResumed, cancellationToken).ConfigureAwait(false);
        progress?.Report(new RebuildProgress(RebuildPhase.Indexing, fill.Receipts, 0, 0, TimeSpan.Zero));
        await shadow.IndexAsync(cancellationToken).ConfigureAwait(false);
        progress?.Report(new RebuildProgress(RebuildPhase.Comparing, fill.Receipts, 0, 0, TimeSpan.Zero));

        string[] types = [.. _model.Streams.Where(fill.IsWanted).Select(stream => stream.Type)];
        var alignment = new ShadowAlignment(_database, shadow, fill, keys, types, isExact);
        var behind = (await alignment.FindAsync(cancellationToken).ConfigureAwait(false)).Count(unequal => unequal.Used < unequal.Filled);
        for (var round = 0; round < MaxRounds; round++)
            if (await alignment.RoundAsync(int.MaxValue, cancellationToken).ConfigureAwait(false) == 0)
                break;
        return (alignment, await ReportAsync(shadow, fill, alignment, types, behind, hasResumed, cancellationToken).ConfigureAwait(false));
    }

    private async Task<RebuildReport> ReportAsync(
        ShadowSchema shadow, ShadowFill fill, ShadowAlignment alignment, string[] types, int behind, bool hasResumed, CancellationToken cancellationToken)
    {
        // One state of both, however they are written meanwhile, for all who compare.
        var connection = await _database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var ended = transaction.ConfigureAwait(false);
        var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection);
        await using var disposed = export.ConfigureAwait(false);
        var snapshot = (string)(await export.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        var digests = new TableDigest[shadow.Tables.Count];
        var differences = new (List<RowDifference> Told, long Count)[shadow.Tables.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, 2 * digests.Length, parallel, async (work, stop) =>
        {
            var (index, table) = (work / 2, shadow.Tables[work / 2]);
            var looker = await _database.Source.OpenConnectionAsync(stop).ConfigureAwait(false);
            await using var lookerClosed = looker.ConfigureAwait(false);
            var look = await looker.BeginTransactionAsync(IsolationLevel.RepeatableRead, stop).ConfigureAwait(false);
            await using var lookEnded = look.ConfigureAwait(false);
            var share = new NpgsqlCommand($"SET TRANSACTION SNAPSHOT '{snapshot}'; {TableComparison.SameTextEverywhere}", looker);
            await using (share.ConfigureAwait(false))
                await share.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
            var comparison = new TableComparison(looker, _database.Schema, shadow.Name, types, alignment.Settled);
            if (work % 2 == 0)
                digests[index] = await comparison.DigestAsync(table, stop).ConfigureAwait(false);
            else
                differences[index] = await comparison.CompareAsync(table, stop).ConfigureAwait(false);
        }).ConfigureAwait(false);
        var heads = await new TableComparison(connection, _database.Schema, shadow.Name, types, alignment.Settled).CompareHeadsAsync(cancellationToken).ConfigureAwait(false);
        var moving = (await alignment.FindAsync(cancellationToken).ConfigureAwait(false)).Count(unequal => unequal.Used > unequal.Filled && !alignment.Settled.Contains(unequal.Stream));
        return new RebuildReport(
            digests, fill.Streams, fill.Receipts, [.. differences.SelectMany(table => table.Told), .. heads.Told],
            differences.Sum(table => table.Count) + heads.Count, behind, moving, fill.Stopped, hasResumed);
    }

    private async Task SwapAsync(ShadowSchema shadow, ShadowAlignment alignment, bool isWhole, long token, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await alignment.RoundAsync(int.MaxValue, cancellationToken).ConfigureAwait(false);
            try
            {
                if (await TrySwapAsync(shadow, alignment, isWhole, token, cancellationToken).ConfigureAwait(false))
                    return;
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected && attempt < MaxRounds)
            {
                // Somebody reads or writes for long. Nobody waits behind us meanwhile: try again.
            }
            if (attempt >= MaxRounds)
                throw new TimeoutException("The tables are written faster than the rest can be caught up with. What was built stays: run the rebuild again when there is less load.");
            await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<bool> TrySwapAsync(ShadowSchema shadow, ShadowAlignment alignment, bool isWhole, long token, CancellationToken cancellationToken)
    {
        var connection = await _database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ended = transaction.ConfigureAwait(false);
        // Who writes the tables writes a head first, and waits here from now on; readers wait for the exchange alone. Below the time after which
        // the server looks for deadlocks: of two who wait for each other this one gives up, and nobody's list.
        var command = new NpgsqlCommand($"SET LOCAL lock_timeout = '500ms'; LOCK TABLE {_database.Schema}.{ShadowSchema.Heads} IN EXCLUSIVE MODE", connection);
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        if (!await _lease.IsHeldAsync(token, connection, cancellationToken).ConfigureAwait(false))
            throw new TimeoutException(LeaseLost);
        var locked = _options.TimeProvider.GetTimestamp();
        while (await alignment.RoundAsync(FewStreams, cancellationToken).ConfigureAwait(false) is var left && left > 0)
            if (left > FewStreams || _options.TimeProvider.GetElapsedTime(locked) > MostLocked)
                return false;
        await shadow.SwapAsync(connection, withHeads: isWhole, cancellationToken).ConfigureAwait(false);
        // Crash before this: the tables in use are those of before, and the shadow is whole.
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private IReadOnlyList<ProjectionTable> TablesNamed(IReadOnlyCollection<string>? only)
    {
        if (only is null or { Count: 0 })
            return _model.Tables;
        if (only.FirstOrDefault(name => !_model.Tables.Any(table => table.Name == name)) is { } unknown)
            throw new ArgumentException($"There is no table '{unknown}'. The tables are: {string.Join(", ", _model.Tables.Select(table => table.Name))}.", nameof(only));
        return [.. _model.Tables.Where(table => only.Contains(table.Name))];
    }

    // One at a time, by a row as for projectors: it works behind a pooler, and the next need not wait long for one that was killed.
    private async Task<T> AloneAsync<T>(Func<long, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var began = _options.TimeProvider.GetTimestamp();
        long? token;
        while ((token = await _lease.TryTakeAsync(cancellationToken).ConfigureAwait(false)) is null)
        {
            if (_options.TimeProvider.GetElapsedTime(began) > _options.Patience)
                throw new TimeoutException("Another rebuild or comparison is at work on this database. Wait for its end.");
            await Task.Delay(TimeSpan.FromMilliseconds(250), _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        var result = default(T);
        var isDone = await _lease.HoldAsync(token.Value, async held => result = await work(token.Value, held).ConfigureAwait(false), _ => { }, cancellationToken).ConfigureAwait(false);
        return isDone ? result! : throw new TimeoutException(LeaseLost);
    }

    private async ValueTask DeleteAsync(string table, string prefix, CancellationToken cancellationToken)
    {
        var command = _database.Source.CreateCommand($"DELETE FROM {_database.Schema}.{table} WHERE stream = $1");
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = prefix });
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
