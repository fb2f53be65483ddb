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

/// <summary>Finds the streams of a store by listing it: whatever has commits is a stream. Nothing else need be known.</summary>
public static class StreamDiscovery
{
    /// <summary>Finds the streams below a prefix, in the order of their prefixes, in memory that does not grow with the store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">Where to look; empty for the whole store.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="ReceiptFormatException">The last commit of a stream is not well-formed.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static async IAsyncEnumerable<DiscoveredStream> FindAsync(
        IObjectStore store, string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        string? current = null;
        string? lastCommit = null;
        await foreach (var key in store.ListAsync(prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (!StreamLayout.TryParseCommit(key, out var found, out _))
                continue;
            if (current is not null && found != current)
                yield return await ReadHeadAsync(store, current, lastCommit!, cancellationToken).ConfigureAwait(false);
            (current, lastCommit) = (found, key);
        }
        if (current is not null)
            yield return await ReadHeadAsync(store, current, lastCommit!, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<DiscoveredStream> ReadHeadAsync(IObjectStore store, string prefix, string lastCommit, CancellationToken cancellationToken)
    {
        var bytes = await store.GetAsync(lastCommit, cancellationToken).ConfigureAwait(false) ?? throw new ObjectStoreException($"The object {lastCommit} was listed and is gone.", lastCommit);
        if (CommitObject.TryRead(bytes, out ImmutableArray<SealedReceipt> commit) is { } fault)
            throw new ReceiptFormatException(fault.Kind, $"The commit {lastCommit} is not well-formed: {fault}.");
        var last = commit[^1];
        return new DiscoveredStream(last.Stream, prefix, last.StreamVersion, last.Hash);
    }
}
