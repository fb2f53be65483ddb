using System.Reflection;
using Concord.Projections.Postgres;
using Concord.Projections.Postgres.Applying;
using Concord.Projections.Postgres.Migrations;
using Concord.Projections.Postgres.Projecting;
using Concord.Projections.Postgres.Reading;
using Concord.Projections.Postgres.Rebuilding;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Npgsql;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Health;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Subscriptions.News;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>The projection in a database: <c>PixPax:Projection=Postgres</c>.</summary>
internal static class PostgresHosting
{
    public static void AddPostgresProjection(this IServiceCollection services, PostgresOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(_ => ProjectionDatabase.Open(options.ConnectionString, "pixpax"));
        services.AddSingleton(provider => new ProjectionDatabase(provider.GetRequiredService<NpgsqlDataSource>(), options.Schema));
        services.AddSingleton(PixPaxTables.Model);
        services.AddSingleton(provider => new SchemaMigrations(
            provider.GetRequiredService<ProjectionDatabase>(), PixPaxTables.Model, Migration.Read("pixpax", Assembly.GetExecutingAssembly())));
        services.AddSingleton(provider => new ReceiptSource(
            provider.GetRequiredService<IObjectStore>(), PixPaxStreams.Root, PixPaxStreams.PlatformKeys.CommonPrefix, PixPaxStreams.Identity.CommonPrefix, IssuerPolicy.Parse(PixPaxPolicy.Json.ToArray()),
            provider.GetRequiredService<PixPaxOptions>().PlatformKeyIds is { IsEmpty: false } pinned ? pinned : null));
        services.AddSingleton(provider => new PostgresProjection(
            provider.GetRequiredService<ProjectionDatabase>(), PixPaxTables.Model,
            new PostgresProjectionOptions { Timeout = options.InlineTimeout, TimeProvider = provider.GetRequiredService<TimeProvider>() }));
        services.AddSingleton<IProjection>(provider => new AnnouncedProjection(provider.GetRequiredService<PostgresProjection>(), provider.GetRequiredService<CommitNews>()));
        services.AddSingleton<PostgresNews>();
        services.AddHostedService(provider => provider.GetRequiredService<PostgresNews>());
        services.AddSingleton<IProjectionQueries, PostgresQueries>();
        services.AddSingleton(provider => new ProjectedStreams(provider.GetRequiredService<ProjectionDatabase>(), PixPaxTables.Model, provider.GetRequiredService<ReceiptSource>()));
        services.AddSingleton<IProjectionInspection, PostgresInspection>();
        services.AddSingleton<ProjectorLog>();
        services.AddSingleton(provider => new Projector(
            provider.GetRequiredService<ProjectionDatabase>(), PixPaxTables.Model, provider.GetRequiredService<ReceiptSource>(), provider.GetRequiredService<ReceiptAppender>(),
            options.Projecting with { TimeProvider = provider.GetRequiredService<TimeProvider>() }, provider.GetRequiredService<ProjectorLog>()));
        services.AddSingleton(provider => new ProjectionRebuild(
            provider.GetRequiredService<ProjectionDatabase>(), PixPaxTables.Model, provider.GetRequiredService<ReceiptSource>(),
            new RebuildOptions { TimeProvider = provider.GetRequiredService<TimeProvider>() }));
        services.AddSingleton<ProjectorWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<ProjectorWatch>());
        services.AddSingleton<IReadinessCheck>(provider => provider.GetRequiredService<ProjectorWatch>());
        if (options.Projector) services.AddHostedService<ProjectorService>();
    }

    /// <summary>Looks whether the database has the tables of this version. One that is away for a while does not keep the host from starting.</summary>
    /// <exception cref="StartupRefusedException">It has not.</exception>
    public static async Task CheckDatabaseAsync(this WebApplication app, CancellationToken cancellationToken)
    {
        var options = app.Services.GetRequiredService<PostgresOptions>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.QueryTimeout);
        try
        {
            if (await app.Services.GetRequiredService<SchemaMigrations>().FindFaultsAsync(patience.Token) is { Count: > 0 } faults)
                throw new StartupRefusedException([.. faults.Select(fault => $"the database: {fault}"), "Run 'PixPax.Host migrate' with the same settings; it changes nothing that is not missing."]);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            app.Logger.ProjectionAway(exception);
        }
    }
}
