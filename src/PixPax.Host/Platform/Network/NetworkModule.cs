using Microsoft.AspNetCore.HttpOverrides;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Network;

/// <summary>What is believed of where a request comes from, and what browsers are told.</summary>
internal static class NetworkModule
{
    private static readonly TimeSpan PreflightAge = TimeSpan.FromMinutes(10);

    private static readonly string[] RequestHeaders =
        ["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Last-Event-ID", "X-Request-Id", "traceparent", "tracestate"];

    private static readonly string[] ResponseHeaders =
        ["Allow", "ETag", "Idempotent-Replayed", "Link", "Location", "Projection", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"];

    /// <exception cref="StartupRefusedException">The framework was told to believe everybody's forwarded headers.</exception>
    public static void AddNetwork(this WebApplicationBuilder builder, NetworkOptions options, bool hasCookies)
    {
        // The framework's own switch trusts whoever sends the header; by then every limit by address is gone.
        if (string.Equals(builder.Configuration["ForwardedHeaders_Enabled"], "true", StringComparison.OrdinalIgnoreCase))
        {
            throw new StartupRefusedException(["ASPNETCORE_FORWARDEDHEADERS_ENABLED = \"true\" believes everybody's X-Forwarded-For. "
                + "Remove it, and name your proxies: PixPax:Network:TrustedProxies:0 (in the environment PixPax__Network__TrustedProxies__0)."]);
        }

        builder.Services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // As far back as the proxies are ours, and not one hop further. The framework's default trusts loopback.
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in options.TrustedProxies) forwarded.KnownIPNetworks.Add(proxy.Network);
        });
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy =>
        {
            policy.WithOrigins([.. options.AllowedOrigins]).WithMethods("GET", "HEAD", "POST").WithHeaders(RequestHeaders).WithExposedHeaders(ResponseHeaders).SetPreflightMaxAge(PreflightAge);
            // Only where a cookie signs anybody in: a page that needs no credentials is not given any.
            if (hasCookies) policy.AllowCredentials();
        }));
    }

    /// <summary>Before everything: what is logged and limited by address must be the right one.</summary>
    public static void UseForwarding(this WebApplication app)
    {
        if (Options(app).TrustedProxies.Count > 0) app.UseForwardedHeaders();
    }

    /// <summary>Behind routing, and before what may refuse: a script must be able to read why.</summary>
    public static void UseConfiguredCors(this WebApplication app)
    {
        if (Options(app).AllowedOrigins.Count > 0) app.UseCors();
    }

    private static NetworkOptions Options(WebApplication app) => app.Services.GetRequiredService<PixPaxOptions>().Network;
}
