using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Subscriptions.Feeds;

namespace PixPax.Host.Platform.Subscriptions.Connections;

/// <summary>What every connection needs of this host.</summary>
internal sealed record Subscribers(
    SubscriptionOptions Options, Feeds.Feeds Feeds, IFeedAccess Access, ConnectionLimits Limits, ConnectionLife Life, RateLimits Rates, TimeProvider Time, ILogger<Subscribers> Logger)
{
    /// <summary>Opens what somebody asks to follow.</summary>
    /// <exception cref="ProblemException">It is not there, or not for this caller.</exception>
    public async ValueTask<(FeedTarget Target, Feed Feed)> OpenAsync(HttpContext context, FeedRequest request, CancellationToken cancellationToken)
    {
        var target = await Access.FindAsync(context, request, cancellationToken);
        return (target, await Feeds.OpenAsync(target, token => Access.MayFollowAsync(context, target, token), cancellationToken));
    }

    /// <summary>What a subscriber is told of an exception; the rest is for the log.</summary>
    public ProblemException ProblemOf(Exception exception, HttpContext context)
    {
        if (exception is ProblemException problem) return problem;
        Logger.SubscriptionFailed(exception, context.TraceIdentifier);
        return ReceiptProblems.From(exception) ?? new ProblemException(ProblemCode.InternalError, ProblemCode.InternalError.Meaning);
    }
}
