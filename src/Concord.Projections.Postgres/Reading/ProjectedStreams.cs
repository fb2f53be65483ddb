using System.Data;
using Concord.Projections.Postgres.Applying;
using Concord.Projections.Postgres.Rebuilding;
using Concord.Projections.Postgres.Tables;
using Concord.Receipts;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Npgsql;

namespace Concord.Projections.Postgres.Reading;

/// <summary>Represents where the rows of a stream stand.</summary>
/// <param name="Version">The version of the last receipt that they tell of.</param>
/// <param name="Hash">The hash of that receipt.</param>
public sealed record ProjectedHead(long Version, string Hash);

/// <summary>Says what the tables hold of single streams, beside what their receipts give. Reads only.</summary>
/// <remarks>For all streams at once, <see cref="ProjectionRebuild.CompareAsync"/> is a hundred times as fast.</remarks>
public sealed class ProjectedStreams
{
    private readonly ProjectionDatabase _database;
    private readonly ProjectionModel _model;
    private readonly ReceiptSource _source;

    /// <summary>Makes a reader.</summary>
    /// <param name="database">The database.</param>
    /// <param name="model">What is projected.</param>
    /// <param name="source">Where receipts are.</param>
    public ProjectedStreams(ProjectionDatabase database, ProjectionModel model, ReceiptSource source)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        (_database, _model, _source) = (database, model, source);
    }

    /// <summary>Gets where the rows of some streams stand.</summary>
    /// <param name="prefixes">The prefixes of the streams.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The heads by prefix; streams without rows are not among them.</returns>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    public async ValueTask<IReadOnlyDictionary<string, ProjectedHead>> FindHeadsAsync(IReadOnlyCollection<string> prefixes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        var connection = await _database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        return await FindHeadsAsync(connection, prefixes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Compares the rows of one stream, at the version that they stand at, with what its receipts give.</summary>
    /// <param name="prefix">The stream's prefix.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The rows that differ. A head that is not that of the receipts is one of them; rows that are only behind are not. <see langword="null"/>
    /// when a receipt up to there breaks a rule: then it is the stream that is damaged, and nothing can be said of the rows.</returns>
    /// <remarks>Signatures are not verified: that is for who asks whether the receipts are good. The rows of the stream are held in memory; no
    /// transaction is held while receipts are read.</remarks>
    /// <exception cref="ArgumentException">No stream that is projected stands there.</exception>
    /// <exception cref="NpgsqlException">The database failed.</exception>
    /// <exception cref="Receipts.Storage.ObjectStoreException">The store failed.</exception>
    public async ValueTask<IReadOnlyList<RowDifference>?> CompareAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (_model.At(prefix) is not { } found)
            throw new ArgumentException("No stream that is projected stands there.", nameof(prefix));
        var tables = _model.TablesOf(found.Stream.Type);
        var (head, rows) = await ReadAsync(prefix, tables, cancellationToken).ConfigureAwait(false);

        var expected = tables.ToDictionary(table => table, _ => new List<object?[]>());
        var stream = found.Projection.EmptyOf(found.Stream);
        var report = new VerificationReport();
        if (head is not null)
            await foreach (var advance in found.Projection.ReplayAsync(
                _source.Store, found.Stream, new StreamVerifierInput(), report, verifiedUpTo: long.MaxValue, head.Version, cancellationToken).ConfigureAwait(false))
            {
                stream = advance.After;
                foreach (var table in tables)
                    if (table is ReceiptTable)
                        expected[table].AddRange(table.ChangesOf(advance).Upserts);
            }
        if (!report.IsGood)
            return null;

        var differences = new List<RowDifference>();
        if (head is not null && (stream.Head.Version, stream.Head.Hash?.ToString()) != (head.Version, head.Hash))
            differences.Add(new RowDifference(ShadowSchema.Heads, prefix, new Dictionary<string, string?>(), RowDifferenceKind.Changed,
                [new ColumnDifference("version", Text(stream.Head.Version), Text(head.Version)), new ColumnDifference("hash", stream.Head.Hash?.ToString(), head.Hash)]));
        foreach (var table in tables)
        {
            expected[table].AddRange(table.RowsOf(stream) ?? []);
            Compare(table, prefix, expected[table], rows[table], differences);
        }
        return differences;
    }

    // One state of head and rows, however they are written meanwhile.
    private async ValueTask<(ProjectedHead? Head, Dictionary<ProjectionTable, Dictionary<string, object?[]>> Rows)> ReadAsync(string prefix, ProjectionTable[] tables, CancellationToken cancellationToken)
    {
        var connection = await _database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var ended = transaction.ConfigureAwait(false);
        var head = (await FindHeadsAsync(connection, [prefix], cancellationToken).ConfigureAwait(false)).GetValueOrDefault(prefix);
        var rows = new Dictionary<ProjectionTable, Dictionary<string, object?[]>>();
        foreach (var table in tables)
            rows.Add(table, await StreamRows.ReadAsync(connection, _database.Schema, table, prefix, cancellationToken).ConfigureAwait(false));
        return (head, rows);
    }

    private static void Compare(ProjectionTable table, string prefix, List<object?[]> expected, Dictionary<string, object?[]> found, List<RowDifference> differences)
    {
        foreach (var row in expected)
        {
            if (!found.Remove(StreamRows.KeyOf(table, row), out var known))
                Add(row, RowDifferenceKind.Missing, []);
            else if (!known.AsSpan().SequenceEqual(row))
                Add(row, RowDifferenceKind.Changed,
                    [.. table.Columns.Select((column, index) => (column.Name, Expected: row[index], Found: known[index])).Where(cell => !Equals(cell.Expected, cell.Found)).Select(cell => new ColumnDifference(cell.Name, Text(cell.Expected), Text(cell.Found)))]);
        }
        foreach (var row in found.Values)
            Add(row, RowDifferenceKind.Extra, []);

        void Add(object?[] row, RowDifferenceKind kind, IReadOnlyList<ColumnDifference> columns) => differences.Add(new RowDifference(
            table.Name, prefix, table.Columns.Take(table.KeyColumns).Select((column, index) => (column.Name, Text(row[index]))).ToDictionary(key => key.Name, key => key.Item2, StringComparer.Ordinal), kind, columns));
    }

    private async ValueTask<IReadOnlyDictionary<string, ProjectedHead>> FindHeadsAsync(NpgsqlConnection connection, IReadOnlyCollection<string> prefixes, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand($"SELECT stream, version, hash FROM {_database.Schema}.{ShadowSchema.Heads} WHERE stream = ANY ($1)", connection);
        await using var disposed = command.ConfigureAwait(false);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. prefixes] });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = reader.ConfigureAwait(false);
        var heads = new Dictionary<string, ProjectedHead>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            heads.Add(reader.GetString(0), new ProjectedHead(reader.GetInt64(1), reader.GetString(2)));
        return heads;
    }

    private static string? Text(object? value) => value is null ? null : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture);
}
