using Concord.Projections.Postgres.Tables;
using Concord.Receipts;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Projections.Postgres;

/// <summary>Represents how the streams of one type are projected: into which tables.</summary>
public abstract class StreamProjection
{
    private protected StreamProjection(string type, string commonPrefix, IReadOnlyList<ProjectionTable> tables)
    {
        Type = type;
        CommonPrefix = commonPrefix;
        Tables = tables;
    }

    /// <summary>Gets the type of the streams.</summary>
    public string Type { get; }

    /// <summary>Gets the tables that hold rows of their state.</summary>
    public IReadOnlyList<ProjectionTable> Tables { get; }

    internal string CommonPrefix { get; }

    /// <summary>Describes how the streams of a type are projected.</summary>
    /// <param name="type">The type.</param>
    /// <param name="tables">The tables; each is of one type of stream.</param>
    public static StreamProjection Of<TState>(StreamType<TState> type, params IReadOnlyList<ProjectionTable> tables)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(tables);
        return new Typed<TState>(type, tables);
    }

    internal abstract StreamProjection Only(IReadOnlyList<ProjectionTable> tables);

    internal abstract StreamId? StreamAt(string prefix);

    internal abstract string PrefixOf(StreamId id);

    internal abstract ReceiptStream EmptyOf(StreamId id);

    internal abstract IAsyncEnumerable<StreamAdvance> ReplayAsync(
        IObjectStore store, StreamId id, StreamVerifierInput input, VerificationReport report, long verifiedUpTo, long upTo, CancellationToken cancellationToken);

    internal abstract ValueTask RollForwardAsync(ReceiptAppender appender, StreamId id, CancellationToken cancellationToken);

    private sealed class Typed<TState>(StreamType<TState> type, IReadOnlyList<ProjectionTable> tables) : StreamProjection(type.Name, type.CommonPrefix, tables)
        where TState : class
    {
        internal override StreamProjection Only(IReadOnlyList<ProjectionTable> some) => new Typed<TState>(type, [.. Tables.Where(some.Contains)]);

        internal override StreamId? StreamAt(string prefix) => type.StreamAt(prefix);

        internal override string PrefixOf(StreamId id) => type.PrefixOf(id);

        internal override ReceiptStream EmptyOf(StreamId id) => type.EmptyOf(id);

        internal override IAsyncEnumerable<StreamAdvance> ReplayAsync(
            IObjectStore store, StreamId id, StreamVerifierInput input, VerificationReport report, long verifiedUpTo, long upTo, CancellationToken cancellationToken) =>
            VerifiedReplay.ReadAsync(store, type, id, input, report, verifiedUpTo, upTo, cancellationToken);

        internal override async ValueTask RollForwardAsync(ReceiptAppender appender, StreamId id, CancellationToken cancellationToken) =>
            await appender.RollForwardAsync(type, id, cancellationToken).ConfigureAwait(false);
    }
}
