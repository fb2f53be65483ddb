using Concord.Receipts.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Telemetry;

/// <summary>What the host tells, and to whom: logs to its console, and all three signals to a collector, metrics to a scraper, if they are named.</summary>
internal static class TelemetryModule
{
    public const string ServiceName = "pixpax";

    /// <summary>Whose requests are worth no span: probes and scrapers come every few seconds, for ever.</summary>
    private static readonly PathString[] Unwatched = ["/health", "/metrics"];

    public static void AddTelemetry(this WebApplicationBuilder builder, TelemetryOptions options, bool isScraped)
    {
        if (options.Logs == LogFormat.Json)
        {
            // One object a line; the scopes carry the request's and the trace's id.
            builder.Logging.AddJsonConsole(console =>
            {
                console.IncludeScopes = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }

        // Where nobody listens nothing is measured; so nothing is even registered.
        if (options.Otlp is null && !isScraped) return;

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceVersion: typeof(TelemetryModule).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(ReceiptsTelemetry.MeterName, HostMetrics.MeterName, "System.Runtime").AddAspNetCoreInstrumentation();
                if (isScraped) metrics.AddPrometheusExporter();
            });
        if (options.Otlp is null) return;

        telemetry
            .WithTracing(traces => traces
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
                .AddSource(ReceiptsTelemetry.ActivitySourceName)
                .AddAspNetCoreInstrumentation(requests => requests.Filter = IsWatched))
            .WithLogging()
            .UseOtlpExporter(options.Protocol, options.Otlp);
    }

    private static bool IsWatched(HttpContext context) => !Array.Exists(Unwatched, path => context.Request.Path.StartsWithSegments(path));
}
