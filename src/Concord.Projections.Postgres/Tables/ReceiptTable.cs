using Concord.Receipts;
using Concord.Receipts.Projections;
using Concord.Receipts.Streams;

namespace Concord.Projections.Postgres.Tables;

/// <summary>Represents a table with one row for each receipt, of streams of every type: an index of receipts.</summary>
public sealed class ReceiptTable : ProjectionTable
{
    /// <summary>The column that tells the receipts of one stream apart.</summary>
    public const string VersionColumn = "stream_version";

    private readonly ColumnSet<SealedReceipt> _columns;

    /// <summary>Describes the table.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="columns">Adds the columns behind <c>stream_version</c>.</param>
    /// <param name="version">The version of what the rows mean.</param>
    public ReceiptTable(string name, Action<ColumnSet<SealedReceipt>> columns, int version = 1)
        : this(name, Collect(columns), version)
    {
    }

    private ReceiptTable(string name, ColumnSet<SealedReceipt> columns, int version)
        : base(name, columns.Columns, keyColumns: 1, version) => _columns = columns;

    internal override RowChanges ChangesOf(StreamAdvance advance) => new([.. advance.Commit.Select(_columns.RowOf)], []);

    internal override IEnumerable<object?[]>? RowsOf(ReceiptStream stream) => null;

    private static ColumnSet<SealedReceipt> Collect(Action<ColumnSet<SealedReceipt>> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        var columns = new ColumnSet<SealedReceipt>().BigInt(VersionColumn, receipt => receipt.StreamVersion);
        add(columns);
        return columns;
    }
}
