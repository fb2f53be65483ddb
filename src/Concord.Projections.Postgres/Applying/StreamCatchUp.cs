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
public sealed record CaughtUp(StreamId Stream, long From, long To, VerificationFailure? Failure, bool IsApplied)
{
    /// <summary>Gets whether the rows say something else than the receipts, so that they are to be written from the start.</summary>
    public bool IsForeign { get; init; }
}

/// <summary>Brings the rows of one stream to where its receipts are, whatever is in them: what inline could not.</summary>
/// <remarks>
/// One transaction, which holds the stream's head from its first statement on: inline waits, or finds its work done. Every receipt is
/// verified before its row is written. Memory does not grow with the number of receipts, but for the state itself.
/// </remarks>
internal sealed class StreamCatchUp(ProjectionDatabase database, ProjectionModel model, ReceiptSource source)
{
    private const int RowsAtOnce = 1000;

    private readonly AdvanceStatement _statement = new(database.Schema, leavesWord: false);

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
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ended = transaction.ConfigureAwait(false);

        var report = new VerificationReport();
        var tables = model.TablesOf(id.Type);
        var prefix = projection.PrefixOf(id);
        var (stands, hash) = await LockHeadAsync(connection, prefix, cancellationToken).ConfigureAwait(false);
        var stream = default(ReceiptStream);
        var pending = tables.Select(_ => new List<object?[]>()).ToArray();
        if (isFromStart)
            await DeleteReceiptsAsync(connection, tables, prefix, cancellationToken).ConfigureAwait(false);
        var after = isFromStart ? 0 : stands;
        await foreach (var advance in projection.ReplayAsync(source.Store, id, input, report, after, upTo, cancellationToken).ConfigureAwait(false))
        {
            stream = advance.After;
            if (stream.Head.Version < after)
                continue;
            // Rows of another history than the store's, whoever wrote them: all of them go.
            if (advance.Before.Head.Version < after && (stream.Head.Version > after || stream.Head.Hash.ToString() != hash))
                return new CaughtUp(id, stands, stands, null, IsApplied: false) { IsForeign = true };
            if (stream.Head.Version == after)
                continue;
            for (var i = 0; i < tables.Length; i++)
                if (tables[i] is ReceiptTable receipts)
                {
                    pending[i].AddRange(receipts.ChangesOf(advance).Upserts);
                    if (pending[i].Count >= RowsAtOnce)
                        await FlushAsync(connection, receipts, prefix, pending[i], cancellationToken).ConfigureAwait(false);
                }
        }

        var failure = report.Failures.Count > 0 ? report.Failures[0] : null;
        if (stream is null || (!isFromStart && stream.Head.Version <= stands))
            return new CaughtUp(id, stands, stands, failure, IsApplied: stream?.Head.Version == stands) { IsForeign = stream is not null && failure is null && stream.Head.Version < stands };

        var changes = new List<(ProjectionTable, RowChanges)>();
        for (var i = 0; i < tables.Length; i++)
            changes.Add((tables[i], tables[i].RowsOf(stream) is { } rows
                ? await StreamRows.CompareAsync(connection, database.Schema, tables[i], stream, rows, cancellationToken).ConfigureAwait(false)
                : new RowChanges(pending[i], [])));
        var outcome = await _statement.ExecuteAsync(connection, prefix, id.Type, stands, stream.Head, changes, fence, cancellationToken).ConfigureAwait(false);
        // Crash before the commit: nothing of this is there, and the next sweep does it all again.
        if (outcome.IsApplied)
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return new CaughtUp(id, stands, outcome.IsApplied ? stream.Head.Version : stands, failure, outcome.IsApplied);
    }

    private async ValueTask<(long Version, string? Hash)> LockHeadAsync(NpgsqlConnection connection, string prefix, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"SELECT version, hash FROM {database.Schema}.stream_heads WHERE stream = $1 FOR UPDATE", connection) { Parameters = { new() { Value = prefix } } };
        await using var disposed = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? (reader.GetInt64(0), reader.GetString(1)) : (0, null);
    }

    private async ValueTask DeleteReceiptsAsync(NpgsqlConnection connection, ProjectionTable[] tables, string prefix, CancellationToken cancellationToken)
    {
        foreach (var table in tables.OfType<ReceiptTable>())
        {
            var command = new NpgsqlCommand($"DELETE FROM {database.Schema}.{table.Name} WHERE stream = $1", connection) { Parameters = { new() { Value = prefix } } };
            await using (command.ConfigureAwait(false))
                await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask FlushAsync(NpgsqlConnection connection, ProjectionTable table, string prefix, List<object?[]> rows, CancellationToken cancellationToken)
    {
        await _statement.WriteRowsAsync(connection, prefix, table, new RowChanges(rows, []), cancellationToken).ConfigureAwait(false);
        rows.Clear();
    }
}
