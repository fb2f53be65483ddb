using Concord.Receipts;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>The streams of one account, as far as this host has heard of them, for all who follow the account here.</summary>
internal sealed class AccountWatch(string accountId)
{
    private readonly Lock _lock = new();
    private readonly HashSet<StreamId> _streams = [];
    private readonly List<Signal> _watchers = [];

    public string AccountId => accountId;

    public void Add(StreamId stream)
    {
        lock (_lock)
        {
            if (!_streams.Add(stream)) return;
            foreach (var watcher in _watchers) watcher.Set();
        }
    }

    public int Count
    {
        get
        {
            lock (_lock) return _streams.Count;
        }
    }

    public IReadOnlyList<StreamId> Streams()
    {
        lock (_lock) return [.. _streams];
    }

    public void Watch(Signal signal)
    {
        lock (_lock) _watchers.Add(signal);
    }

    public void Unwatch(Signal signal)
    {
        lock (_lock) _watchers.Remove(signal);
    }
}

/// <summary>The accounts that somebody follows here.</summary>
internal sealed class AccountWatches
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (AccountWatch Watch, int Users)> _entries = new(StringComparer.Ordinal);

    public IReadOnlyList<AccountWatch> All()
    {
        lock (_lock) return [.. _entries.Values.Select(entry => entry.Watch)];
    }

    /// <summary>A stream has grown, or begun.</summary>
    public void Tell(StreamId stream)
    {
        if (!stream.Ids.TryGetValue("accountId", out var accountId)) return;
        lock (_lock)
        {
            if (_entries.TryGetValue(accountId, out var entry)) entry.Watch.Add(stream);
        }
    }

    public AccountWatch Open(string accountId)
    {
        lock (_lock)
        {
            var (watch, users) = _entries.GetValueOrDefault(accountId, (new AccountWatch(accountId), 0));
            _entries[accountId] = (watch, users + 1);
            return watch;
        }
    }

    public void Close(AccountWatch watch)
    {
        lock (_lock)
        {
            var (_, users) = _entries[watch.AccountId];
            if (users == 1) _entries.Remove(watch.AccountId);
            else _entries[watch.AccountId] = (watch, users - 1);
        }
    }
}
