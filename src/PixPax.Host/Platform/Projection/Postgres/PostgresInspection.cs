using Concord.Projections.Postgres.Reading;
using Concord.Projections.Postgres.Rebuilding;
using Concord.Receipts;
using Npgsql;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>What operators see of the projection in a database.</summary>
internal sealed class PostgresInspection(ProjectedStreams projected, ProjectorWatch watch) : IProjectionInspection
{
    public ProjectionStatus Status => new(
        "postgres", watch.Lag?.TotalSeconds, watch.Status?.CaughtUp, watch.Status?.LeftOut,
        watch.Status is { } status ? new ProjectorView(status.Owner, status.HasLease, status.SweepTook?.TotalSeconds, status.Streams, status.Published) : null);

    public ValueTask<IReadOnlyList<long?>> VersionsAsync(IReadOnlyList<StreamId> streams, CancellationToken cancellationToken) => AskAsync<IReadOnlyList<long?>>(async () =>
    {
        string[] prefixes = [.. streams.Select(PixPaxStreams.PrefixOf)];
        var heads = await projected.FindHeadsAsync(prefixes, cancellationToken);
        return [.. prefixes.Select(prefix => heads.GetValueOrDefault(prefix)?.Version)];
    });

    public ValueTask<IReadOnlyList<RowDifference>?> CompareAsync(StreamId stream, CancellationToken cancellationToken) =>
        AskAsync<IReadOnlyList<RowDifference>?>(async () => await projected.CompareAsync(PixPaxStreams.PrefixOf(stream), cancellationToken));

    private static async ValueTask<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (NpgsqlException)
        {
            throw new ProblemException(ProblemCode.ProjectionUnavailable, ProblemCode.ProjectionUnavailable.Meaning);
        }
    }
}
