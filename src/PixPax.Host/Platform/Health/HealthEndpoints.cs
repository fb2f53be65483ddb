using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PixPax.Host.Platform.Endpoints;

namespace PixPax.Host.Platform.Health;

internal static class HealthEndpoints
{
    /// <summary>A check that hangs has failed; the prober must not hang with it.</summary>
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(5);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").AllowAnonymous();

        // The process only: a dependency that is down is no reason to restart this one.
        health.MapRead("/live", () => TypedResults.Json(new Liveness("live"), HealthJson.Default.Liveness));
        health.MapRead("/ready", ReadyAsync);
    }

    private static async Task<JsonHttpResult<Readiness>> ReadyAsync(
        IEnumerable<IReadinessCheck> checks, TimeProvider time, ILogger<Readiness> logger, CancellationToken cancellationToken)
    {
        var results = await Task.WhenAll(checks.Select(check => RunAsync(check, time, logger, cancellationToken)));
        var ready = results.All(result => result.Status == CheckResult.Passed);
        return TypedResults.Json(
            new Readiness(ready ? "ready" : "not-ready", results),
            HealthJson.Default.Readiness,
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<CheckResult> RunAsync(
        IReadinessCheck check, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(CheckTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var failure = await check.FailureAsync(either.Token).AsTask().WaitAsync(either.Token);
            return new CheckResult(check.Name, failure is null ? CheckResult.Passed : CheckResult.Failed, failure);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return new CheckResult(check.Name, CheckResult.Failed, $"No answer within {CheckTimeout.TotalSeconds} s.");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.ReadinessCheckThrew(exception, check.Name);
            return new CheckResult(check.Name, CheckResult.Failed, "The check itself failed; the log says why.");
        }
    }
}

internal sealed record Liveness(string Status);

internal sealed record Readiness(string Status, IReadOnlyList<CheckResult> Checks);

internal sealed record CheckResult(string Name, string Status, string? Reason)
{
    public const string Passed = "passed";
    public const string Failed = "failed";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Liveness))]
[JsonSerializable(typeof(Readiness))]
internal sealed partial class HealthJson : JsonSerializerContext;
