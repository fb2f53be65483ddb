using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Subscriptions.Connections;

/// <summary>Every connection of this host: how many there may be, and when they are to go.</summary>
internal sealed class ConnectionLimits(SubscriptionOptions options, PixPaxOptions host, IHostApplicationLifetime lifetime)
{
    /// <summary>Those who are sent away come back over so long a time, and not all at once.</summary>
    private const int ReconnectSpreadMs = 5_000;

    private const int LeastReconnectMs = 250;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byUser = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>Ends when the host was told to stop.</summary>
    public CancellationToken Stopping => lifetime.ApplicationStopping;

    /// <summary>How long a connection stays after the host was told to stop: they go one by one over the time in which the host still serves.</summary>
    public TimeSpan NextDelay() => host.Management.DrainDelay * (Random.Shared.NextDouble() * 0.8);

    public static int NextReconnectMs() => LeastReconnectMs + Random.Shared.Next(ReconnectSpreadMs);

    /// <summary>Takes a place for as long as it is not disposed of.</summary>
    /// <exception cref="ProblemException">There is none.</exception>
    public IDisposable Enter(string userId)
    {
        lock (_lock)
        {
            if (_count >= options.MaxConnections || Stopping.IsCancellationRequested)
            {
                HostMetrics.Refused("connections");
                throw new ProblemException(ProblemCode.Overloaded, "This host takes no more subscription connections. Try again: another may.");
            }

            var ofUser = _byUser.GetValueOrDefault(userId);
            if (ofUser >= options.MaxConnectionsPerUser)
            {
                HostMetrics.Refused("user_connections");
                throw new ProblemException(ProblemCode.TooManyConnections, ProblemCode.TooManyConnections.Meaning);
            }

            _count++;
            _byUser[userId] = ofUser + 1;
        }

        return new Place(() => Leave(userId));
    }

    private void Leave(string userId)
    {
        lock (_lock)
        {
            _count--;
            if (--_byUser[userId] == 0) _byUser.Remove(userId);
        }
    }

    private sealed class Place(Action leave) : IDisposable
    {
        private Action? _leave = leave;

        public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
    }
}
