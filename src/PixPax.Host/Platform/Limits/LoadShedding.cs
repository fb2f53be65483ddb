using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Limits;

/// <summary>
/// Works on so many requests at a time, lets a few more wait for a moment, and tells all others at once to come back: a client
/// that hears so soon retries elsewhere or later, one that waits for a time-out has cost everybody.
/// </summary>
internal sealed class LoadShedding(LimitOptions options, TimeProvider time, ILogger<LoadShedding> logger) : IDisposable
{
    /// <summary>Longer than this, and what was waited for is likely not wanted any more.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Concurrency,
        QueueLimit = options.Queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public async Task ShedAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is not null)
        {
            await next(context);
            return;
        }

        using var lease = await EnterAsync(context.RequestAborted);
        if (lease is { IsAcquired: true })
        {
            context.Features.Set(new LoadPlace(lease));
            await next(context);
            return;
        }

        HostMetrics.Refused("load");
        logger.LoadShed(context.TraceIdentifier);
        await ProblemResponse.WriteAsync(context, new ProblemException(ProblemCode.Overloaded, ProblemCode.Overloaded.Meaning));
    }

    public void Dispose() => _limiter.Dispose();

    private async ValueTask<RateLimitLease?> EnterAsync(CancellationToken abandoned)
    {
        var lease = _limiter.AttemptAcquire();
        if (lease.IsAcquired || options.Queue == 0) return lease;

        lease.Dispose();
        using var wait = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wait.Token, abandoned);
        try
        {
            return await _limiter.AcquireAsync(1, either.Token);
        }
        catch (OperationCanceledException) when (!abandoned.IsCancellationRequested)
        {
            return null;
        }
    }
}

/// <summary>The place of a request among those that are worked on.</summary>
internal sealed class LoadPlace(RateLimitLease lease)
{
    /// <summary>Makes room: from here on the request mostly waits. A second time does nothing.</summary>
    public void Leave() => lease.Dispose();
}
