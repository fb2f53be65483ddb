namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>Configures a rebuild.</summary>
public sealed record RebuildOptions
{
    /// <summary>Gets how many streams are replayed at once.</summary>
    public int Parallelism { get; init; } = Math.Max(8, Environment.ProcessorCount);

    /// <summary>Gets how many rows are copied in one transaction, about: what a rebuild that is killed does again.</summary>
    public int RowsAtOnce { get; init; } = 1000;

    /// <summary>Gets how long a command that finds another at the same work waits for it to end or die.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets whether signatures are left unchecked: to measure the rest, and for nothing else.</summary>
    internal bool SkipsSignatures { get; init; }

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
