using Microsoft.AspNetCore.Http.Timeouts;

namespace PixPax.Host.Platform.Limits;

/// <summary>A result that is streamed for as long as its reader takes: from here on it is the server that gives up on those who do not read.</summary>
internal sealed class UntimedResult(IResult inner) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        return inner.ExecuteAsync(httpContext);
    }
}
