using Concord.Receipts;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Projections.Postgres.Projecting;

/// <summary>What a projector tells whoever runs it, for logs and metrics, and what it does for it along the way. The default does nothing.</summary>
public abstract class ProjectorEvents
{
    /// <summary>Another works, or this one does from now on.</summary>
    public virtual void LeaseChanged(bool hasLease)
    {
    }

    /// <summary>A stream is damaged, or was signed by who may not: its rows stop before the receipt that is named.</summary>
    public virtual void StreamStopped(StreamId stream, VerificationFailure failure)
    {
    }

    /// <summary>The tables hold rows of a stream that the store does not have.</summary>
    public virtual void StreamUnknown(string prefix)
    {
    }

    /// <summary>Something failed that is tried again: the database or the store.</summary>
    public virtual void Failed(Exception exception)
    {
    }

    /// <summary>A sweep came to its end.</summary>
    public virtual void Swept(long streams, long caughtUp, long leftOut, TimeSpan took)
    {
    }

    /// <summary>A stream is whole in the tables up to its end: what is derived from it in the store may be brought up to date. An exception is
    /// told by <see cref="Failed"/>, and the stream counts as caught up with.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="version">Its version.</param>
    /// <param name="commits">How many commits it has.</param>
    /// <param name="cancellationToken">Stops.</param>
    public virtual ValueTask CurrentAsync(StreamId stream, long version, long commits, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
