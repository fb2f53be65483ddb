using Concord.Receipts.Projections;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Health;
using PixPax.Host.Platform.Projection.Memory;
using PixPax.Host.Platform.Projection.Postgres;
using PixPax.Host.Platform.Subscriptions.News;

namespace PixPax.Host.Platform.Projection;

/// <summary>Where lists come from: memory, built at every start, or a database.</summary>
internal static class ProjectionHosting
{
    public static void AddProjection(this IServiceCollection services, PixPaxOptions options)
    {
        if (options.Postgres is { } postgres) services.AddPostgresProjection(postgres);
        else services.AddMemoryProjection();
    }

    /// <summary>What must be true of the projection before the first request.</summary>
    /// <exception cref="StartupRefusedException">It cannot be used as it is.</exception>
    public static Task PrepareProjectionAsync(this WebApplication app, CancellationToken cancellationToken) =>
        app.Services.GetRequiredService<PixPaxOptions>().Postgres is null
            ? app.Services.GetRequiredService<ProjectionCatchUp>().RebuildAsync(cancellationToken)
            : app.CheckDatabaseAsync(cancellationToken);

    private static void AddMemoryProjection(this IServiceCollection services)
    {
        services.AddSingleton<MemoryProjection>();
        services.AddSingleton<IProjection>(provider => new AnnouncedProjection(provider.GetRequiredService<MemoryProjection>(), provider.GetRequiredService<CommitNews>()));
        services.AddSingleton<ProjectionProgress>();
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<ProjectionProgress>());
        services.AddSingleton<ProjectionCatchUp>();
        services.AddHostedService(provider => provider.GetRequiredService<ProjectionCatchUp>());
        services.AddSingleton<IProjectionQueries, MemoryQueries>();
        services.AddSingleton<IProjectionInspection, MemoryInspection>();
    }
}
