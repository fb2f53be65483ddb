using System.Reflection;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Health;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Operations;

/// <summary>This host, as it is now.</summary>
/// <param name="Version">The version of the program.</param>
/// <param name="Storage">Where receipts are kept: <c>files</c> or <c>spaces</c>.</param>
/// <param name="Signing">Who signs: <c>local</c> or <c>vault</c>.</param>
/// <param name="Readiness">What <c>/health/ready</c> says.</param>
/// <param name="Projection">How far behind lists are.</param>
internal sealed record OverviewView(string Version, string Storage, string Signing, Readiness Readiness, ProjectionStatus Projection);

internal static class Overview
{
    private static readonly string Version = typeof(Overview).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static void Map(ApiRoutes routes) => routes.Query("/v1/admin/overview", Access.Operator, GetAsync)
        .Describe("getOverview", "Operations", "Says how this host is", "Where it keeps receipts, who signs, whether it is ready, and how far behind its lists are. For operators.")
        .Answers(OperationsJson.Default.OverviewView);

    private static async Task<IResult> GetAsync(PixPaxOptions options, HealthReport health, IProjectionInspection projection) => JsonAnswer.Of(
        new OverviewView(Version, Word(options.Storage), Word(options.Signing), await health.ReadyAsync(), projection.Status), OperationsJson.Default.OverviewView);

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
