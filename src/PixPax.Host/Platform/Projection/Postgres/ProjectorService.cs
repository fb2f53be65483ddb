using Concord.Projections.Postgres.Projecting;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>Runs a projector beside the API. Of all that run, one works.</summary>
internal sealed class ProjectorService(Projector projector) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => projector.RunAsync(stoppingToken);
}
