using Concord.Projections.Postgres.Reading;
using Concord.Projections.Postgres.Tables;
using Concord.Receipts;
using Concord.Receipts.Projections;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Npgsql;

namespace Concord.Projections.Postgres.Applying;

/// <summary>Represents how a stream was caught up with.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="From">The version that its rows stood at.</param>
/// <param name="To">The version that they stand at.</param>
/// <param name="Failure">What ended it before the stream's end, if anything did: the first receipt that broke a rule, and which.</param>
/// <param name="IsApplied">False when somebody else moved the rows meanwhile: look again.</param>
internal sealed record CaughtUp(StreamId Stream, long From, long To, VerificationFailure? Failure, bool IsApplied)
{
    /// <summary>Gets whether the rows say something else than the receipts, so that they are to be written from the start.</summary>
    public bool IsForeign { get; init; }
}

/// <summary>Brings the rows of one stream to where its receipts are, whatever is in them: what inline could not.</summary>
/// <remarks>
/// Receipts are read and verified before anything is locked, as long as their rows are few; then one transaction holds the stream's head and
/// writes, if it still stands where it stood. Inline waits for that moment, or finds its work done. Memory does not grow with the number of
/// receipts, but for the state itself.
/// </remarks>
internal sealed class StreamCatchUp(ProjectionDatabase database, ProjectionModel model, ReceiptSource source)
{
    private const int RowsAtOnce = 1000;

    private readonly AdvanceStatement _statement = new(database.Schema, leavesWord: false);

    /// <summary>Where the rows of a stream stand.</summary>
    private readonly record struct Place(long Version, string? Hash, long CommitFirstVersion);

    /// <summary>Catches up with a stream.</summary>
    /// <param name="projection">How it is projected.</param>
    /// <param name="id">The stream.</param>
    /// <param name="input">What its receipts are judged by.</param>
    /// <param name="isFromStart">Whether the rows of all its receipts are written again, and not only those behind where it stands.</param>
    /// <param name="upTo">The version behind which no receipt is wanted.</param>
    /// <param name="fence">The projector's name and token; null for an operator's own command.</param>
    /// <param name="cancellationToken">Stops; nothing is changed.</param>
    public async ValueTask<CaughtUp> CatchUpAsync(
        StreamProjection projection, StreamId id, StreamVerifierInput input, bool isFromStart, long upTo, (string Name, long Token)? fence, CancellationToken cancellationToken)
    {
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        var prefix = projection.PrefixOf(id);
        var stands = await FindAsync(connection, prefix, "", cancellationToken).ConfigureAwait(false);
        // Somebody was faster than whoever saw it behind.
        if (!isFromStart && stands.Version > 0 && await source.Store.GetAsync(StreamLayout.Commit(prefix, stands.Version + 1), cancellationToken).ConfigureAwait(false) is null
            && await source.Store.GetAsync(StreamLayout.Commit(prefix, stands.CommitFirstVersion), cancellationToken).ConfigureAwait(false) is not null)
            return new CaughtUp(id, stands.Version, stands.Version, null, IsApplied: true);

        var writing = new Writing(connection, prefix, stands, isFromStart);
        await using var ended = writing.ConfigureAwait(false);
        var report = new VerificationReport();
        var tables = model.TablesOf(id.Type);
        var stream = default(ReceiptStream);
        var pending = tables.Select(_ => new List<object?[]>()).ToArray();
        var after = isFromStart ? 0 : stands.Version;
        await foreach (var advance in projection.ReplayAsync(source.Store, id, input, report, after, upTo, cancellationToken).ConfigureAwait(false))
        {
            stream = advance.After;
            if (stream.Head.Version < after)
                continue;
            // Rows of another history than the store's, whoever wrote them: all of them go.
            if (advance.Before.Head.Version < after && (stream.Head.Version > after || stream.Head.Hash.ToString() != stands.Hash))
                return new CaughtUp(id, stands.Version, stands.Version, null, IsApplied: false) { IsForeign = true };
            if (stream.Head.Version == after)
                continue;
            for (var i = 0; i < tables.Length; i++)
                if (tables[i] is ReceiptTable receipts)
                {
                    pending[i].AddRange(receipts.ChangesOf(advance).Upserts);
                    if (pending[i].Count < RowsAtOnce)
                        continue;
                    if (!await BeginAsync(writing, tables, cancellationToken).ConfigureAwait(false))
                        return new CaughtUp(id, stands.Version, stands.Version, null, IsApplied: false);
                    await _statement.WriteRowsAsync(connection, prefix, receipts, new RowChanges(pending[i], []), cancellationToken).ConfigureAwait(false);
                    pending[i].Clear();
                }
        }

        var failure = report.Failures.Count > 0 ? report.Failures[0] : null;
        if (!isFromStart && (stream is null || stream.Head.Version <= stands.Version))
            return new CaughtUp(id, stands.Version, stands.Version, failure, IsApplied: stream?.Head.Version == stands.Version) { IsForeign = stream is not null && failure is null && stream.Head.Version < stands.Version };
        if (!await BeginAsync(writing, tables, cancellationToken).ConfigureAwait(false))
            return new CaughtUp(id, stands.Version, stands.Version, failure, IsApplied: false);

        var changes = new List<(ProjectionTable, RowChanges)>();
        for (var i = 0; i < tables.Length; i++)
            changes.Add((tables[i], tables[i].RowsOf(stream ?? projection.EmptyOf(id)) is { } rows
                ? await StreamRows.CompareAsync(connection, database.Schema, tables[i], prefix, rows, cancellationToken).ConfigureAwait(false)
                : new RowChanges(pending[i], [])));
        if (stream is null)
        {
            // Nothing of it is stored, or nothing that is good: no rows, and no head.
            foreach (var (table, change) in changes)
                await _statement.WriteRowsAsync(connection, prefix, table, change, cancellationToken).ConfigureAwait(false);
            await writing.CommitAsync(cancellationToken).ConfigureAwait(false);
            return new CaughtUp(id, stands.Version, 0, failure, IsApplied: true);
        }
        var expected = isFromStart ? new StreamHead() : new StreamHead(stands.Version, null, ReceiptHash.Parse(stands.Hash ?? stream.Head.Hash.ToString()!), stands.CommitFirstVersion);
        var outcome = await _statement.ExecuteAsync(connection, prefix, id.Type, expected, stream.Head, changes, fence, cancellationToken).ConfigureAwait(false);
        // Crash before the commit: nothing of this is there, and the next sweep does it all again.
        if (outcome.IsApplied)
            await writing.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new CaughtUp(id, stands.Version, outcome.IsApplied ? stream.Head.Version : stands.Version, failure, outcome.IsApplied);
    }

    // From here on the head is held. When all rows are written anew it is taken out first: whoever waits for it, with rows of its own that follow
    // from those of before, finds none and writes none.
    private async ValueTask<bool> BeginAsync(Writing writing, ProjectionTable[] tables, CancellationToken cancellationToken)
    {
        if (writing.HasBegun)
            return true;
        await writing.BeginAsync(cancellationToken).ConfigureAwait(false);
        if (await FindAsync(writing.Connection, writing.Prefix, "FOR UPDATE", cancellationToken).ConfigureAwait(false) != writing.Stands)
            return false;
        if (writing.IsFromStart)
            foreach (var table in tables.OfType<ReceiptTable>().Select(table => table.Name).Append("stream_heads"))
            {
                var command = new NpgsqlCommand($"DELETE FROM {database.Schema}.{table} WHERE stream = $1", writing.Connection) { Parameters = { new() { Value = writing.Prefix } } };
                await using (command.ConfigureAwait(false))
                    await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
        return true;
    }

    private async ValueTask<Place> FindAsync(NpgsqlConnection connection, string prefix, string locking, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"SELECT version, hash, commit_first_version FROM {database.Schema}.stream_heads WHERE stream = $1 {locking}", connection) { Parameters = { new() { Value = prefix } } };
        await using var disposed = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? new Place(reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2)) : default;
    }

    /// <summary>The transaction that is begun when there is something to write.</summary>
    private sealed class Writing(NpgsqlConnection connection, string prefix, Place stands, bool isFromStart) : IAsyncDisposable
    {
        private NpgsqlTransaction? _transaction;

        public NpgsqlConnection Connection => connection;

        public string Prefix => prefix;

        public Place Stands => stands;

        public bool IsFromStart => isFromStart;

        public bool HasBegun => _transaction is not null;

        public async ValueTask BeginAsync(CancellationToken cancellationToken) => _transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);

        public Task CommitAsync(CancellationToken cancellationToken) => _transaction!.CommitAsync(cancellationToken);

        public async ValueTask DisposeAsync()
        {
            if (_transaction is not null)
                await _transaction.DisposeAsync().ConfigureAwait(false);
        }
    }
}
