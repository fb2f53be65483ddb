using System.Runtime.CompilerServices;
using Concord.Receipts;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>One reader's place in one stream.</summary>
internal sealed class StreamCursor(StreamTail tail, long version, StoredReceipts receipts)
{
    private long _version = version;

    public StreamTail Tail => tail;

    public long Version => _version;

    public ulong Tag { get; } = AccountPosition.TagOf(tail.Id);

    /// <summary>Gives what follows, in order, up to where the stream is known to end: from memory what came lately, from the store what is older.</summary>
    /// <exception cref="Concord.Receipts.Streams.StreamDamagedException">What is stored contradicts itself.</exception>
    /// <exception cref="Concord.Receipts.Storage.ObjectStoreException">The store cannot be read.</exception>
    public async IAsyncEnumerable<SealedReceipt> ReadOnAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (tail.Damage is { } damage) throw damage;
        while (true)
        {
            var (recent, end) = tail.After(_version);
            if (_version >= end) yield break;
            var before = _version;
            if (recent is not null)
            {
                foreach (var receipt in recent)
                {
                    _version = receipt.StreamVersion;
                    yield return receipt;
                }
            }
            else
            {
                await foreach (var receipt in receipts.AfterAsync(tail.Id, _version, cancellationToken))
                {
                    _version = receipt.StreamVersion;
                    yield return receipt;
                }
            }

            // A store that does not show what it showed: whoever wakes this reader next has it look again.
            if (_version == before) yield break;
        }
    }
}
