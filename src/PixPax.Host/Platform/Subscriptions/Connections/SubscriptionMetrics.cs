using System.Diagnostics.Metrics;
using System.Globalization;
using PixPax.Host.Platform.Subscriptions.Feeds;
using PixPax.Host.Platform.Subscriptions.Protocol;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Subscriptions.Connections;

/// <summary>What the host measures of its subscriptions. docs/telemetry.md lists all.</summary>
internal static class SubscriptionMetrics
{
    public const string ConnectionsName = "pixpax.subscriptions.connections";
    public const string ActiveName = "pixpax.subscriptions.active";
    public const string DisconnectsName = "pixpax.subscriptions.disconnects";
    public const string ReceiptsName = "pixpax.subscriptions.receipts";
    public const string LagName = "pixpax.subscriptions.lag";

    public const string WebSocket = "websocket";
    public const string EventStream = "event_stream";

    private static readonly UpDownCounter<int> Connections = HostMetrics.Meter.CreateUpDownCounter<int>(ConnectionsName, "{connection}", "Connections of subscribers.");
    private static readonly UpDownCounter<int> Active = HostMetrics.Meter.CreateUpDownCounter<int>(ActiveName, "{subscription}", "Subscriptions.");
    private static readonly Counter<long> Disconnects = HostMetrics.Meter.CreateCounter<long>(DisconnectsName, "{connection}", "Connections that ended, by why.");
    private static readonly Counter<long> Receipts = HostMetrics.Meter.CreateCounter<long>(ReceiptsName, "{receipt}", "Receipts given to subscribers.");

    private static readonly Histogram<double> Lag = HostMetrics.Meter.CreateHistogram(
        LagName, "s", "Time from the making of a receipt, by its writer's clock, until it is given to a subscriber who had caught up.", tags: null,
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    public static void Connected(string transport) => Connections.Add(1, Of(transport));

    public static void Disconnected(string transport, CloseCode code)
    {
        Connections.Add(-1, Of(transport));
        Disconnects.Add(1, Of(transport), new KeyValuePair<string, object?>("pixpax.close_code", code.Code.ToString(CultureInfo.InvariantCulture)));
    }

    public static void Subscribed(FeedTarget target) => Active.Add(1, Of(target));

    public static void Unsubscribed(FeedTarget target) => Active.Add(-1, Of(target));

    public static void Given(string transport, FeedItem.Receipt receipt, TimeProvider time)
    {
        Receipts.Add(1, Of(transport));
        if (receipt.IsLive && Lag.Enabled) Lag.Record(Math.Max(0, (time.GetUtcNow() - receipt.Sealed.CreatedAt).TotalSeconds), Of(transport));
    }

    private static KeyValuePair<string, object?> Of(string transport) => new("pixpax.transport", transport);

    private static KeyValuePair<string, object?> Of(FeedTarget target) => new("pixpax.feed", target is FeedTarget.WholeAccount ? "account" : "stream");
}
