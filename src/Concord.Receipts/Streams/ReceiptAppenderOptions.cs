using System.Security.Cryptography;
using Concord.Receipts.Projections;

namespace Concord.Receipts.Streams;

/// <summary>Configures a <see cref="ReceiptAppender"/>. Defaults work.</summary>
public sealed class ReceiptAppenderOptions
{
    /// <summary>The default of <see cref="MaxRounds"/>.</summary>
    public const int DefaultMaxRounds = 64;

    /// <summary>The default of <see cref="MaxCommitAttempts"/>.</summary>
    public const int DefaultMaxCommitAttempts = 5;

    /// <summary>Gets or sets how often an append starts over when another writer took the next place.</summary>
    /// <value>The default is 64; at least 1.</value>
    public int MaxRounds { get; set; } = DefaultMaxRounds;

    /// <summary>Gets or sets how often the commit object is tried again when the store does not say whether it was created.</summary>
    /// <value>The default is 5; at least 1.</value>
    public int MaxCommitAttempts { get; set; } = DefaultMaxCommitAttempts;

    /// <summary>Gets or sets the longest pause between two attempts; pauses double from a hundredth of it, with jitter.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan MaxPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long storing may go on after a command can no longer be cancelled.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan CommitTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long a caller who has cancelled still waits for a commit that has begun. After that the outcome is
    /// unknown to the caller, and the append goes on without it.</summary>
    /// <value>The default is 1 second.</value>
    public TimeSpan CancellationGrace { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets the clock of receipts and pauses.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Gets or sets where random bytes come from: event ids and jitter.</summary>
    public Action<byte[]> FillRandom { get; set; } = bytes => RandomNumberGenerator.Fill(bytes);

    /// <summary>Gets or sets what is brought up to date after a commit.</summary>
    public IProjection? Projection { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxRounds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxCommitAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPause, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CommitTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(CancellationGrace, TimeSpan.Zero);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(FillRandom);
    }
}
