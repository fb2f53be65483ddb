using Concord.Projections.Postgres.Rebuilding;
using Concord.Receipts;

namespace PixPax.Host.Platform.Projection;

/// <summary>How far a projection is, for operators.</summary>
/// <param name="Kind"><c>memory</c> or <c>postgres</c>.</param>
/// <param name="LagSeconds">The longest that it can be behind what is stored; null when that is not known.</param>
/// <param name="Pending">The receipts that the last round of catching up found not projected.</param>
/// <param name="LeftOut">The streams whose rows stop where they are damaged.</param>
/// <param name="Projector">Who catches up; null when every host does so by itself, or nobody ever did.</param>
internal sealed record ProjectionStatus(string Kind, double? LagSeconds, long? Pending, long? LeftOut, ProjectorView? Projector);

/// <summary>The projector that works, or worked last.</summary>
internal sealed record ProjectorView(string Owner, bool IsWorking, double? LastSweepSeconds, long Streams, long Published);

/// <summary>What operators ask of a projection: how far it is, and whether it says what the receipts say. Reads only.</summary>
internal interface IProjectionInspection
{
    ProjectionStatus Status { get; }

    /// <summary>The versions up to which streams are projected; null for one that is not.</summary>
    /// <exception cref="Errors.ProblemException">The projection cannot be asked now.</exception>
    ValueTask<IReadOnlyList<long?>> VersionsAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken);

    /// <summary>The rows of a stream that are not what its receipts give; null where a projection has no rows.</summary>
    /// <exception cref="Errors.ProblemException">The projection cannot be asked now.</exception>
    ValueTask<IReadOnlyList<RowDifference>?> CompareAsync(StreamId stream, CancellationToken cancellationToken);
}
