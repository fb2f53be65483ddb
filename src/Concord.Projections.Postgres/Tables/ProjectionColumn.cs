namespace Concord.Projections.Postgres.Tables;

/// <summary>Represents one column of a projection's table, besides the column <c>stream</c> that every table begins with.</summary>
/// <param name="Name">The name in the database.</param>
/// <param name="Type">The type.</param>
public sealed record ProjectionColumn(string Name, ColumnType Type);
