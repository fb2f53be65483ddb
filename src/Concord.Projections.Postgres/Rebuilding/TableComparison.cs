using System.Security.Cryptography;
using System.Text;
using Concord.Projections.Postgres.Tables;
using Npgsql;

namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>Digests the tables of a shadow, and compares those in use with them row by row, where they are: in the database.</summary>
/// <param name="connection">The connection; in a transaction that sees one state of both.</param>
/// <param name="used">The schema in use.</param>
/// <param name="shadow">The schema that was filled from receipts.</param>
/// <param name="types">The types of the streams that are compared.</param>
/// <param name="settled">The streams that are compared although their heads differ.</param>
internal sealed class TableComparison(NpgsqlConnection connection, string used, string shadow, string[] types, string[] settled)
{
    /// <summary>What the text of a row would follow otherwise: the settings of whoever asks. For the transaction that digests.</summary>
    public const string SameTextEverywhere = "SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL IntervalStyle = 'iso_8601'";

    /// <summary>The most differences of one table that are told in detail.</summary>
    public const int MaxDifferences = 1000;

    private static readonly string[] HeadColumns = ["type", "version", "event_id", "hash", "commit_first_version"];

    /// <summary>Digests a table: SHA-256 over the text of a stream's rows in the order of their keys, and over those digests in the order of the streams.</summary>
    public async ValueTask<TableDigest> DigestAsync(ProjectionTable table, CancellationToken cancellationToken)
    {
        var keys = table.KeyColumns == 0 ? "stream" : string.Join(", ", table.Columns.Take(table.KeyColumns).Select(column => column.Name));
        var command = new NpgsqlCommand(
            $"SELECT t.stream, count(*), sha256(convert_to(string_agg(t::text, E'\\n' ORDER BY {keys}), 'UTF8')) FROM {shadow}.{table.Name} t GROUP BY t.stream ORDER BY t.stream", connection);
        command.CommandTimeout = 0;
        await using var disposed = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rows = 0L;
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            digest.AppendData(Encoding.UTF8.GetBytes(reader.GetString(0) + "\n"));
            digest.AppendData(reader.GetFieldValue<byte[]>(2));
            rows += reader.GetInt64(1);
        }
        return new TableDigest(table.Name, rows, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    /// <summary>Finds the heads in use that are not those of the shadow.</summary>
    public ValueTask<(List<RowDifference> Told, long Count)> CompareHeadsAsync(CancellationToken cancellationToken) =>
        CompareAsync(ShadowSchema.Heads, [], HeadColumns, cancellationToken);

    /// <summary>Finds the rows of a table in use that are not those of the shadow.</summary>
    /// <returns>The differences, up to a number of them, and how many there are.</returns>
    public ValueTask<(List<RowDifference> Told, long Count)> CompareAsync(ProjectionTable table, CancellationToken cancellationToken)
    {
        string[] columns = [.. table.Columns.Select(column => column.Name)];
        return CompareAsync(table.Name, columns[..table.KeyColumns], columns, cancellationToken);
    }

    private async ValueTask<(List<RowDifference> Told, long Count)> CompareAsync(
        string table, IReadOnlyList<string> keys, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var told = new List<RowDifference>();
        var count = 0L;
        var join = string.Concat(keys.Select(key => $" AND u.{key} = s.{key}"));
        var values = string.Join(", ", columns.Select(column => $"u.{column}::text, s.{column}::text"));
        var command = new NpgsqlCommand(
            $"""
            WITH elsewhere AS MATERIALIZED (
                SELECT stream FROM {used}.{ShadowSchema.Heads} u FULL JOIN {shadow}.{ShadowSchema.Heads} s USING (stream)
                WHERE (u.version, u.hash) IS DISTINCT FROM (s.version, s.hash) AND stream <> ALL ($1))
            SELECT coalesce(u.stream, s.stream), u.stream IS NOT NULL, s.stream IS NOT NULL{(values.Length == 0 ? "" : ", " + values)}
            FROM {(table == ShadowSchema.Heads ? $"(SELECT * FROM {used}.{table} WHERE type = ANY ($2))" : $"{used}.{table}")} u
            FULL JOIN {shadow}.{table} s ON u.stream = s.stream{join}
            WHERE (u.*) IS DISTINCT FROM (s.*) AND NOT EXISTS (SELECT FROM elsewhere e WHERE e.stream = coalesce(u.stream, s.stream))
            ORDER BY 1
            """, connection);
        command.CommandTimeout = 0;
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = settled });
        if (table == ShadowSchema.Heads)
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = types });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (++count > MaxDifferences)
                continue;
            var (isUsed, isGiven) = (reader.GetBoolean(1), reader.GetBoolean(2));
            string? Used(int column) => reader.IsDBNull(3 + (2 * column)) ? null : reader.GetString(3 + (2 * column));
            string? Given(int column) => reader.IsDBNull(4 + (2 * column)) ? null : reader.GetString(4 + (2 * column));
            told.Add(new RowDifference(
                table,
                reader.GetString(0),
                keys.Select((key, index) => (key, isUsed ? Used(index) : Given(index))).ToDictionary(pair => pair.key, pair => pair.Item2, StringComparer.Ordinal),
                isUsed && isGiven ? RowDifferenceKind.Changed : isGiven ? RowDifferenceKind.Missing : RowDifferenceKind.Extra,
                isUsed && isGiven
                    ? [.. columns.Select((column, index) => new ColumnDifference(column, Given(index), Used(index))).Where(column => column.Expected != column.Found)]
                    : []));
        }
        return (told, count);
    }
}
