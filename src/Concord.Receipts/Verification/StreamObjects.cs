using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Verification;

/// <summary>The stored objects of one stream, for who trusts none of them.</summary>
internal sealed class StreamObjects(IObjectStore store, string prefix)
{
    /// <summary>Lists the keys of commits, in stream order.</summary>
    public async IAsyncEnumerable<(string Key, long FirstVersion)> CommitsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var key in store.ListAsync(StreamLayout.Commits(prefix), cancellationToken: cancellationToken).ConfigureAwait(false))
            if (StreamLayout.TryParseCommit(key, out var found, out var firstVersion) && found == prefix)
                yield return (key, firstVersion);
    }

    /// <summary>Lists the keys of events, in stream order.</summary>
    public async IAsyncEnumerable<string> EventsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var key in store.ListAsync(StreamLayout.Events(prefix), cancellationToken: cancellationToken).ConfigureAwait(false))
            if (StreamLayout.TryParseEvent(prefix, key, out _))
                yield return key;
    }

    /// <summary>Reads the receipts of a commit, or the one of an event; the whole where a commit cannot be split, which is then no receipt.</summary>
    public async ValueTask<List<ReadOnlyMemory<byte>>> ReceiptsAsync(string key, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return [];
        return StreamLayout.TryParseCommit(key, out _, out _) && CommitObject.TrySplit(bytes, out var receipts) is null ? receipts : [bytes];
    }

    /// <summary>Finds which stream this is: the first receipt says it that can be believed; in a good stream that is the very first.</summary>
    /// <returns>Whether there is any object, the stream, and whether a receipt whose hash is right says so.</returns>
    public async ValueTask<(bool HasAny, StreamId? Stream, bool IsBelieved)> FindStreamAsync(IAsyncEnumerable<string> keys, CancellationToken cancellationToken)
    {
        var (hasAny, stated) = (false, default(StreamId));
        await foreach (var key in keys.ConfigureAwait(false))
        {
            hasAny = true;
            foreach (var part in await ReceiptsAsync(key, cancellationToken).ConfigureAwait(false))
            {
                if (!SealedReceipt.TryParse(part, out var receipt, out _))
                    continue;
                if (receipt.ComputeHash() == receipt.Hash)
                    return (true, receipt.Stream, true);
                stated ??= receipt.Stream;
            }
        }
        return (hasAny, stated, false);
    }

    /// <summary>
    /// Tells what is wrong with an event whose bytes are not those of the committed receipt. It is judged by itself first, so that a tampered
    /// one is told by the rule that it breaks; if it breaks none, there are two receipts for one place.
    /// </summary>
    public static (FailureKind Kind, string Expected, string Found) Difference(SealedReceipt committed, ReadOnlyMemory<byte> published) =>
        !SealedReceipt.TryParse(published, out var receipt, out var fault) ? (fault.Kind, fault.Expected, fault.Found)
        : receipt.ComputeHash() is var hash && hash != receipt.Hash ? (FailureKind.HashMismatch, hash.ToString(), receipt.Hash.ToString())
        : receipt.Hash == committed.Hash ? (FailureKind.SignatureInvalid, $"the committed signature {committed.Signature}", receipt.Signature.ToString())
        : (FailureKind.Fork, $"the committed receipt {committed.Hash}", receipt.Hash.ToString());
}
