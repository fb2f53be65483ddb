using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Subscriptions;

/// <summary>How subscriptions are kept alive and within bounds; from the section <c>PixPax:Subscriptions</c>.</summary>
internal sealed record SubscriptionOptions
{
    /// <summary>The largest message of a client, in bytes: a subscription to an account with the longest position there is.</summary>
    public const int MaxMessageBytes = 8 * 1024;

    /// <summary>Messages of one connection that could not be read; at the last of them it is closed.</summary>
    public const int MaxMalformed = 5;

    /// <summary>Frames that wait for one connection's reader.</summary>
    public const int QueueFrames = 64;

    /// <summary>Their bytes. One frame that is larger waits alone.</summary>
    public const int QueueBytes = 256 * 1024;

    /// <summary>How often a connection hears that it is alive, and its sign-in is looked at again.</summary>
    public required TimeSpan Heartbeat { get; init; }

    /// <summary>How often a WebSocket that says nothing is pinged (RFC 6455, section 5.5.2).</summary>
    public required TimeSpan KeepAliveInterval { get; init; }

    /// <summary>How long its pong may take.</summary>
    public required TimeSpan KeepAliveTimeout { get; init; }

    /// <summary>How long a reader may take for one frame.</summary>
    public required TimeSpan SendTimeout { get; init; }

    /// <summary>How often the store is asked for what no news told of.</summary>
    public required TimeSpan PollInterval { get; init; }

    /// <summary>Connections of this host.</summary>
    public required int MaxConnections { get; init; }

    /// <summary>Connections of one user to this host.</summary>
    public required int MaxConnectionsPerUser { get; init; }

    /// <summary>Subscriptions of one connection at a time.</summary>
    public required int MaxSubscriptions { get; init; }

    public static SubscriptionOptions Read(SettingsReader section)
    {
        var options = new SubscriptionOptions
        {
            Heartbeat = Duration(nameof(Heartbeat), 30),
            KeepAliveInterval = Duration(nameof(KeepAliveInterval), 15),
            KeepAliveTimeout = Duration(nameof(KeepAliveTimeout), 20),
            SendTimeout = Duration(nameof(SendTimeout), 15),
            PollInterval = Duration(nameof(PollInterval), 15),
            MaxConnections = section.Value(nameof(MaxConnections), 10_000, Numbers.From(1, 1_000_000), "is not a number from 1 to 1000000."),
            MaxConnectionsPerUser = section.Value(nameof(MaxConnectionsPerUser), 20, Numbers.From(1, 1_000_000), "is not a number from 1 to 1000000."),
            MaxSubscriptions = section.Value(nameof(MaxSubscriptions), 32, Numbers.From(1, 1_000), "is not a number from 1 to 1000."),
        };
        section.RefuseUnknown();
        return options;

        TimeSpan Duration(string key, int seconds) => section.Value(key, TimeSpan.FromSeconds(seconds), Durations.From(TimeSpan.FromMilliseconds(50)), Durations.Form);
    }
}
