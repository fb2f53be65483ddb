namespace PixPax.Host.Platform.Health;

/// <summary>
/// Whether this host can take requests, and if not, why. Each check reaches what it asks about, all at the same time, within
/// <see cref="CheckTimeout"/>; its answer stands for <see cref="KeptFor"/>, so that probing costs the same however many probe.
/// </summary>
internal sealed class HealthReport(
    IEnumerable<IReadinessCheck> checks, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<HealthReport> logger)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(2);

    /// <summary>A check that hangs has failed; the prober must not hang with it.</summary>
    public static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(5);

    private static readonly Readiness Stopping = new("not-ready", [new CheckResult("host", CheckResult.Failed, "The host is stopping; requests under way finish.")]);

    private readonly IReadinessCheck[] _checks = [.. checks];
    private readonly Lock _lock = new();
    private Task<Readiness>? _latest;
    private long _latestEndedAt;
    private bool _wasReady = true;

    /// <summary>Whether the host has finished starting; from then on it only stops.</summary>
    public bool HasStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    public Task<Readiness> ReadyAsync()
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return Task.FromResult(Stopping);
        lock (_lock)
        {
            var isCurrent = _latest is { IsCompleted: false } || (_latest is not null && time.GetElapsedTime(Volatile.Read(ref _latestEndedAt)) < KeptFor);
            // Nobody's cancellation: the answer is for all who ask.
            return isCurrent ? _latest! : _latest = AskAsync();
        }
    }

    private async Task<Readiness> AskAsync()
    {
        var results = await Task.WhenAll(_checks.Select(RunAsync));
        var isReady = results.All(result => result.Status != CheckResult.Failed);
        Volatile.Write(ref _latestEndedAt, time.GetTimestamp());

        // Once a change: a probe a second would fill the log.
        if (isReady != _wasReady)
        {
            if (isReady) logger.ReadyAgain();
            else foreach (var failed in results.Where(result => result.Status == CheckResult.Failed)) logger.NotReady(failed.Name, failed.Reason);
        }

        _wasReady = isReady;
        return new Readiness(isReady ? "ready" : "not-ready", results);
    }

    private async Task<CheckResult> RunAsync(IReadinessCheck check)
    {
        using var deadline = new CancellationTokenSource(CheckTimeout, time);
        try
        {
            // On another thread: a check that blocks has no chance to look at its deadline.
            var failure = await Task.Run(() => check.FailureAsync(deadline.Token).AsTask(), deadline.Token).WaitAsync(deadline.Token);
            return Result(check, failure);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return Result(check, $"No answer within {CheckTimeout.TotalSeconds} s.");
        }
        catch (Exception exception)
        {
            logger.ReadinessCheckThrew(exception, check.Name);
            return Result(check, "The check itself failed; the log says why.");
        }
    }

    private static CheckResult Result(IReadinessCheck check, string? failure) =>
        new(check.Name, failure is null ? CheckResult.Passed : check.IsVital ? CheckResult.Failed : CheckResult.Degraded, failure);
}
