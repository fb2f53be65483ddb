using Microsoft.Net.Http.Headers;

namespace PixPax.Host.Platform;

/// <summary>
/// The headers that every response carries. They are set as the response starts, so that neither a handler that forgot
/// nor an error that cleared the response goes out without them.
/// </summary>
internal sealed class ResponseHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpResponse)state).Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
            headers["Referrer-Policy"] = "no-referrer";

            // Answers are private until an endpoint says otherwise (a receipt's bytes, a card's picture).
            if (!headers.ContainsKey(HeaderNames.CacheControl)) headers.CacheControl = "no-store";
            return Task.CompletedTask;
        }, context.Response);

        return next(context);
    }
}
