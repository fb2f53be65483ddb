using System.Collections.Immutable;
using Concord.Receipts;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Subscriptions.Feeds;

namespace PixPax.Host.Platform.Subscriptions.News;

/// <summary>Tells other hosts that a stream has grown. It may be lost; it must not wait.</summary>
internal interface INewsRelay
{
    void Tell(StreamId stream, long version);
}

/// <summary>
/// What this host hears of commits, its own and others', and whom it wakes. News decide nothing: who is woken looks into the store, so
/// one that is lost delays, one that is false costs a look.
/// </summary>
internal sealed class CommitNews(StreamTails tails, AccountWatches accounts)
{
    private readonly Signal _missed = new();

    /// <summary>Where news of this process's commits go besides; none where this is the only process.</summary>
    public INewsRelay? Relay { get; set; }

    /// <summary>A commit that this process has just made, or has found in the store: it stands there.</summary>
    public void Committed(StreamId stream, ImmutableArray<SealedReceipt> commit)
    {
        tails.Find(stream)?.Offer(commit);
        accounts.Tell(stream);
    }

    /// <summary>The same of this process's own, which others do not know yet.</summary>
    public void CommittedHere(StreamId stream, ImmutableArray<SealedReceipt> commit)
    {
        Committed(stream, commit);
        Relay?.Tell(stream, commit[^1].StreamVersion);
    }

    /// <summary>Another host says that a stream has grown.</summary>
    public void Heard(string prefix, long version)
    {
        if (PixPaxStreams.At(prefix) is not { } stream) return;
        tails.Find(stream)?.Nudge(version);
        accounts.Tell(stream);
    }

    /// <summary>For a while nothing could be heard: whatever is followed may have grown.</summary>
    public void MayHaveMissed() => _missed.Set();

    /// <summary>Waits until something may have been missed.</summary>
    public ValueTask WaitForMissedAsync(CancellationToken cancellationToken) => _missed.WaitAsync(cancellationToken);
}
