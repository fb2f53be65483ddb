using Microsoft.Net.Http.Headers;

namespace PixPax.Host.Platform;

/// <summary>
/// The headers that every response carries. They are set as the response starts, so that neither a handler that forgot
/// nor an error that cleared the response goes out without them.
/// </summary>
internal sealed class ResponseHeaders(RequestDelegate next)
{
    /// <summary>Which sites' pages may show the response (Fetch standard).</summary>
    public const string ResourcePolicy = "Cross-Origin-Resource-Policy";

    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var response = (HttpResponse)state;
            var headers = response.Headers;
            headers.XContentTypeOptions = "nosniff";

            // A page for people says what it is made of; everything else is made of nothing.
            if (!headers.ContainsKey(HeaderNames.ContentSecurityPolicy)) headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            headers["Referrer-Policy"] = "no-referrer";

            // Whatever is not said to be for other sites' pages (a card's picture) stays out of them.
            if (!headers.ContainsKey(ResourcePolicy)) headers[ResourcePolicy] = "same-origin";

            // RFC 6797. Not for a name that means another machine to everybody.
            if (response.HttpContext.Request is { IsHttps: true, Host.Host: not "localhost" }) headers.StrictTransportSecurity = "max-age=31536000";

            // Answers are private until an endpoint says otherwise (a receipt's bytes, a card's picture).
            if (!headers.ContainsKey(HeaderNames.CacheControl)) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, context.Response);

        return next(context);
    }
}
