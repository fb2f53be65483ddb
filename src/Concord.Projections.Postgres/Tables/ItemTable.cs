using Concord.Receipts.Projections;
using Concord.Receipts.Streams;

namespace Concord.Projections.Postgres.Tables;

/// <summary>Represents an item of a stream's state, such as a card of a book.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Key">What tells the items of one stream apart.</param>
/// <param name="Value">The item.</param>
public readonly record struct StreamItem<TState, TItem>(ReceiptStream<TState> Stream, string Key, TItem Value)
    where TState : class;

/// <summary>Represents a table with one row for each item that a state holds.</summary>
/// <remarks>A row is a function of its item, its key and the ids of the stream, not of the rest of the state: a commit writes the rows of
/// the items that it changed, and those alone.</remarks>
/// <typeparam name="TState">The state of the streams.</typeparam>
/// <typeparam name="TItem">The item; compared with <see cref="EqualityComparer{T}.Default"/>.</typeparam>
public sealed class ItemTable<TState, TItem> : ProjectionTable
    where TState : class
{
    private readonly Func<ReceiptStream<TState>, IReadOnlyDictionary<string, TItem>> _items;
    private readonly ColumnSet<StreamItem<TState, TItem>> _columns;

    /// <summary>Describes the table.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="key">The column of the items' key.</param>
    /// <param name="items">The items of a stream by key. The same instance for the same items makes a commit that changes none cost nothing.</param>
    /// <param name="columns">Adds the columns behind the key.</param>
    /// <param name="version">The version of what the rows mean.</param>
    public ItemTable(
        string name, string key, Func<ReceiptStream<TState>, IReadOnlyDictionary<string, TItem>> items, Action<ColumnSet<StreamItem<TState, TItem>>> columns, int version = 1)
        : this(name, items, Collect(key, columns), version)
    {
    }

    private ItemTable(string name, Func<ReceiptStream<TState>, IReadOnlyDictionary<string, TItem>> items, ColumnSet<StreamItem<TState, TItem>> columns, int version)
        : base(name, columns.Columns, keyColumns: 1, version) => (_items, _columns) = (items, columns);

    internal override RowChanges ChangesOf(StreamAdvance advance)
    {
        var stream = (ReceiptStream<TState>)advance.After;
        var (before, after) = (_items((ReceiptStream<TState>)advance.Before), _items(stream));
        if (ReferenceEquals(before, after))
            return RowChanges.None;
        var upserts = new List<object?[]>();
        var deletes = new List<object?[]>();
        foreach (var (key, item) in after)
            if (!before.TryGetValue(key, out var known) || !EqualityComparer<TItem>.Default.Equals(known, item))
                upserts.Add(Row(stream, key, item));
        if (after.Count - upserts.Count < before.Count)
            foreach (var key in before.Keys)
                if (!after.ContainsKey(key))
                    deletes.Add([key]);
        return new RowChanges(upserts, deletes);
    }

    internal override IEnumerable<object?[]> RowsOf(ReceiptStream stream)
    {
        var typed = (ReceiptStream<TState>)stream;
        return _items(typed).Select(item => Row(typed, item.Key, item.Value));
    }

    private object?[] Row(ReceiptStream<TState> stream, string key, TItem item) => _columns.RowOf(new StreamItem<TState, TItem>(stream, key, item));

    private static ColumnSet<StreamItem<TState, TItem>> Collect(string key, Action<ColumnSet<StreamItem<TState, TItem>>> add)
    {
        ArgumentNullException.ThrowIfNull(add);
        var columns = new ColumnSet<StreamItem<TState, TItem>>().Text(key, item => item.Key);
        add(columns);
        return columns;
    }
}
