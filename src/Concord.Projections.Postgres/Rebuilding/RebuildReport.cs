using Concord.Receipts;
using Concord.Receipts.Verification;

namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>Represents a table as it was built from receipts.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Digest">SHA-256 over the digests of its streams, in their order, lower-case hex.</param>
public sealed record TableDigest(string Name, long Rows, string Digest);

/// <summary>Represents a row that is not as the receipts say.</summary>
/// <param name="Table">The table.</param>
/// <param name="Stream">The prefix of the stream that the row is of.</param>
/// <param name="Key">The row's key within the stream, by column.</param>
/// <param name="Kind">What is wrong with it.</param>
/// <param name="Columns">The columns that differ, with what the receipts say and what is there; both null where a row is missing or too many.</param>
public sealed record RowDifference(string Table, string Stream, IReadOnlyDictionary<string, string?> Key, RowDifferenceKind Kind, IReadOnlyList<ColumnDifference> Columns);

/// <summary>Represents a value that is not as the receipts say, as text.</summary>
/// <param name="Name">The column.</param>
/// <param name="Expected">What the receipts say.</param>
/// <param name="Found">What is there.</param>
public sealed record ColumnDifference(string Name, string? Expected, string? Found);

/// <summary>Names what is wrong with a row.</summary>
public enum RowDifferenceKind
{
    /// <summary>Some columns differ.</summary>
    Changed,

    /// <summary>The receipts give a row that is not there.</summary>
    Missing,

    /// <summary>There is a row that the receipts do not give.</summary>
    Extra,
}

/// <summary>Represents a stream that its rows stop in.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Version">The version of the last receipt that is good; its rows are as of then.</param>
/// <param name="Failure">What is wrong with the one behind it.</param>
public sealed record StoppedStream(StreamId Stream, long Version, VerificationFailure Failure);

/// <summary>Represents what came of replaying every receipt and comparing the tables in use with it.</summary>
/// <param name="Tables">The tables as the receipts give them.</param>
/// <param name="Streams">How many streams were replayed.</param>
/// <param name="Receipts">How many receipts were replayed, those of an attempt that was broken off not counted again.</param>
/// <param name="Differences">The rows in use that differ from those that the receipts give, up to a thousand a table.</param>
/// <param name="DifferenceCount">How many there are in all.</param>
/// <param name="Behind">The streams whose rows do not reach to their last receipt: not drift, a projector catches up.</param>
/// <param name="Moving">The streams that were written faster than they could be compared.</param>
/// <param name="Stopped">The streams that stop before a damaged receipt.</param>
/// <param name="HasResumed">Whether it went on from an attempt that was broken off.</param>
public sealed record RebuildReport(
    IReadOnlyList<TableDigest> Tables, long Streams, long Receipts, IReadOnlyList<RowDifference> Differences, long DifferenceCount,
    long Behind, long Moving, IReadOnlyList<StoppedStream> Stopped, bool HasResumed);
