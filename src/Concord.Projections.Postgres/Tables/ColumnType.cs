using NpgsqlTypes;

namespace Concord.Projections.Postgres.Tables;

/// <summary>Names the types of columns that a projection has. Each has one value for one text, so that a rebuild gives the same rows.</summary>
public enum ColumnType
{
    /// <summary><c>text</c>, in the order of its code points.</summary>
    Text,

    /// <summary><c>bigint</c>.</summary>
    BigInt,

    /// <summary><c>integer</c>.</summary>
    Integer,

    /// <summary><c>boolean</c>.</summary>
    Boolean,

    /// <summary><c>timestamptz</c>; the times of receipts have milliseconds.</summary>
    Timestamp,
}

internal static class ColumnTypes
{
    public static string Sql(this ColumnType type) => type switch
    {
        ColumnType.Text => "text",
        ColumnType.BigInt => "bigint",
        ColumnType.Integer => "integer",
        ColumnType.Boolean => "boolean",
        _ => "timestamptz",
    };

    /// <summary>As <c>format_type</c> says it, for comparing with what is in a database.</summary>
    public static string CatalogName(this ColumnType type) => type == ColumnType.Timestamp ? "timestamp with time zone" : type.Sql();

    public static NpgsqlDbType Db(this ColumnType type) => type switch
    {
        ColumnType.Text => NpgsqlDbType.Text,
        ColumnType.BigInt => NpgsqlDbType.Bigint,
        ColumnType.Integer => NpgsqlDbType.Integer,
        ColumnType.Boolean => NpgsqlDbType.Boolean,
        _ => NpgsqlDbType.TimestampTz,
    };

    /// <summary>One column of many rows as an array, for <c>unnest</c>.</summary>
    public static Array ToArray(this ColumnType type, IReadOnlyList<object?[]> rows, int column) => type switch
    {
        ColumnType.Text => Fill<string?>(rows, column),
        ColumnType.BigInt => Fill<long?>(rows, column),
        ColumnType.Integer => Fill<int?>(rows, column),
        ColumnType.Boolean => Fill<bool?>(rows, column),
        _ => Fill<DateTime?>(rows, column),
    };

    private static T[] Fill<T>(IReadOnlyList<object?[]> rows, int column)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = (T)rows[i][column]!;
        return values;
    }
}
