using System.Collections.Immutable;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Streams;

/// <summary>Decides whether a commit continues a stream: the chain rules of the format, without signatures.</summary>
internal static class CommitContinuity
{
    public static (FailureKind Kind, string Message)? Check(StreamId stream, in StreamHead head, ImmutableArray<SealedReceipt> commit)
    {
        var (version, eventId, hash) = (head.Version, head.EventId, head.Hash);
        for (var i = 0; i < commit.Length; i++)
        {
            var receipt = commit[i];
            if (receipt.ComputeHash() != receipt.Hash)
                return (FailureKind.HashMismatch, $"version {receipt.StreamVersion} does not hash to what it says");
            if (receipt.StreamVersion != version + 1)
                return (FailureKind.VersionGap, $"version {receipt.StreamVersion} stands where {version + 1} belongs");
            if (receipt.PrevEventId != eventId || receipt.PrevHash != hash)
                return (FailureKind.ChainBroken, $"version {receipt.StreamVersion} does not continue its predecessor");
            if (eventId is { } previous && receipt.EventId <= previous)
                return (FailureKind.EventIdNotIncreasing, $"the event id of version {receipt.StreamVersion} is not greater than its predecessor's");
            if (receipt.Stream != stream)
                return (FailureKind.StreamMismatch, $"version {receipt.StreamVersion} is of the stream {receipt.Stream}");
            if (receipt.Commit != new CommitPosition(commit.Length, i) || receipt.IdempotencyKey != commit[0].IdempotencyKey || receipt.RequestHash != commit[0].RequestHash)
                return (FailureKind.CommitTorn, $"version {receipt.StreamVersion} does not fit into its commit");
            (version, eventId, hash) = (receipt.StreamVersion, receipt.EventId, receipt.Hash);
        }
        return null;
    }
}
