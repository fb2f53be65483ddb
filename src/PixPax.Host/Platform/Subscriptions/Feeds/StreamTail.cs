using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>
/// The end of one stream as this host knows it, for all who follow the stream here: how far it goes, and its last receipts, so that
/// one commit is read once however many wait for it.
/// </summary>
/// <remarks>
/// It moves forward by whole commits and never by hearsay: by one that this process has just made, or by one that it has read from the
/// store and that continues the chain. News only say that it is worth looking. Safe for concurrent use.
/// </remarks>
internal sealed class StreamTail(StreamId id, string prefix, ReceiptStreams streams, TimeProvider time) : IDisposable
{
    private const int MaxReceipts = 64;
    private const int MaxBytes = 128 * 1024;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<SealedReceipt> _recent = [];
    private readonly List<Signal> _watchers = [];
    private readonly CancellationTokenSource _closed = new();
    private StreamHead _head;
    private long _version = -1;
    private long _told = -1;
    private int _bytes;
    private bool _isLooking;
    private bool _looksAgain;
    private Task _looking = Task.CompletedTask;

    public StreamId Id => id;

    /// <summary>The version of the last receipt; negative until it was looked for.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>The version, and the furthest that was told of: by hearsay, and so for no more than to look.</summary>
    public (long Version, long Told) Reach => (Version, Interlocked.Read(ref _told));

    /// <summary>What the stream was found to be damaged by: nothing more comes of it until it is opened anew.</summary>
    public StreamDamagedException? Damage { get; private set; }

    /// <summary>Stands at the end of what is stored.</summary>
    /// <param name="head">The head, read from the store after this tail could be told of news.</param>
    /// <returns>False when it stands somewhere already: another opened it at the same time.</returns>
    public bool StartAt(StreamHead head)
    {
        lock (_lock)
        {
            if (_version >= 0) return false;
            _head = head;
            Interlocked.Exchange(ref _version, head.Version);
            // News that came meanwhile said where the end was then, or later.
            if (_looksAgain) Look();
            return true;
        }
    }

    public void Watch(Signal signal)
    {
        lock (_lock) _watchers.Add(signal);
    }

    public void Unwatch(Signal signal)
    {
        lock (_lock) _watchers.Remove(signal);
    }

    /// <summary>Takes a commit that stands in the store.</summary>
    public void Offer(ImmutableArray<SealedReceipt> commit)
    {
        lock (_lock)
        {
            Hear(commit[^1].StreamVersion);
            if (_version >= 0 && commit[^1].StreamVersion <= _head.Version) return;
            if (_version >= 0 && FaultOf(commit) is null) Append(commit);
            else Look();
        }
    }

    /// <summary>Somebody says that the stream goes as far as this.</summary>
    public void Nudge(long version)
    {
        lock (_lock)
        {
            Hear(version);
            if (version > _head.Version || _version < 0) Look();
        }
    }

    /// <summary>Asks the store for what comes next, whatever was said.</summary>
    public Task LookAsync()
    {
        lock (_lock)
        {
            Look();
            return _looking;
        }
    }

    /// <summary>The receipts after a version, if they are at hand, and where the stream ends.</summary>
    public (IReadOnlyList<SealedReceipt>? Recent, long Version) After(long version)
    {
        lock (_lock)
        {
            if (version >= _head.Version) return ([], _head.Version);
            return _recent.Count > 0 && _recent[0].StreamVersion <= version + 1
                ? (_recent[(int)(version + 1 - _recent[0].StreamVersion)..], _head.Version)
                : (null, _head.Version);
        }
    }

    /// <summary>Nobody follows the stream here any more.</summary>
    public void Dispose() => _closed.Cancel();

    // Within the lock.
    private void Hear(long version)
    {
        if (version > _told) Interlocked.Exchange(ref _told, version);
    }

    // Within the lock.
    private void Look()
    {
        _looksAgain = true;
        if (_isLooking || _version < 0 || Damage is not null || _closed.IsCancellationRequested) return;
        _isLooking = true;
        // Not of the request that told of it: neither its span nor its count of store requests, and not ended with it.
        using (ExecutionContext.SuppressFlow()) _looking = Task.Run(ReadOnAsync);
    }

    private async Task ReadOnAsync()
    {
        while (true)
        {
            long next;
            lock (_lock)
            {
                _looksAgain = false;
                next = _head.Version + 1;
            }

            try
            {
                var bytes = await streams.Store.GetAsync(StreamLayout.Commit(prefix, next), _closed.Token);
                lock (_lock)
                {
                    if (bytes is { } found) Take(found, next);
                    else if (!_looksAgain && _head.Version + 1 == next) _isLooking = false;
                    if (!_isLooking) return;
                }
            }
            catch (StreamDamagedException damage)
            {
                lock (_lock)
                {
                    (Damage, _isLooking) = (damage, false);
                    foreach (var watcher in _watchers) watcher.Set();
                    return;
                }
            }
            catch (Exception)
            {
                // The store's readiness and its metrics tell of it. Whoever waits goes on waiting, and so does this.
                await Task.Delay(PauseAfterFailure, time, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!_closed.IsCancellationRequested) continue;
                lock (_lock) _isLooking = false;
                return;
            }
        }
    }

    private void Take(ReadOnlyMemory<byte> bytes, long next)
    {
        if (_head.Version + 1 != next) return;
        if (CommitObject.TryRead(bytes, out var commit) is { } fault)
            throw new StreamDamagedException(id, fault.Kind, $"the commit at version {next} is not well-formed: {fault}");
        if (FaultOf(commit) is { } kind) throw new StreamDamagedException(id, kind, $"the commit at version {next} does not continue the stream");
        Append(commit);
    }

    private FailureKind? FaultOf(ImmutableArray<SealedReceipt> commit)
    {
        var (version, eventId, hash) = (_head.Version, _head.EventId, _head.Hash);
        foreach (var receipt in commit)
        {
            if (receipt.Stream != id) return FailureKind.StreamMismatch;
            if (receipt.StreamVersion != version + 1) return FailureKind.VersionGap;
            if (receipt.PrevEventId != eventId || receipt.PrevHash != hash) return FailureKind.ChainBroken;
            if (receipt.ComputeHash() != receipt.Hash) return FailureKind.HashMismatch;
            (version, eventId, hash) = (receipt.StreamVersion, receipt.EventId, receipt.Hash);
        }

        return null;
    }

    private void Append(ImmutableArray<SealedReceipt> commit)
    {
        foreach (var receipt in commit)
        {
            _recent.Add(receipt);
            _bytes += receipt.Bytes.Length;
        }

        // The newest commit is kept whatever its size: it is what everybody is about to ask for.
        var leaving = 0;
        while (_recent.Count - leaving > commit.Length && (_recent.Count - leaving > MaxReceipts || _bytes > MaxBytes)) _bytes -= _recent[leaving++].Bytes.Length;
        _recent.RemoveRange(0, leaving);
        _head = new StreamHead(commit[^1].StreamVersion, commit[^1].EventId, commit[^1].Hash, commit[0].StreamVersion);
        Interlocked.Exchange(ref _version, _head.Version);
        foreach (var watcher in _watchers) watcher.Set();
    }
}
