using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Streams;

public sealed partial class ReceiptStreams
{
    /// <summary>How many commits of one stream are read at a time when it is read from its start: requests wait for the network, not for each
    /// other.</summary>
    internal const int MaxParallelReads = 32;

    /// <summary>Reads the commits of a stream from one on up to the head that it was read to, in order, several at a time.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="firstVersion">The version that the first of them begins with.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StreamDamagedException">One of them is gone, or not well-formed.</exception>
    /// <exception cref="Storage.ObjectStoreException">The store cannot be read.</exception>
    public async IAsyncEnumerable<ImmutableArray<SealedReceipt>> ReadCommitsAsync(
        ReceiptStream stream, long firstVersion = 1, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(firstVersion, 1);
        // The usual case of who follows a stream: its last commit is what is new, and needs no listing.
        if (firstVersion == stream.Head.CommitFirstVersion)
            yield return await ReadCommitAsync(stream, firstVersion, cancellationToken).ConfigureAwait(false);
        if (firstVersion == stream.Head.CommitFirstVersion || firstVersion > stream.Head.Version)
            yield break;
        var next = firstVersion;
        await foreach (var commit in ReadListedAsync(stream, after: firstVersion - 1, stream.Head.CommitFirstVersion, cancellationToken).ConfigureAwait(false))
        {
            if (commit[0].StreamVersion != next)
                throw new StreamDamagedException(stream.Id, FailureKind.VersionGap, $"the commit at version {next} is gone");
            next += commit.Length;
            yield return commit;
        }
        if (next <= stream.Head.Version)
            throw new StreamDamagedException(stream.Id, FailureKind.VersionGap, $"the commit at version {next} is gone");
    }

    // In the order of the listing, whichever read ends first. At most so many commits are held.
    internal async IAsyncEnumerable<ImmutableArray<SealedReceipt>> ReadListedAsync(
        ReceiptStream stream, long after, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ahead = new Queue<Task<ImmutableArray<SealedReceipt>>>(MaxParallelReads);
        try
        {
            var afterKey = after == 0 ? null : StreamLayout.Commit(stream.Prefix, after);
            await foreach (var key in Store.ListAsync(StreamLayout.Commits(stream.Prefix), afterKey, stop.Token).ConfigureAwait(false))
            {
                // A name that no writer of commits makes: not ours to judge here.
                if (!StreamLayout.TryParseCommit(key, out _, out var firstVersion))
                    continue;
                if (firstVersion > last)
                    break;
                if (ahead.Count == MaxParallelReads)
                    yield return await ahead.Dequeue().ConfigureAwait(false);
                ahead.Enqueue(ReadOneAsync(stream, firstVersion, stop.Token));
            }
            while (ahead.TryDequeue(out var next))
                yield return await next.ConfigureAwait(false);
        }
        finally
        {
            // Left early, by a failure or by who reads: nothing goes on reading behind its back.
            await stop.CancelAsync().ConfigureAwait(false);
            foreach (Task left in ahead)
                await left.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ImmutableArray<SealedReceipt>> ReadOneAsync(ReceiptStream stream, long firstVersion, CancellationToken cancellationToken) =>
        await TryReadCommitAsync(stream, firstVersion, cancellationToken).ConfigureAwait(false)
            ?? throw new StreamDamagedException(stream.Id, FailureKind.VersionGap, $"the listed commit at version {firstVersion} is gone");
}
