using Concord.Receipts.Projections;
using Concord.Receipts.Streams;

namespace Concord.Projections.Postgres.Tables;

/// <summary>Represents a table with one row for each stream of a type.</summary>
/// <typeparam name="TState">The state of the streams.</typeparam>
public sealed class StreamTable<TState> : ProjectionTable
    where TState : class
{
    private readonly ColumnSet<ReceiptStream<TState>> _columns;

    /// <summary>Describes the table.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="columns">Adds the columns.</param>
    /// <param name="version">The version of what the rows mean.</param>
    public StreamTable(string name, Action<ColumnSet<ReceiptStream<TState>>> columns, int version = 1)
        : this(name, Collect(columns), version)
    {
    }

    private StreamTable(string name, ColumnSet<ReceiptStream<TState>> columns, int version)
        : base(name, columns.Columns, keyColumns: 0, version) => _columns = columns;

    internal override RowChanges ChangesOf(StreamAdvance advance) => new([Row(advance.After)], []);

    internal override IEnumerable<object?[]> RowsOf(ReceiptStream stream) => stream.Head.IsEmpty ? [] : [Row(stream)];

    private object?[] Row(ReceiptStream stream) => _columns.RowOf((ReceiptStream<TState>)stream);

    private static ColumnSet<ReceiptStream<TState>> Collect(Action<ColumnSet<ReceiptStream<TState>>> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        var columns = new ColumnSet<ReceiptStream<TState>>();
        add(columns);
        return columns;
    }
}
