using Concord.Receipts.Storage;

namespace Concord.Receipts.Streams;

public sealed partial class ReceiptAppender
{
    /// <summary>Publishes what a writer that died left unpublished of a stream's last commit, as the next append would do first.</summary>
    /// <param name="type">The type of the stream.</param>
    /// <param name="id">The stream.</param>
    /// <param name="cancellationToken">Stops; what is published stays, and the next call goes on.</param>
    /// <returns>The stream as it stands.</returns>
    /// <exception cref="StreamDamagedException">The stored stream contradicts itself; nothing was written.</exception>
    /// <exception cref="ObjectStoreException">The store failed.</exception>
    public async ValueTask<ReceiptStream<TState>> RollForwardAsync<TState>(StreamType<TState> type, StreamId id, CancellationToken cancellationToken = default)
        where TState : class
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(id);
        using var turn = await _turns.EnterAsync(type.PrefixOf(id), cancellationToken).ConfigureAwait(false);
        // What is at hand may be older than the commit that somebody left.
        var stream = await _streams.ReadAsync(type, id, cancellationToken).ConfigureAwait(false);
        return stream.Head.IsEmpty ? stream : await KnowHeadAsync(type, id, lostTo: [], cancellationToken).ConfigureAwait(false);
    }
}
