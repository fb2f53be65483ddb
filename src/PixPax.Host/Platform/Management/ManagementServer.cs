using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry.Metrics;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Management;

/// <summary>
/// Health and metrics for operators, on an address of their own. A server apart from the public one: nothing of the one can be
/// reached through the other, whatever a request says in its headers, and this one answers while that one starts and drains.
/// </summary>
internal static class ManagementServer
{
    /// <summary>Starts it, if there is to be one; disposing of it ends it.</summary>
    /// <exception cref="StartupRefusedException">Nothing can listen there.</exception>
    public static async Task<IAsyncDisposable?> StartManagementAsync(this WebApplication app)
    {
        if (app.Services.GetRequiredService<PixPaxOptions>().Management.Url is not { } url) return null;

        // Empty: it must not read the public server's settings, its addresses least of all.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false).UseUrls(url.GetLeftPart(UriPartial.Authority));
        builder.Services.AddRoutingCore();
        // The framework's lines of this server would be taken for the public one's.
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        // Ours, not its own: it shares what is asked about, and owns none of it.
        builder.Services.AddSingleton(app.Services.GetRequiredService<HealthReport>());
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();

        var management = builder.Build();
        management.UseMiddleware<ResponseHeaders>();
        management.MapHealth();
        management.MapPrometheusScrapingEndpoint("/metrics", app.Services.GetRequiredService<MeterProvider>(), configureBranchedPipeline: null, optionsName: null)
            .DisableHttpMetrics();
        try
        {
            await management.StartAsync();
            app.Logger.ManagementListening(string.Join(", ", management.Urls));
            return management;
        }
        catch (Exception exception) when (Listening.CannotListen(exception))
        {
            await management.DisposeAsync();
            throw new StartupRefusedException([$"PixPax:Management:Url = \"{url}\" cannot be listened at: {exception.Message}"]);
        }
    }

    /// <summary>Signals are the public host's business: it stops, and then this server is disposed of.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
