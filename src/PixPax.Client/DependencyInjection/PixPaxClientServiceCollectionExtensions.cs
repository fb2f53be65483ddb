using Microsoft.Extensions.DependencyInjection.Extensions;
using PixPax.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the client of the PixPax API.</summary>
public static class PixPaxClientServiceCollectionExtensions
{
    /// <summary>Registers <see cref="PixPaxClient"/> as a singleton.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says where the API is, and who asks.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddPixPaxClient(this IServiceCollection services, Action<PixPaxClientOptions> configure) =>
        services.AddPixPaxClient((_, options) => configure(options));

    /// <summary>Registers <see cref="PixPaxClient"/> as a singleton.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says where the API is, and who asks, with what else is registered.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddPixPaxClient(this IServiceCollection services, Action<IServiceProvider, PixPaxClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.TryAddSingleton(provider =>
        {
            var options = new PixPaxClientOptions { Time = provider.GetService<TimeProvider>() ?? TimeProvider.System };
            configure(provider, options);
            return new PixPaxClient(options);
        });
        return services;
    }
}
