using System.Text.Json.Serialization;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Requests;
using PixPax.Host.Platform.Subscriptions;
using PixPax.Host.Platform.Subscriptions.Connections;
using PixPax.Host.Platform.Subscriptions.Protocol;

namespace PixPax.Host.Modules.Subscriptions;

/// <summary>How to subscribe, and within which bounds; for whoever asks without a WebSocket.</summary>
internal sealed record SubscriptionsView(
    string Subprotocol, string Events, long HeartbeatMs, int MaxMessageBytes, int MaxSubscriptions, int MaxConnections, int MaxMalformedMessages);

/// <summary>The WebSocket of subscriptions: docs/subscriptions.md.</summary>
internal static class SubscriptionSocket
{
    public static void Map(ApiRoutes routes) => routes.Socket("/v1/subscriptions", Access.SignedIn, HandleAsync);

    private static async Task<IResult> HandleAsync(HttpContext context, Caller caller, Subscribers host)
    {
        if (!context.WebSockets.IsWebSocketRequest) return JsonAnswer.Of(View(host.Options), SubscriptionViewJson.Default.SubscriptionsView);
        if (!context.WebSockets.WebSocketRequestedProtocols.Contains(SubscriptionProtocol.Name))
            throw new ProblemException(ProblemCode.SubprotocolRequired, ProblemCode.SubprotocolRequired.Meaning);

        using var place = host.Limits.Enter(caller.UserId);
        LongRequest.Begin(context);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = SubscriptionProtocol.Name, KeepAliveInterval = host.Options.KeepAliveInterval, KeepAliveTimeout = host.Options.KeepAliveTimeout,
        });
        SubscriptionMetrics.Connected(SubscriptionMetrics.WebSocket);
        var code = CloseCode.Fault;
        try
        {
            using var connection = new SocketConnection(socket, context, caller.UserId, host);
            code = await connection.RunAsync();
        }
        finally
        {
            SubscriptionMetrics.Disconnected(SubscriptionMetrics.WebSocket, code);
        }

        return Results.Empty;
    }

    private static SubscriptionsView View(SubscriptionOptions options) => new(
        SubscriptionProtocol.Name, SubscriptionEvents.Path, (long)options.Heartbeat.TotalMilliseconds, SubscriptionOptions.MaxMessageBytes,
        options.MaxSubscriptions, options.MaxConnectionsPerUser, SubscriptionOptions.MaxMalformed);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SubscriptionsView))]
internal sealed partial class SubscriptionViewJson : JsonSerializerContext;
