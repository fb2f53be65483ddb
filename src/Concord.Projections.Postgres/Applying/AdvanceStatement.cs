using System.Globalization;
using System.Text;
using Concord.Projections.Postgres.Tables;
using Concord.Receipts;
using Concord.Receipts.Streams;
using Npgsql;
using NpgsqlTypes;

namespace Concord.Projections.Postgres.Applying;

/// <summary>
/// The one statement that moves a stream forward in the tables: its head, if that is where it is expected to be, and then, and only
/// then, its rows. One statement is one transaction and one round trip.
/// </summary>
/// <param name="schema">The schema of the tables.</param>
/// <param name="leavesWord">Whether a stream that is found behind is noted for a projector.</param>
internal sealed class AdvanceStatement(string schema, bool leavesWord)
{
    /// <summary>What became of it.</summary>
    /// <param name="IsApplied">The stream stood where it was expected, and is moved.</param>
    /// <param name="Version">Where it stood before; 0 when it was not there.</param>
    public readonly record struct Outcome(bool IsApplied, long Version);

    /// <summary>Moves a stream.</summary>
    /// <param name="connection">An open connection, in a transaction or not.</param>
    /// <param name="prefix">The stream's prefix.</param>
    /// <param name="type">The stream's type.</param>
    /// <param name="expected">The head that it must stand at; empty: it must not be there.</param>
    /// <param name="head">The head that it gets.</param>
    /// <param name="changes">The rows to write, and the keys of those to delete.</param>
    /// <param name="fence">The projector's name and token, which must still be in force; null for whoever made the commit.</param>
    /// <param name="cancellationToken">Stops; the statement is applied whole or not at all.</param>
    public async ValueTask<Outcome> ExecuteAsync(
        NpgsqlConnection connection, string prefix, string type, StreamHead expected, StreamHead head, IReadOnlyList<(ProjectionTable Table, RowChanges Changes)> changes,
        (string Name, long Token)? fence, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var disposed = command.ConfigureAwait(false);
        Write(command, prefix, type, expected, head, changes, fence);
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))! == 1
            ? new Outcome(IsApplied: true, expected.Version)
            : new Outcome(IsApplied: false, await FindVersionAsync(connection, prefix, head.Version, cancellationToken).ConfigureAwait(false));
    }

    // The rare case: where it stands; and whoever finds it behind leaves word.
    private async ValueTask<long> FindVersionAsync(NpgsqlConnection connection, string prefix, long wanted, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using var disposed = command.ConfigureAwait(false);
        command.CommandText = $"SELECT coalesce((SELECT version FROM {schema}.stream_heads WHERE stream = {Add(command, prefix)}), 0)";
        var version = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        if (leavesWord && version < wanted)
        {
            command.CommandText = $"INSERT INTO {schema}.projector_inbox (stream) VALUES ($1) ON CONFLICT DO NOTHING";
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        return version;
    }

    /// <summary>Writes and deletes rows of a stream whose head the caller's transaction holds.</summary>
    public async ValueTask WriteRowsAsync(NpgsqlConnection connection, string prefix, ProjectionTable table, RowChanges changes, CancellationToken cancellationToken)
    {
        if (changes.Upserts.Count + changes.Deletes.Count == 0)
            return;
        var command = connection.CreateCommand();
        await using var disposed = command.ConfigureAwait(false);
        var sql = new StringBuilder($"WITH head AS (SELECT {Add(command, prefix)} AS stream)");
        WriteChanges(command, sql, [(table, changes)]);
        command.CommandText = sql.Append(" SELECT").ToString();
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Write(
        NpgsqlCommand command, string prefix, string type, StreamHead expected, StreamHead head, IReadOnlyList<(ProjectionTable Table, RowChanges Changes)> changes, (string Name, long Token)? fence)
    {
        var sql = new StringBuilder();
        var (stream, version, eventId, hash, commit) = (Add(prefix), Add(head.Version), Add(head.EventId.ToString()!), Add(head.Hash.ToString()!), Add(head.CommitFirstVersion));
        var isFenced = fence is { } held
            ? $" AND EXISTS (SELECT FROM {schema}.projector_offsets WHERE name = {Add(held.Name)} AND fencing_token = {Add(held.Token)})"
            : "";
        sql.Append("WITH head AS (");
        if (expected.IsEmpty)
            sql.Append(CultureInfo.InvariantCulture, $"""
                INSERT INTO {schema}.stream_heads (stream, type, version, event_id, hash, commit_first_version)
                SELECT {stream}, {Add(type)}, {version}, {eventId}, {hash}, {commit} WHERE true{isFenced}
                ON CONFLICT (stream) DO NOTHING RETURNING stream
                """);
        else
            sql.Append(CultureInfo.InvariantCulture, $"""
                UPDATE {schema}.stream_heads SET version = {version}, event_id = {eventId}, hash = {hash}, commit_first_version = {commit}
                WHERE stream = {stream} AND version = {Add(expected.Version)} AND hash = {Add(expected.Hash.ToString()!)}{isFenced} RETURNING stream
                """);
        sql.Append(')');
        WriteChanges(command, sql, changes);
        sql.Append(" SELECT count(*) FROM head");
        command.CommandText = sql.ToString();

        string Add<T>(T value) => AdvanceStatement.Add(command, value);
    }

    // Each step reads from head: where that has no row, nothing is written.
    private void WriteChanges(NpgsqlCommand command, StringBuilder sql, IReadOnlyList<(ProjectionTable Table, RowChanges Changes)> changes)
    {
        var step = 0;
        foreach (var (table, change) in changes)
        {
            if (change.Deletes.Count > 0)
                WriteDelete(table, change.Deletes);
            if (change.Upserts.Count > 0)
                WriteUpsert(table, change.Upserts);
        }

        void WriteUpsert(ProjectionTable table, IReadOnlyList<object?[]> rows)
        {
            var names = table.Columns.Select(column => column.Name).ToArray();
            var keys = names.Take(table.KeyColumns).Prepend(ProjectionTable.StreamColumn);
            var rest = names.Skip(table.KeyColumns).ToArray();
            sql.Append(CultureInfo.InvariantCulture, $"""
                , step{step++} AS (INSERT INTO {schema}.{table.Name} ({ProjectionTable.StreamColumn}, {string.Join(", ", names)})
                {(rows.Count == 1
                    ? $"SELECT head.stream, {string.Join(", ", table.Columns.Select((column, index) => AddOne(column, rows[0][index])))} FROM head"
                    : $"SELECT head.stream, r.* FROM head, unnest({string.Join(", ", table.Columns.Select((column, index) => AddArray(column, rows, index)))}) AS r")}
                ON CONFLICT ({string.Join(", ", keys)}) DO {(rest.Length == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", rest.Select(name => $"{name} = excluded.{name}"))}")})
                """);
        }

        void WriteDelete(ProjectionTable table, IReadOnlyList<object?[]> keys)
        {
            var columns = table.Columns.Take(table.KeyColumns).ToArray();
            if (columns.Length == 0)
            {
                sql.Append(CultureInfo.InvariantCulture, $", step{step++} AS (DELETE FROM {schema}.{table.Name} t USING head WHERE t.stream = head.stream)");
                return;
            }
            sql.Append(CultureInfo.InvariantCulture, $"""
                , step{step++} AS (DELETE FROM {schema}.{table.Name} t USING head, unnest({string.Join(", ", columns.Select((column, index) => AddArray(column, keys, index)))}) AS r({string.Join(", ", columns.Select(column => column.Name))})
                WHERE t.stream = head.stream AND {string.Join(" AND ", columns.Select(column => $"t.{column.Name} = r.{column.Name}"))})
                """);
        }

        string AddOne(ProjectionColumn column, object? value)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value, NpgsqlDbType = column.Type.Db() });
            return $"${command.Parameters.Count}";
        }

        string AddArray(ProjectionColumn column, IReadOnlyList<object?[]> rows, int index)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = column.Type.ToArray(rows, index), NpgsqlDbType = NpgsqlDbType.Array | column.Type.Db() });
            return $"${command.Parameters.Count}::{column.Type.Sql()}[]";
        }
    }

    private static string Add<T>(NpgsqlCommand command, T value)
    {
        command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${command.Parameters.Count}";
    }
}
