namespace PixPax.Host.Platform.Limits;

/// <summary>What is left of a quota after a request asked for its share.</summary>
/// <param name="IsGranted">Whether the request may go on.</param>
/// <param name="Remaining">How many more may come at this moment.</param>
/// <param name="SecondsToFull">Until all of the quota is there again, rounded up.</param>
/// <param name="SecondsToNext">Until the next request may come, rounded up; 0 while some remain.</param>
internal readonly record struct QuotaState(bool IsGranted, int Remaining, int SecondsToFull, int SecondsToNext);

/// <summary>
/// One quota for each of many keys: a bucket that holds the quota and fills evenly over its window. Of each bucket only the moment is
/// kept at which it is full again (GCRA, ITU-T I.371), and a full one is forgotten; so memory is bounded by the number of keys at most.
/// </summary>
/// <remarks>When more keys than that are in use at one time, the newest share one bucket: many strangers may then wait for each other,
/// and none of those who were there before.</remarks>
internal sealed class TokenBuckets<TKey>(string name, Quota quota, TimeProvider time, int maxKeys = TokenBuckets<TKey>.DefaultMaxKeys)
    where TKey : notnull
{
    public const int DefaultMaxKeys = 100_000;

    private readonly long _window = quota.Seconds * time.TimestampFrequency;
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, long> _fullAt = [];
    private long _overflowFullAt;
    private long _sweptAt = long.MinValue;

    public string Name => name;

    /// <summary>How the quota is told to those who have it.</summary>
    public string Text { get; } = RateLimitHeaders.Text(name, quota);

    public int Count
    {
        get
        {
            lock (_lock) return _fullAt.Count;
        }
    }

    public QuotaState Take(TKey key)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var isKnown = _fullAt.TryGetValue(key, out var fullAt);
            var isOverflow = !isKnown && _fullAt.Count >= maxKeys && !MakeRoom(now);
            if (isOverflow) fullAt = _overflowFullAt;

            // One more takes the bucket one interval further from full; further than the window, and it was empty.
            var next = Math.Max(fullAt, now) + Interval;
            var isGranted = next - now <= _window;
            if (!isGranted) return new QuotaState(false, 0, Seconds(fullAt - now), Math.Max(1, Seconds(next - now - _window)));

            if (isOverflow) _overflowFullAt = next;
            else _fullAt[key] = next;
            var remaining = (int)((_window - (next - now)) / Interval);
            return new QuotaState(true, remaining, Seconds(next - now), remaining > 0 ? 0 : Seconds(next + Interval - now - _window));
        }
    }

    private long Interval => Math.Max(1, _window / quota.Requests);

    /// <summary>Forgets the buckets that are full, at most once a second: a flood of strangers must not buy a sweep each.</summary>
    private bool MakeRoom(long now)
    {
        if (_sweptAt != long.MinValue && now - _sweptAt < time.TimestampFrequency) return false;

        _sweptAt = now;
        foreach (var (key, fullAt) in _fullAt)
        {
            if (fullAt <= now) _fullAt.Remove(key);
        }

        return _fullAt.Count < maxKeys;
    }

    private int Seconds(long ticks) => (int)Math.Max(0, (ticks + time.TimestampFrequency - 1) / time.TimestampFrequency);
}
