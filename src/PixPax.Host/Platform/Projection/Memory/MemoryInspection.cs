using Concord.Projections.Postgres.Rebuilding;
using Concord.Receipts;

namespace PixPax.Host.Platform.Projection.Memory;

/// <summary>What operators see of the projection in memory. It is folded from receipts at every start, and has no rows that could drift.</summary>
internal sealed class MemoryInspection(MemoryProjection projection, ProjectionProgress progress) : IProjectionInspection
{
    public ProjectionStatus Status => new("memory", progress.Lag?.TotalSeconds, progress.Pending, progress.LeftOut, Projector: null);

    public ValueTask<IReadOnlyList<long?>> VersionsAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken) =>
        new([.. streams.Select(stream => projection.IndexedVersionOf(stream) is var version && version > 0 ? version : (long?)null)]);

    public ValueTask<IReadOnlyList<RowDifference>?> CompareAsync(StreamId stream, CancellationToken cancellationToken) => default;
}
