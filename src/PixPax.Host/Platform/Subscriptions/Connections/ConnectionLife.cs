using Microsoft.AspNetCore.Authentication;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Subscriptions.Protocol;

namespace PixPax.Host.Platform.Subscriptions.Connections;

/// <summary>What every connection lives by, whatever it speaks: its heartbeat, its sign-in, and the end of the host.</summary>
internal sealed class ConnectionLife(ISignInCheck signIns, ConnectionLimits limits, SubscriptionOptions options, TimeProvider time, ILogger<ConnectionLife> logger)
{
    /// <summary>Lives until the connection ends, or is to end.</summary>
    /// <param name="context">The request that opened the connection.</param>
    /// <param name="beat">Called from time to time.</param>
    /// <param name="ended">Ends when the connection has.</param>
    /// <returns>Why the connection is to end.</returns>
    public async Task<CloseCode> LiveAsync(HttpContext context, Action<DateTimeOffset> beat, CancellationToken ended)
    {
        var expires = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult?.Properties?.ExpiresUtc;
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(ended, limits.Stopping);
        try
        {
            while (true)
            {
                var now = time.GetUtcNow();
                if (expires <= now) return CloseCode.SignInEnded;
                await Task.Delay(expires - now is { } left && left < options.Heartbeat ? left : options.Heartbeat, time, stopping.Token);
                beat(time.GetUtcNow());
                var standing = await LookAsync(context, stopping.Token);
                if (!standing.Holds) return CloseCode.SignInEnded;
                expires = standing.Expires ?? expires;
            }
        }
        catch (OperationCanceledException) when (limits.Stopping.IsCancellationRequested && !ended.IsCancellationRequested)
        {
            await Task.Delay(limits.NextDelay(), time, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return CloseCode.Draining;
        }
        catch (OperationCanceledException)
        {
            return CloseCode.Normal;
        }
    }

    private async ValueTask<SignInStanding> LookAsync(HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            return await signIns.LookAsync(context, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // That it cannot be asked does not sign anybody out.
            logger.SignInNotChecked(exception);
            return new SignInStanding(Holds: true);
        }
    }
}
