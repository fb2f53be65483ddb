using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Management;

internal static class ManagementModule
{
    public static void AddManagement(this WebApplicationBuilder builder, ManagementOptions options)
    {
        builder.Services.AddSingleton<HealthReport>();
        builder.Services.AddHostedService<Drain>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainDelay + options.DrainTimeout);
    }
}
