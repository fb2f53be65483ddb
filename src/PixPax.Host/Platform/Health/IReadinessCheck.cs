namespace PixPax.Host.Platform.Health;

/// <summary>One thing that must work before this host can take requests. A module registers its own as a singleton.</summary>
internal interface IReadinessCheck
{
    string Name { get; }

    /// <summary>Whether the host takes no requests while it fails. Otherwise it is told, and the host is ready.</summary>
    bool IsVital => true;

    /// <summary>Gets why it does not work, for an operator, without secrets; or null.</summary>
    ValueTask<string?> FailureAsync(CancellationToken cancellationToken);
}
