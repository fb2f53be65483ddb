namespace PixPax.Client;

/// <summary>Says how often, and how long, a request that is safe to repeat is tried: reads, and commands, which carry their key.</summary>
public sealed record RetryPolicy
{
    /// <summary>Gets a policy that tries once.</summary>
    public static RetryPolicy None { get; } = new() { MaxAttempts = 1 };

    /// <summary>Gets the number of attempts in all; 1 for none again.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Gets the bound of the first pause; it doubles with each.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Gets the greatest bound of a pause. What the API asks for comes on top.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets the time after which an attempt that has no answer is given up.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the time beyond which no pause goes, from the first attempt on.</summary>
    public TimeSpan TotalTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Says how long to wait before the next attempt; <see langword="null"/> to give up.</summary>
    /// <param name="attempts">Attempts so far, at least one.</param>
    /// <param name="elapsed">The time since the first began.</param>
    /// <param name="retryAfter">What the API asks for.</param>
    /// <param name="jitter">A random number from 0 to 1: clients that failed together must not come back together (full jitter).</param>
    internal TimeSpan? PauseBefore(int attempts, TimeSpan elapsed, TimeSpan? retryAfter, double jitter)
    {
        if (attempts >= MaxAttempts)
            return null;
        var bound = Math.Min(MaxPause.TotalSeconds, FirstPause.TotalSeconds * Math.Pow(2, attempts - 1));
        var pause = (retryAfter ?? TimeSpan.Zero) + TimeSpan.FromSeconds(bound * jitter);
        return elapsed + pause <= TotalTimeout ? pause : null;
    }
}
