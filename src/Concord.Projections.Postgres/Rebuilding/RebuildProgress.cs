namespace Concord.Projections.Postgres.Rebuilding;

/// <summary>Names what a rebuild is doing.</summary>
public enum RebuildPhase
{
    /// <summary>Lists the store.</summary>
    Listing,

    /// <summary>Reads, verifies and folds receipts, and copies rows.</summary>
    Replaying,

    /// <summary>Makes indexes and statistics.</summary>
    Indexing,

    /// <summary>Reads what was written meanwhile, compares, and changes places.</summary>
    Comparing,
}

/// <summary>Represents how far a rebuild is.</summary>
/// <param name="Phase">What it is doing.</param>
/// <param name="Receipts">The receipts replayed so far.</param>
/// <param name="Commits">The commits replayed or passed over so far.</param>
/// <param name="TotalCommits">The commits that there are; 0 until all are listed.</param>
/// <param name="Elapsed">The time since it began to replay.</param>
public readonly record struct RebuildProgress(RebuildPhase Phase, long Receipts, long Commits, long TotalCommits, TimeSpan Elapsed)
{
    /// <summary>Gets the receipts replayed in a second.</summary>
    public double Rate => Elapsed > TimeSpan.Zero ? Receipts / Elapsed.TotalSeconds : 0;

    /// <summary>Gets the time that is left, if it goes on as until now; <see langword="null"/> before all is listed.</summary>
    public TimeSpan? Remaining => Commits > 0 && TotalCommits > 0 ? Elapsed * ((TotalCommits - Commits) / (double)Commits) : null;
}
