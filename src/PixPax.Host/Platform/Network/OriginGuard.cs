using Microsoft.AspNetCore.Http.Features;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Network;

/// <summary>
/// Refuses what another site's page makes a browser send in its user's name: a command that is signed in by a cookie, and any WebSocket,
/// whose messages no CORS rule keeps from the page. Our own origin and those of <c>PixPax:Network:AllowedOrigins</c> may; the rest may not.
/// </summary>
/// <remarks>
/// Browsers say where such a request comes from (<c>Origin</c>, RFC 6454, section 7, and the Fetch standard), and no page can change that.
/// What a header signs in needs no such question: no browser adds that header by itself.
/// </remarks>
internal sealed class OriginGuard(RequestDelegate next, PixPaxOptions options, SignIns signIns)
{
    private const string FetchSite = "Sec-Fetch-Site";

    private readonly HashSet<string> _allowed = new(options.Network.AllowedOrigins, StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context) =>
        Refusal(context) is { } why ? ProblemResponse.WriteAsync(context, new ProblemException(ProblemCode.OriginRefused, why)) : next(context);

    private string? Refusal(HttpContext context)
    {
        var request = context.Request;
        var (isSocket, isByCookie) = (IsWebSocket(context), signIns.IsByCookie(request));
        if (!isSocket && (!isByCookie || IsSafe(request.Method))) return null;

        return (IList<string?>)request.Headers.Origin switch
        {
            [] when !isByCookie => null,
            // A browser that sends no Origin says at least this much of where a request comes from, and no page can make it up.
            [] when !isSocket && request.Headers[FetchSite] is ["same-origin"] => null,
            [] => "A request that a cookie signs in says where it comes from: `Origin`. A program signs in by `Authorization` instead.",
            [{ } origin] when _allowed.Contains(origin) || IsOwn(request, origin) => null,
            [{ Length: <= 200 }] => "The page that sent this is of another origin than this service. If it is one of yours, an operator adds its origin to PixPax:Network:AllowedOrigins; "
                + "behind a proxy that ends TLS, its address to PixPax:Network:TrustedProxies.",
            _ => "`Origin` is given twice, or is no origin.",
        };
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    /// <summary>RFC 6455, section 4.1, and over HTTP/2 RFC 8441, section 4.</summary>
    private static bool IsWebSocket(HttpContext context) =>
        (context.Request.Headers.Upgrade.Count > 0 && context.Request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase))
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    /// <summary>Whether scheme, host and port are those at which the browser asked us.</summary>
    private static bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var from)
        && Uri.TryCreate($"{request.Scheme}://{request.Host.Value}", UriKind.Absolute, out var own)
        && from.GetLeftPart(UriPartial.Authority).Equals(own.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase)
        && from.GetLeftPart(UriPartial.Authority).Length == origin.Length;
}
