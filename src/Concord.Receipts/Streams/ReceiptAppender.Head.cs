using System.Collections.Immutable;
using Concord.Receipts.Storage;
using Concord.Receipts.Telemetry;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Streams;

public sealed partial class ReceiptAppender
{
    private static readonly ParallelOptions PublishInParallel = new() { MaxDegreeOfParallelism = 8 };

    /// <summary>
    /// The stream at hand, or read from the store when it is not; and if this process has not itself published the events of
    /// its last commit, they are published first (roll forward), together with the commit itself.
    /// </summary>
    /// <remarks>No commit is created before every event of the one before it is published, so only the last commit of a stream
    /// can be unpublished, and looking at that one is enough.</remarks>
    /// <param name="type">The type of the stream.</param>
    /// <param name="id">The stream.</param>
    /// <param name="lostTo">The commit that this append lost its last round to, if it lost one.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async ValueTask<ReceiptStream<TState>> KnowHeadAsync<TState>(
        StreamType<TState> type, StreamId id, ImmutableArray<SealedReceipt> lostTo, CancellationToken cancellationToken)
        where TState : class
    {
        using var step = Instruments.Step(ReceiptsSpans.Head);
        var stream = _streams.Cached(type, id, out var publishedVersion);
        var last = ImmutableArray<SealedReceipt>.Empty;
        if (stream.Head.IsEmpty)
            (stream, last) = await _streams.ReadOnAsync(type, id, cancellationToken).ConfigureAwait(false);

        while (stream.Head.IsEmpty || publishedVersion < stream.Head.Version)
        {
            if (await FindEventBeyondAsync(stream, cancellationToken).ConfigureAwait(false) is not { } beyond)
            {
                if (IsLast(lostTo, stream))
                    await PublishAsync(stream, lostTo, cancellationToken).ConfigureAwait(false);
                else if (!stream.Head.IsEmpty)
                    await PublishAgainAsync(stream, last, cancellationToken).ConfigureAwait(false);
                _streams.Keep(stream, stream.Head.Version);
                return stream;
            }
            // An event beyond the last commit that we know: either the commit is new, or it was lost.
            var known = stream.Head;
            (stream, last) = await _streams.ReadOnAsync(type, id, cancellationToken).ConfigureAwait(false);
            if (stream.Head == known)
                throw new StreamDamagedException(id, FailureKind.Truncated, $"the event {beyond} stands beyond the last commit (version {known.Version}): commits were lost");
        }
        return stream;
    }

    private static bool IsLast(ImmutableArray<SealedReceipt> commit, ReceiptStream stream) => !commit.IsEmpty && commit[^1].Hash == stream.Head.Hash;

    private async ValueTask<EventId?> FindEventBeyondAsync(ReceiptStream stream, CancellationToken cancellationToken)
    {
        var after = stream.Head.EventId is { } last ? StreamLayout.Event(stream.Prefix, last) : null;
        await foreach (var key in _store.ListAsync(StreamLayout.Events(stream.Prefix), after, cancellationToken).ConfigureAwait(false))
            if (StreamLayout.TryParseEvent(stream.Prefix, key, out var eventId))
                return eventId;
        return null;
    }

    // What was only read may have been seen before it was durable, by a process that died then, and only a create that returns says that
    // an object is. So the commit is created again, and all of its events, whether a listing shows them or not. A commit that this
    // append lost to was found by its create, and needs no second one.
    private async ValueTask PublishAgainAsync(ReceiptStream stream, ImmutableArray<SealedReceipt> last, CancellationToken cancellationToken)
    {
        var commit = IsLast(last, stream) ? last : await _streams.ReadCommitAsync(stream, stream.Head.CommitFirstVersion, cancellationToken).ConfigureAwait(false);
        await _store.CreateAsync(StreamLayout.Commit(stream.Prefix, stream.Head.CommitFirstVersion), CommitObject.Write(commit), cancellationToken).ConfigureAwait(false);
        await PublishAsync(stream, commit, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Exception?> TryPublishAsync(ReceiptStream stream, ImmutableArray<SealedReceipt> receipts)
    {
        using var step = Instruments.Step(ReceiptsSpans.Publish);
        using var timeout = new CancellationTokenSource(_options.CommitTimeout, _options.TimeProvider);
        try
        {
            await PublishAsync(stream, receipts, timeout.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    private async ValueTask PublishAsync(ReceiptStream stream, ImmutableArray<SealedReceipt> receipts, CancellationToken cancellationToken)
    {
        if (receipts.Length == 1)
            await PublishAsync(stream, receipts[0], cancellationToken).ConfigureAwait(false);
        else
            await Parallel.ForEachAsync(receipts, PublishInParallel, (receipt, _) => PublishAsync(stream, receipt, cancellationToken)).ConfigureAwait(false);
    }

    private async ValueTask PublishAsync(ReceiptStream stream, SealedReceipt receipt, CancellationToken cancellationToken)
    {
        var key = StreamLayout.Event(stream.Prefix, receipt.EventId);
        if (await _store.CreateAsync(key, receipt.Bytes, cancellationToken).ConfigureAwait(false) == CreateOutcome.Created)
            return;
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } existing && !existing.Span.SequenceEqual(receipt.Bytes.Span))
            throw new StreamDamagedException(stream.Id, FailureKind.Fork, $"another receipt stands at events/{receipt.EventId} than the one that was committed");
    }
}
