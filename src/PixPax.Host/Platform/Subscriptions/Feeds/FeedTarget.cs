using System.Globalization;
using Concord.Receipts;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>What is followed, from where on: one stream, or all of an account's.</summary>
internal abstract record FeedTarget
{
    private FeedTarget()
    {
    }

    /// <summary>The account whose members may follow it; null for what every caller may.</summary>
    public abstract string? AccountId { get; }

    /// <summary>One stream, after a version.</summary>
    internal sealed record OneStream(StreamId Stream, long After) : FeedTarget
    {
        public override string? AccountId => Stream.Ids.GetValueOrDefault("accountId");
    }

    /// <summary>Every stream of an account, those too that are yet to come.</summary>
    internal sealed record WholeAccount(string Id, AccountPosition After) : FeedTarget
    {
        public override string? AccountId => Id;
    }

    /// <summary>Reads the position of a stream: the version of the last receipt that was read; nothing, from the start.</summary>
    /// <returns>Null for what is no position.</returns>
    public static long? ReadVersion(string? after) => after switch
    {
        null or "0" => 0,
        [>= '1' and <= '9', ..] when long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version <= ReceiptLimits.StreamVersion => version,
        _ => null,
    };
}

/// <summary>What this caller may follow.</summary>
internal interface IFeedAccess
{
    /// <summary>Finds what somebody asks to follow.</summary>
    /// <exception cref="ProblemException">There is none, or not for this caller; or the request is not of the right form.</exception>
    ValueTask<FeedTarget> FindAsync(HttpContext context, FeedRequest request, CancellationToken cancellationToken);

    /// <summary>Whether the caller may follow it still.</summary>
    ValueTask<bool> MayFollowAsync(HttpContext context, FeedTarget target, CancellationToken cancellationToken);
}

/// <summary>What somebody asks to follow, as they wrote it.</summary>
/// <param name="Stream">The name of a stream, such as <c>pixbook/01J…</c>; or null.</param>
/// <param name="Account">The id of an account; or null. One of the two is named.</param>
/// <param name="After">The position after which to begin; null for the start.</param>
internal sealed record FeedRequest(string? Stream, string? Account, string? After);
