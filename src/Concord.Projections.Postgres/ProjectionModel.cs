using Concord.Projections.Postgres.Tables;
using Concord.Receipts;

namespace Concord.Projections.Postgres;

/// <summary>Represents what is projected: the streams of each type into their tables, and every receipt into the tables of receipts.</summary>
public sealed class ProjectionModel
{
    private readonly Dictionary<string, StreamProjection> _byType;
    private readonly Dictionary<string, ProjectionTable[]> _tablesOfType;

    /// <summary>Describes what is projected.</summary>
    /// <param name="streams">How the streams of each type are projected. A type that is left out is not projected.</param>
    /// <param name="receipts">The tables with a row for each receipt.</param>
    /// <exception cref="ArgumentException">A type or a table is named twice.</exception>
    public ProjectionModel(IReadOnlyList<StreamProjection> streams, params IReadOnlyList<ReceiptTable> receipts)
    {
        ArgumentNullException.ThrowIfNull(streams);
        ArgumentNullException.ThrowIfNull(receipts);
        Streams = streams;
        Tables = [.. streams.SelectMany(stream => stream.Tables), .. receipts];
        if (Tables.GroupBy(table => table.Name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"The table '{twice.Key}' is there twice.", nameof(streams));
        _byType = streams.ToDictionary(stream => stream.Type, StringComparer.Ordinal);
        _tablesOfType = streams.ToDictionary(stream => stream.Type, stream => (ProjectionTable[])[.. stream.Tables, .. receipts], StringComparer.Ordinal);
    }

    /// <summary>Gets how the streams of each type are projected.</summary>
    public IReadOnlyList<StreamProjection> Streams { get; }

    /// <summary>Gets all tables.</summary>
    public IReadOnlyList<ProjectionTable> Tables { get; }

    /// <summary>The same streams, and of their tables only some.</summary>
    internal ProjectionModel Only(IReadOnlyList<ProjectionTable> tables) =>
        new([.. Streams.Select(stream => stream.Only(tables))], [.. tables.OfType<ReceiptTable>()]);

    internal StreamProjection? Find(string streamType) => _byType.GetValueOrDefault(streamType);

    /// <summary>The tables that a stream of this type has rows in.</summary>
    internal ProjectionTable[] TablesOf(string streamType) => _tablesOfType[streamType];

    /// <summary>The stream that stands at a prefix, and how it is projected; null when it is not.</summary>
    internal (StreamProjection Projection, StreamId Stream)? At(string prefix)
    {
        foreach (var projection in Streams)
            if (prefix.StartsWith(projection.CommonPrefix, StringComparison.Ordinal) && projection.StreamAt(prefix) is { } stream)
                return (projection, stream);
        return null;
    }
}
