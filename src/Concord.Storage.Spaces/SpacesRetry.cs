namespace Concord.Storage.Spaces;

/// <summary>Tries a call again while what failed may pass by itself: the SDK's own retries are off, as it does not know what a lost
/// response to a conditional create means.</summary>
internal sealed class SpacesRetry(SpacesOptions options)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan FirstPauseWhenSlowed = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs a call until it succeeds, fails for good, or was tried often enough.</summary>
    /// <param name="what">What is attempted, for the message of the failure: "create", "read".</param>
    /// <param name="key">The key, or the prefix of a listing.</param>
    /// <param name="call">The call, for one attempt.</param>
    /// <param name="cancellationToken">Cancels all of it.</param>
    public async Task<T> RunAsync<T>(string what, string? key, Func<Attempt, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var attempt = new Attempt(options, cancellationToken);
            TimeSpan pause;
            try
            {
                return await call(attempt).ConfigureAwait(false);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // Whatever the transport made of it.
                throw new OperationCanceledException(cancellationToken);
            }
            catch (Exception exception) when (exception is not ArgumentException)
            {
                var failure = SpacesFailure.Of(exception, what, options, key, attempt.TimeUsedUp);
                pause = PauseAfter(number, failure);
                if (!failure.Exception.IsTransient || number >= options.MaxAttempts || failure.RetryAfter > options.MaxRetryAfter)
                    throw failure.Exception;
            }
            await Task.Delay(pause, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    // Full jitter (Brooker, "Exponential Backoff And Jitter"): a uniform share of a bound that doubles. Never earlier than asked for.
    private TimeSpan PauseAfter(int number, SpacesFailure failure)
    {
        var first = failure.IsSlowDown ? FirstPauseWhenSlowed : FirstPause;
        var bound = Math.Min(options.MaxPause.TotalMilliseconds, first.TotalMilliseconds * Math.Pow(2, number - 1));
        var pause = TimeSpan.FromMilliseconds(bound * Random.Shared.NextDouble());
        return failure.RetryAfter is { } asked && asked > pause ? asked : pause;
    }

    /// <summary>One attempt, which ends when its time is up or its caller cancels.</summary>
    internal sealed class Attempt : IDisposable
    {
        private readonly CancellationTokenSource _clock;
        private readonly CancellationTokenSource _either;
        private TimeSpan _time;

        public Attempt(SpacesOptions options, CancellationToken cancellationToken)
        {
            _time = options.RequestTimeout;
            _clock = new CancellationTokenSource(_time, options.TimeProvider);
            _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _clock.Token);
        }

        public CancellationToken Token => _either.Token;

        /// <summary>Gets the time that the attempt had, if it used it up.</summary>
        public TimeSpan? TimeUsedUp => _clock.IsCancellationRequested ? _time : null;

        /// <summary>Gives time for so many bytes: a second for each MiB.</summary>
        public void AllowFor(long bytes)
        {
            if (bytes < 1024 * 1024)
                return;
            _time += TimeSpan.FromSeconds(bytes / (1024.0 * 1024));
            _clock.CancelAfter(_time);
        }

        public void Dispose()
        {
            _either.Dispose();
            _clock.Dispose();
        }
    }
}
