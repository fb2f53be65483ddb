using Concord.Projections.Postgres.Tables;
using Npgsql;

namespace Concord.Projections.Postgres.Applying;

/// <summary>What has to change in a table so that the rows of a stream are those that its state gives.</summary>
internal static class StreamRows
{
    public static async ValueTask<RowChanges> CompareAsync(
        NpgsqlConnection connection, string schema, ProjectionTable table, string prefix, IEnumerable<object?[]> rows, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(connection, schema, table, prefix, cancellationToken).ConfigureAwait(false);
        var upserts = new List<object?[]>();
        foreach (var row in rows)
            if (!found.Remove(KeyOf(table, row), out var known) || !known.AsSpan().SequenceEqual(row))
                upserts.Add(row);
        return new RowChanges(upserts, [.. found.Values.Select(row => row[..table.KeyColumns])]);
    }

    /// <summary>The rows of a stream in a table, by key.</summary>
    public static async ValueTask<Dictionary<string, object?[]>> ReadAsync(
        NpgsqlConnection connection, string schema, ProjectionTable table, string prefix, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, object?[]>(StringComparer.Ordinal);
        var command = new NpgsqlCommand($"SELECT {string.Join(", ", table.Columns.Select(column => column.Name))} FROM {schema}.{table.Name} WHERE stream = $1", connection)
        {
            Parameters = { new() { Value = prefix } },
        };
        await using var disposed = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var row = new object?[table.Columns.Count];
            for (var i = 0; i < row.Length; i++)
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            found.Add(KeyOf(table, row), row);
        }
        return found;
    }

    public static string KeyOf(ProjectionTable table, object?[] row) => string.Join('\0', row.Take(table.KeyColumns));
}
