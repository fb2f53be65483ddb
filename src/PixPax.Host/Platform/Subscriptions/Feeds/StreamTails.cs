using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>The tails of the streams that somebody follows here; one for each, for as long as somebody does.</summary>
internal sealed class StreamTails(ReceiptStreams streams, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StreamId, Entry> _entries = [];

    /// <summary>The tails of which the store is asked one by one; those of accounts are asked for together.</summary>
    public IReadOnlyList<StreamTail> Polled()
    {
        lock (_lock) return [.. _entries.Values.Where(entry => entry.PolledBy > 0).Select(entry => entry.Tail)];
    }

    public IReadOnlyList<StreamTail> All()
    {
        lock (_lock) return [.. _entries.Values.Select(entry => entry.Tail)];
    }

    public StreamTail? Find(StreamId stream)
    {
        lock (_lock) return _entries.GetValueOrDefault(stream)?.Tail;
    }

    /// <summary>Opens the tail of a stream. It stands where the store did at this call, or further.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="isPolled">Whether the store is asked for this stream from time to time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StreamDamagedException">Its last commit cannot be read.</exception>
    /// <exception cref="Concord.Receipts.Storage.ObjectStoreException">The store cannot be read.</exception>
    public async ValueTask<OpenTail> OpenAsync(StreamId stream, bool isPolled, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (_lock)
        {
            if (!_entries.TryGetValue(stream, out entry!) || entry.Tail.Damage is not null)
                _entries[stream] = entry = new Entry(new StreamTail(stream, PixPaxStreams.PrefixOf(stream), streams, time));
            entry.Users++;
            if (isPolled) entry.PolledBy++;
        }

        var open = new OpenTail(entry.Tail, () => Release(stream, entry, isPolled));
        try
        {
            if (!await StartsAsync(entry.Tail, cancellationToken)) await entry.Tail.LookAsync().WaitAsync(cancellationToken);
            return open;
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    /// <summary>Whether the tail, by this look at the store or by another's, stands where the store did at this call.</summary>
    private async ValueTask<bool> StartsAsync(StreamTail tail, CancellationToken cancellationToken)
    {
        if (tail.Version >= 0) return false;
        // Only now that news reach it: what is committed after this look is told of.
        var head = await PixPaxStreams.FindHeadAsync(streams, tail.Id, cancellationToken);
        return tail.StartAt(head) || head.Version <= tail.Version;
    }

    private void Release(StreamId stream, Entry entry, bool isPolled)
    {
        lock (_lock)
        {
            entry.Users--;
            if (isPolled) entry.PolledBy--;
            if (entry.Users > 0) return;
            if (_entries.GetValueOrDefault(stream) == entry) _entries.Remove(stream);
            entry.Tail.Dispose();
        }
    }

    private sealed class Entry(StreamTail tail)
    {
        public StreamTail Tail { get; } = tail;

        public int Users { get; set; }

        public int PolledBy { get; set; }
    }
}

/// <summary>A tail, for as long as it is not disposed of.</summary>
internal sealed class OpenTail(StreamTail tail, Action release) : IDisposable
{
    private Action? _release = release;

    public StreamTail Tail => tail;

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
