using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace PixPax.Host.Platform.Limits;

/// <summary>A request that becomes a connection: it lasts for hours and mostly waits.</summary>
internal static class LongRequest
{
    /// <summary>From here on it has no time-out, takes no place of those who are worked on, and is no duration of a request.</summary>
    public static void Begin(HttpContext context)
    {
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        context.Features.Get<LoadPlace>()?.Leave();
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true;
    }
}
