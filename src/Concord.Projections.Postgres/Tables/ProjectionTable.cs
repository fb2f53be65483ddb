using Concord.Receipts.Projections;
using Concord.Receipts.Streams;

namespace Concord.Projections.Postgres.Tables;

/// <summary>Represents a table whose rows are a function of streams: of their states, or of their receipts.</summary>
/// <remarks>
/// Every table begins with the column <c>stream</c>, the prefix of the stream that a row is of, and its primary key is that column and
/// the first <see cref="KeyColumns"/> of the others: no constraint spans streams. The table itself is made by a migration.
/// </remarks>
public abstract class ProjectionTable
{
    /// <summary>The name of the first column of every table.</summary>
    public const string StreamColumn = "stream";

    private protected ProjectionTable(string name, IReadOnlyList<ProjectionColumn> columns, int keyColumns, int version)
    {
        Name = SqlName.Validate(name);
        Columns = columns;
        KeyColumns = keyColumns;
        Version = version;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the columns behind <c>stream</c>, in order.</summary>
    public IReadOnlyList<ProjectionColumn> Columns { get; }

    /// <summary>Gets how many of the columns tell the rows of one stream apart.</summary>
    public int KeyColumns { get; }

    /// <summary>Gets the version of what the rows mean: a greater one is rebuilt before it is used.</summary>
    public int Version { get; }

    /// <summary>Gets what a database records of the table that its rows were made for.</summary>
    internal string Fingerprint => $"{Version}:{string.Join(',', Columns.Select((column, index) => $"{column.Name} {column.Type.Sql()}{(index < KeyColumns ? " key" : "")}"))}";

    /// <summary>What one commit changes.</summary>
    internal abstract RowChanges ChangesOf(StreamAdvance advance);

    /// <summary>All rows of a stream; null when they are a function of its receipts and are known commit by commit only.</summary>
    internal abstract IEnumerable<object?[]>? RowsOf(ReceiptStream stream);
}

/// <summary>Rows to write and keys of rows to delete, of one stream in one table.</summary>
internal readonly record struct RowChanges(IReadOnlyList<object?[]> Upserts, IReadOnlyList<object?[]> Deletes)
{
    public static readonly RowChanges None = new([], []);
}
