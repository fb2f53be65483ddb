using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Projections;

/// <summary>Folds a stream from its receipts alone, with the same function as everything else: what a rebuild does for each stream.</summary>
public static class StreamReplay
{
    /// <summary>Replays a stream from the store, leaving every cache and all that is derived aside.</summary>
    /// <exception cref="StreamDamagedException">What is stored contradicts itself.</exception>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static ValueTask<ReceiptStream<TState>> ReplayAsync<TState>(
        IObjectStore store, StreamType<TState> type, StreamId id, CancellationToken cancellationToken = default)
        where TState : class =>
        new ReceiptStreams(store).ReadAsync(type, id, cancellationToken);
}
