using PixPax.Host.Platform.Subscriptions.Connections;
using PixPax.Host.Platform.Subscriptions.Feeds;
using PixPax.Host.Platform.Subscriptions.News;

namespace PixPax.Host.Platform.Subscriptions;

internal static class SubscriptionHosting
{
    /// <summary>What hears of commits, and keeps those awake who follow streams. Whoever follows one registers an <see cref="IFeedAccess"/>.</summary>
    public static void AddSubscriptions(this IServiceCollection services, SubscriptionOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<StreamTails>();
        services.AddSingleton<AccountWatches>();
        services.AddSingleton<CommitNews>();
        services.AddSingleton<AccountDiscovery>();
        services.AddSingleton<Feeds.Feeds>();
        services.AddHostedService<NewsUpkeep>();
        services.AddSingleton<ConnectionLimits>();
        services.AddSingleton<ConnectionLife>();
        services.AddSingleton<Subscribers>();
    }
}
