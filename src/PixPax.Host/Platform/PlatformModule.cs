using Microsoft.Extensions.DependencyInjection.Extensions;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Management;
using PixPax.Host.Platform.Network;
using PixPax.Host.Platform.Requests;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform;

/// <summary>Everything between a client and the modules, in the order in which a request meets it.</summary>
internal static class PlatformModule
{
    /// <returns>The settings, as they were read.</returns>
    public static PixPaxOptions AddPlatform(this WebApplicationBuilder builder)
    {
        var options = PixPaxOptions.Read(builder.Configuration, builder.Environment);
        builder.Services.AddSingleton(options);
        builder.Services.TryAddSingleton(TimeProvider.System);

        // A parameter that does not bind is the same 400 in every environment, never an exception page's text.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = false);
        builder.AddListening();
        builder.AddNetwork(options.Network, hasCookies: options.BetterAuth?.Cookie is not null);
        builder.AddLimits(options.Limits);
        builder.AddTelemetry(options.Telemetry, isScraped: options.Management.Url is not null);
        builder.AddManagement(options.Management);
        builder.AddCallers(options);
        return options;
    }

    public static void UsePlatform(this WebApplication app)
    {
        app.UseForwarding();
        app.UseMiddleware<ResponseHeaders>();
        app.UseMiddleware<RequestIds>();
        app.UseMiddleware<ProblemMiddleware>();

        // Named here, or the framework would put it in front of everything, outside the problems' reach.
        app.UseRouting();
        app.UseConfiguredCors();
        app.UseLimits();
        app.UseMiddleware<OriginGuard>();
        app.UseAuthentication();
        app.UseCallerLimits();
        app.UseAuthorization();
        app.UseWebSockets();
        app.Use(next => context => CommandCost.MeasureAsync(context, next));
        app.UseMiddleware<Acceptance>();
    }
}
