using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Health;

internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // Whoever is busy or limited is still alive: no limit holds here, and no measurement counts probes.
        var health = routes.MapGroup("/health");
        health.AllowAnonymous().DisableRateLimiting().DisableRequestTimeout().DisableHttpMetrics();

        // The process only: a dependency that is down is no reason to restart this one.
        health.MapRead("/live", () => TypedResults.Json(new Liveness("live"), HealthJson.Default.Liveness))
            .Describe("getLiveness", "Service", "Says whether the process lives", "The process only: nothing that it depends on is asked.")
            .Answers(HealthJson.Default.Liveness);
        health.MapRead("/ready", ReadyAsync)
            .Describe("getReadiness", "Service", "Says whether the host takes requests", "What it depends on is tried, at most every 2 s. `503` while something vital fails, and while the host stops.")
            .Answers(HealthJson.Default.Readiness)
            .WithMetadata(new OtherAnswer("503", "The host takes no requests now.", schemas => schemas.Of(HealthJson.Default.Readiness)));
        health.MapRead("/startup", Startup)
            .Describe("getStartup", "Service", "Says whether the host has started", "`503` until it has.")
            .Answers(HealthJson.Default.Liveness)
            .WithMetadata(new OtherAnswer("503", "The host is starting.", schemas => schemas.Of(HealthJson.Default.Liveness)));
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

internal sealed record Liveness([property: OneOf("live", "starting", "started")] string Status);

internal sealed record Readiness([property: OneOf("ready", "not-ready")] string Status, IReadOnlyList<CheckResult> Checks);

internal sealed record CheckResult(string Name, [property: OneOf(CheckResult.Passed, CheckResult.Failed, CheckResult.Degraded)] string Status, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason)
{
    public const string Passed = "passed";
    public const string Failed = "failed";
    public const string Degraded = "degraded";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Liveness))]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class HealthJson : JsonSerializerContext;
