namespace Concord.Projections.Postgres.Tables;

/// <summary>Collects the columns of a table, in the order of the table, each with the function that gives its value.</summary>
/// <typeparam name="TSource">What a row is made of.</typeparam>
public sealed class ColumnSet<TSource>
{
    private readonly List<ProjectionColumn> _columns = [];
    private readonly List<Func<TSource, object?>> _values = [];

    internal IReadOnlyList<ProjectionColumn> Columns => _columns;

    /// <summary>Adds a column of type <c>text</c>.</summary>
    public ColumnSet<TSource> Text(string name, Func<TSource, string?> value) => Add(name, ColumnType.Text, value);

    /// <summary>Adds a column of type <c>bigint</c>.</summary>
    public ColumnSet<TSource> BigInt(string name, Func<TSource, long?> value) => Add(name, ColumnType.BigInt, source => value(source));

    /// <summary>Adds a column of type <c>integer</c>.</summary>
    public ColumnSet<TSource> Integer(string name, Func<TSource, int?> value) => Add(name, ColumnType.Integer, source => value(source));

    /// <summary>Adds a column of type <c>boolean</c>.</summary>
    public ColumnSet<TSource> Boolean(string name, Func<TSource, bool?> value) => Add(name, ColumnType.Boolean, source => value(source));

    /// <summary>Adds a column of type <c>timestamptz</c>.</summary>
    public ColumnSet<TSource> Timestamp(string name, Func<TSource, DateTimeOffset?> value) =>
        Add(name, ColumnType.Timestamp, source => value(source)?.UtcDateTime);

    internal object?[] RowOf(TSource source)
    {
        var row = new object?[_values.Count];
        for (var i = 0; i < row.Length; i++)
            row[i] = _values[i](source);
        return row;
    }

    private ColumnSet<TSource> Add(string name, ColumnType type, Func<TSource, object?> value)
    {
        SqlName.Validate(name);
        if (name == ProjectionTable.StreamColumn || _columns.Exists(column => column.Name == name))
            throw new ArgumentException($"There is a column '{name}' already.", nameof(name));
        _columns.Add(new ProjectionColumn(name, type));
        _values.Add(value);
        return this;
    }
}
