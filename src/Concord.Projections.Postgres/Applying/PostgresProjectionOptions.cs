namespace Concord.Projections.Postgres.Applying;

/// <summary>Configures how long a command waits for the database after it has committed.</summary>
public sealed record PostgresProjectionOptions
{
    /// <summary>Gets how long one commit waits for a connection and its statement together; then it is left to the projector.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets for how long, after the database failed, commits are left to the projector without asking it.</summary>
    public TimeSpan PauseAfterFailure { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
