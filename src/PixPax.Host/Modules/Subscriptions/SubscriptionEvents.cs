using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Requests;
using PixPax.Host.Platform.Subscriptions.Connections;
using PixPax.Host.Platform.Subscriptions.Feeds;

namespace PixPax.Host.Modules.Subscriptions;

/// <summary>One subscription as server-sent events: docs/subscriptions.md.</summary>
internal static class SubscriptionEvents
{
    public const string Path = "/v1/subscriptions/events";

    private const string LastEventId = "Last-Event-ID";

    public static void Map(ApiRoutes routes) => routes.Query(Path, Access.Member, Handle, EventStream.MediaType);

    private static EventStream Handle(HttpContext context, Caller caller, Subscribers host)
    {
        var query = context.Request.Query;
        var errors = new RequestErrors();
        var (stream, account, after, live) = (One("stream"), One("account"), One("after"), One("live"));
        if (stream is null == account is null) errors.Add(RequestError.InParameter("stream", "Either `stream` or `account`, and not both."));
        if (live is not (null or "true" or "false")) errors.Add(RequestError.InParameter("live", "true or false."));

        // Where a browser was cut off; the address still says where it once began.
        var last = context.Request.Headers[LastEventId];
        if (last.Count > 1) errors.Add(RequestError.InParameter(LastEventId, "At most one."));
        errors.ThrowIfAny();
        return new EventStream(host, new FeedRequest(stream, account, last is [{ Length: > 0 } resumed] ? resumed : after), caller.UserId, isLive: live != "false");

        string? One(string name)
        {
            if (!query.TryGetValue(name, out var values)) return null;
            if (values is [{ Length: > 0 } value]) return value;
            errors.Add(RequestError.InParameter(name, "At most one, and not empty."));
            return null;
        }
    }
}
