using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Streams;

/// <summary>Represents a stream that was found by listing a store.</summary>
/// <param name="Stream">The stream, as its last receipt names it.</param>
/// <param name="Prefix">The prefix of its objects.</param>
/// <param name="Version">The version of its last receipt.</param>
/// <param name="Hash">The hash of its last receipt.</param>
public sealed record DiscoveredStream(StreamId Stream, string Prefix, long Version, ReceiptHash Hash);

/// <summary>Represents where a stream was found, before anything of it is read.</summary>
/// <param name="Prefix">The prefix of its objects.</param>
/// <param name="LastCommitKey">The key of its last commit object.</param>
public readonly record struct DiscoveredPrefix(string Prefix, string LastCommitKey);

/// <summary>Finds the streams of a store by listing it: whatever has commits is a stream. Nothing else need be known.</summary>
public static class StreamDiscovery
{
    /// <summary>Lists the prefixes of the streams below a prefix, in order, in memory that does not grow with the store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">Where to look; empty for the whole store.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static async IAsyncEnumerable<DiscoveredPrefix> ListAsync(
        IObjectStore store, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        DiscoveredPrefix? current = null;
        await foreach (var key in store.ListAsync(prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (!StreamLayout.TryParseCommit(key, out var found, out _))
                continue;
            if (current is { } complete && complete.Prefix != found)
                yield return complete;
            current = new DiscoveredPrefix(found, key);
        }
        if (current is { } last)
            yield return last;
    }

    /// <summary>Finds the streams below a prefix, in the order of their prefixes, with their heads.</summary>
    /// <exception cref="ReceiptFormatException">The last commit of a stream is not well-formed.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static async IAsyncEnumerable<DiscoveredStream> FindAsync(
        IObjectStore store, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var found in ListAsync(store, prefix, cancellationToken).ConfigureAwait(false))
            yield return await ReadHeadAsync(store, found, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads the name and the head of a stream from its last commit.</summary>
    /// <exception cref="ReceiptFormatException">That commit is not well-formed.</exception>
    /// <exception cref="ObjectStoreException">It cannot be read, or is gone.</exception>
    public static async ValueTask<DiscoveredStream> ReadHeadAsync(IObjectStore store, DiscoveredPrefix found, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var bytes = await store.GetAsync(found.LastCommitKey, cancellationToken).ConfigureAwait(false)
            ?? throw new ObjectStoreException($"The object {found.LastCommitKey} was listed and is gone.", found.LastCommitKey);
        if (CommitObject.TryRead(bytes, out ImmutableArray<SealedReceipt> commit) is { } fault)
            throw new ReceiptFormatException(fault.Kind, $"The commit {found.LastCommitKey} is not well-formed: {fault}.");
        var last = commit[^1];
        return new DiscoveredStream(last.Stream, found.Prefix, last.StreamVersion, last.Hash);
    }
}
