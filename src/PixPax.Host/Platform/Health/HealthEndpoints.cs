using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PixPax.Host.Platform.Endpoints;

namespace PixPax.Host.Platform.Health;

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // Whoever is busy or limited is still alive: no limit holds here, and no measurement counts probes.
        var health = routes.MapGroup("/health");
        health.AllowAnonymous().DisableRateLimiting().DisableRequestTimeout().DisableHttpMetrics();

        // The process only: a dependency that is down is no reason to restart this one.
        health.MapRead("/live", () => TypedResults.Json(new Liveness("live"), HealthJson.Default.Liveness));
        health.MapRead("/ready", ReadyAsync);
        health.MapRead("/startup", Startup);
    }

    private static async Task<JsonHttpResult<Readiness>> ReadyAsync(HealthReport report)
    {
        var readiness = await report.ReadyAsync();
        return TypedResults.Json(
            readiness, HealthJson.Default.Readiness, statusCode: readiness.Status == "ready" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static JsonHttpResult<Liveness> Startup(HealthReport report) => report.HasStarted
        ? TypedResults.Json(new Liveness("started"), HealthJson.Default.Liveness)
        : TypedResults.Json(new Liveness("starting"), HealthJson.Default.Liveness, statusCode: StatusCodes.Status503ServiceUnavailable);
}

internal sealed record Liveness(string Status);

internal sealed record Readiness(string Status, IReadOnlyList<CheckResult> Checks);

internal sealed record CheckResult(string Name, string Status, string? Reason)
{
    public const string Passed = "passed";
    public const string Failed = "failed";
    public const string Degraded = "degraded";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Liveness))]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class HealthJson : JsonSerializerContext;
