using Concord.Projections.Postgres.Tables;
using Concord.Receipts.Projections;
using Concord.Receipts.Streams;
using Npgsql;
using NpgsqlTypes;

namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>Rows of streams on their way into a shadow schema, by COPY: each table's in one stream, some thousand at a time.</summary>
/// <remarks>Not for concurrent use. A stream's head is written in the transaction of its last rows.</remarks>
internal sealed class CopyBatch(ProjectionDatabase database, ShadowSchema shadow, ProjectionModel model, int rowsAtOnce)
{
    private readonly Dictionary<string, List<(string Prefix, object?[] Row)>> _rows = shadow.Tables.ToDictionary(table => table.Name, _ => new List<(string, object?[])>(), StringComparer.Ordinal);
    private readonly List<ReceiptStream> _whole = [];
    private int _count;

    /// <summary>Adds the rows of one commit's receipts.</summary>
    public async ValueTask AddAsync(StreamAdvance advance, CancellationToken cancellationToken)
    {
        foreach (var table in model.TablesOf(advance.After.Id.Type))
            if (table is ReceiptTable && _rows.TryGetValue(table.Name, out var rows))
                foreach (var row in table.ChangesOf(advance).Upserts)
                {
                    rows.Add((advance.After.Prefix, row));
                    _count++;
                }
        if (_count >= rowsAtOnce)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds the rows of a stream's state: the stream is whole.</summary>
    public async ValueTask CompleteAsync(ReceiptStream stream, CancellationToken cancellationToken)
    {
        foreach (var table in model.TablesOf(stream.Id.Type))
            if (_rows.TryGetValue(table.Name, out var rows) && table.RowsOf(stream) is { } all)
                foreach (var row in all)
                {
                    rows.Add((stream.Prefix, row));
                    _count++;
                }
        _whole.Add(stream);
        _count++;
        if (_count >= rowsAtOnce)
            await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what was added, in one transaction.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_count == 0)
            return;
        var connection = await database.Source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var closed = connection.ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var ended = transaction.ConfigureAwait(false);
        // Not flushed: a server that fails loses the last of these, whole, heads and all, and a rebuild does them again. The swap is flushed,
        // and with it all that was written before.
        var command = new NpgsqlCommand("SET LOCAL synchronous_commit = off", connection);
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        foreach (var table in shadow.Tables)
            await CopyAsync(connection, table, _rows[table.Name], cancellationToken).ConfigureAwait(false);
        await CopyHeadsAsync(connection, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        _count = 0;
        _whole.Clear();
    }

    private async ValueTask CopyAsync(NpgsqlConnection connection, ProjectionTable table, List<(string Prefix, object?[] Row)> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        var types = table.Columns.Select(column => column.Type.Db()).ToArray();
        var copy = await connection.BeginBinaryImportAsync(
            $"COPY {shadow.Name}.{table.Name} ({ProjectionTable.StreamColumn}, {string.Join(", ", table.Columns.Select(column => column.Name))}) FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        await using var disposed = copy.ConfigureAwait(false);
        foreach (var (prefix, row) in rows)
        {
            await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(prefix, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < types.Length; i++)
                await WriteAsync(copy, row[i], types[i], cancellationToken).ConfigureAwait(false);
        }
        await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
        rows.Clear();
    }

    private async ValueTask CopyHeadsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var copy = await connection.BeginBinaryImportAsync(
            $"COPY {shadow.Name}.{ShadowSchema.Heads} (stream, type, version, event_id, hash, commit_first_version) FROM STDIN (FORMAT BINARY)", cancellationToken).ConfigureAwait(false);
        await using var disposed = copy.ConfigureAwait(false);
        foreach (var stream in _whole)
        {
            await copy.StartRowAsync(cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(stream.Prefix, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(stream.Id.Type, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(stream.Head.Version, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(stream.Head.EventId.ToString()!, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(stream.Head.Hash.ToString()!, NpgsqlDbType.Text, cancellationToken).ConfigureAwait(false);
            await copy.WriteAsync(stream.Head.CommitFirstVersion, NpgsqlDbType.Bigint, cancellationToken).ConfigureAwait(false);
        }
        await copy.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static Task WriteAsync(NpgsqlBinaryImporter copy, object? value, NpgsqlDbType type, CancellationToken cancellationToken) => value switch
    {
        null => copy.WriteNullAsync(cancellationToken),
        string text => copy.WriteAsync(text, type, cancellationToken),
        long number => copy.WriteAsync(number, type, cancellationToken),
        int number => copy.WriteAsync(number, type, cancellationToken),
        bool flag => copy.WriteAsync(flag, type, cancellationToken),
        _ => copy.WriteAsync((DateTime)value, type, cancellationToken),
    };
}
