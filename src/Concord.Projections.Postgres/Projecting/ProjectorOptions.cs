using System.Security.Cryptography;

namespace Concord.Projections.Postgres.Projecting;

/// <summary>Configures a projector.</summary>
public sealed record ProjectorOptions
{
    /// <summary>Gets the name that projectors contend for: of those with one name, one works.</summary>
    public string Name { get; init; } = "projector";

    /// <summary>Gets who this one is, for the row that says who works.</summary>
    public string Owner { get; init; } = $"{Environment.MachineName}:{Environment.ProcessId}:{RandomNumberGenerator.GetHexString(16)}";

    /// <summary>Gets how long the right to work lasts without being renewed: how long another waits after one died.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets how often streams that were seen to be behind are looked for.</summary>
    public TimeSpan InboxInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the least time from the beginning of one sweep of the whole store to the next.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the greatest share of the time that sweeps may take: on a large store they come less often.</summary>
    public double SweepShare { get; init; } = 0.25;

    /// <summary>Gets how many streams are caught up with at once.</summary>
    public int Parallelism { get; init; } = 4;

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Name);
        ArgumentException.ThrowIfNullOrEmpty(Owner);
        ArgumentOutOfRangeException.ThrowIfLessThan(Lease, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(InboxInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SweepInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(SweepShare, 0.01);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SweepShare, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Parallelism, 1);
    }
}
