using Concord.Receipts;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>What a feed gives, one after the other.</summary>
internal abstract record FeedItem
{
    private FeedItem()
    {
    }

    /// <summary>A receipt, and the position right after it.</summary>
    internal sealed record Receipt(SealedReceipt Sealed, string Position, bool IsLive) : FeedItem;

    /// <summary>Everything that was stored when the feed was opened has been given.</summary>
    internal sealed record CaughtUp(string Position) : FeedItem;
}
