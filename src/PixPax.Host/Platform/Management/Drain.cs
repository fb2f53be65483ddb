using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Management;

/// <summary>
/// Between the signal to stop and the end of listening: <c>/health/ready</c> says no at once, and whoever sends requests here is given
/// time to notice. Requests that are under way then finish.
/// </summary>
internal sealed class Drain(PixPaxOptions options, TimeProvider time, ILogger<Drain> logger) : IHostedLifecycleService
{
    /// <summary>Runs before anything is stopped.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        logger.Draining(options.Management.DrainDelay.TotalSeconds, options.Management.DrainTimeout.TotalSeconds);
        return Task.Delay(options.Management.DrainDelay, time, cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
