using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Subscriptions.Feeds;

namespace PixPax.Host.Modules.Subscriptions;

/// <summary>Subscriptions: receipts as they come, over a WebSocket or as server-sent events.</summary>
internal static class SubscriptionsModule
{
    public static void AddSubscriptionModule(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IFeedAccess, FeedAccess>();

    public static void MapSubscriptions(this ApiRoutes routes)
    {
        SubscriptionSocket.Map(routes);
        SubscriptionEvents.Map(routes);
    }
}
