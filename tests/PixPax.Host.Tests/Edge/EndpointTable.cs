using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PixPax.Host.Platform.Endpoints;

namespace PixPax.Host.Tests.Edge;

/// <summary>Who may call what: as the program's endpoints say it, and as the docs do.</summary>
internal static class EndpointTable
{
    /// <summary>The rows that the endpoints make, sorted: method and pattern, and who.</summary>
    public static IReadOnlyList<string> OfCode(IEnumerable<RouteEndpoint> endpoints) => [.. endpoints.Select(endpoint => $"{NameOf(endpoint)} | {Words(AccessOf(endpoint))}").Order(StringComparer.Ordinal)];

    public static IReadOnlyList<string> OfDocs()
    {
        var lines = File.ReadLines(Path.Combine(Repository.Folder(), "docs", "authorization.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries));
        return [.. lines.Select(cells => $"{cells[1].Trim('`')} | {cells[2]}").Order(StringComparer.Ordinal)];
    }

    public static string NameOf(RouteEndpoint endpoint) => $"{MethodsOf(endpoint)[0]} {endpoint.RoutePattern.RawText}";

    /// <summary>Null for an endpoint that does not say.</summary>
    public static Access? AccessOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<EndpointAccess>()?.Access ?? (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null ? null : Access.Anyone);

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"];

    private static string Words(Access? access) => access switch
    {
        Access.Anyone => "anyone",
        Access.SignedIn => "signed in",
        Access.Member => "member",
        Access.Owner => "owner",
        Access.MemberOrOperator => "member or operator",
        Access.Operator => "operator",
        _ => "NOBODY HAS SAID",
    };
}
