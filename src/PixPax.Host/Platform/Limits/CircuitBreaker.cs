namespace PixPax.Host.Platform.Limits;

/// <summary>
/// Keeps requests away from what does not answer, so that not every one of them waits for its time-out: after a failure one is let through
/// each pause, and the others again once one has succeeded.
/// </summary>
/// <remarks>Safe for concurrent use.</remarks>
internal sealed class CircuitBreaker(TimeSpan pause, TimeProvider time)
{
    private readonly long _pause = (long)(pause.TotalSeconds * time.TimestampFrequency);
    private long _askAgainAt = long.MinValue;
    private int _isOpen;

    /// <summary>Whether this request may ask. While it is open that is one each pause, however many come at once and however long it takes.</summary>
    public bool TryEnter()
    {
        var (seen, now) = (Interlocked.Read(ref _askAgainAt), time.GetTimestamp());
        if (now < seen) return false;
        return Volatile.Read(ref _isOpen) == 0 || Interlocked.CompareExchange(ref _askAgainAt, now + _pause, seen) == seen;
    }

    /// <summary>It answered.</summary>
    /// <returns>Whether it had not before.</returns>
    public bool Succeeded()
    {
        if (Volatile.Read(ref _isOpen) == 0 || Interlocked.Exchange(ref _isOpen, 0) == 0) return false;
        Interlocked.Exchange(ref _askAgainAt, long.MinValue);
        return true;
    }

    /// <summary>It did not answer.</summary>
    /// <returns>Whether it had before.</returns>
    public bool Failed()
    {
        Interlocked.Exchange(ref _askAgainAt, time.GetTimestamp() + _pause);
        return Interlocked.Exchange(ref _isOpen, 1) == 0;
    }
}
