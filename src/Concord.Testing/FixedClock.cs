namespace Concord.Testing;

/// <summary>A clock that stands still until it is told otherwise. Timers are the system's: it is for what asks what time it is.</summary>
public sealed class FixedClock : TimeProvider
{
    private long _ticks;

    /// <summary>Stands still at <see cref="Start"/>.</summary>
    public FixedClock()
        : this(Start)
    {
    }

    /// <summary>Stands still at a time.</summary>
    public FixedClock(DateTimeOffset now) => _ticks = now.UtcTicks;

    /// <summary>Gets where clocks stand that are not told otherwise: 2026-02-24T12:34:56.789Z.</summary>
    public static DateTimeOffset Start { get; } = new(2026, 2, 24, 12, 34, 56, 789, TimeSpan.Zero);

    /// <summary>Moves the clock. Time may also go backwards: it does on real machines.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
}
