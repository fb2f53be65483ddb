namespace Concord.Receipts.Telemetry;

/// <summary>The names of instruments.</summary>
public static class ReceiptsMetrics
{
    /// <summary>Histogram, seconds: appends by <see cref="ReceiptsAttributes.StreamType"/> and <see cref="ReceiptsAttributes.Outcome"/>. Its count
    /// is the number of appends; those of outcome <c>replayed</c> are the idempotent replays.</summary>
    public const string AppendDuration = "concord.append.duration";

    /// <summary>Counter: rounds that an append lost to another writer, by <see cref="ReceiptsAttributes.StreamType"/>.</summary>
    public const string AppendConflicts = "concord.append.conflicts";

    /// <summary>Counter: commits that this process made and could not publish all events of; the next append to the stream does.</summary>
    public const string CommitsUnpublished = "concord.commits.unpublished";

    /// <summary>Counter: commits that this process made and could not project; the projection catches up.</summary>
    public const string CommitsUnprojected = "concord.commits.unprojected";

    /// <summary>Histogram, seconds: calls to the signer, by <see cref="ReceiptsAttributes.ErrorType"/> where they failed.</summary>
    public const string SigningDuration = "concord.signing.duration";

    /// <summary>Counter: appends that failed because no signature could be had, by <see cref="ReceiptsAttributes.StreamType"/> and
    /// <see cref="ReceiptsAttributes.IsTransient"/>; also where the signer answered with one that its own public key does not verify.</summary>
    public const string SigningFailures = "concord.signing.failures";

    /// <summary>Counter: reads that found a stream damaged, by <see cref="ReceiptsAttributes.FailureKind"/>.</summary>
    public const string VerificationFailures = "concord.verification.failures";

    /// <summary>Counter: derived objects that were there and were not used, by <see cref="ReceiptsAttributes.DerivedKind"/> and
    /// <see cref="ReceiptsAttributes.DerivedReason"/>. The streams were read from their commits.</summary>
    public const string DerivedIgnored = "concord.derived.ignored";

    /// <summary>Histogram, seconds: calls to a store that <see cref="ObservedObjectStore"/> wraps, by
    /// <see cref="ReceiptsAttributes.StoreOperation"/>, and by <see cref="ReceiptsAttributes.ErrorType"/> where they failed. Its count is the
    /// number of requests.</summary>
    public const string StoreDuration = "concord.store.duration";
}
