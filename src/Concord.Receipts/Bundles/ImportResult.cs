using System.Collections.Immutable;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Bundles;

/// <summary>Says how an import ended.</summary>
public enum ImportOutcome
{
    /// <summary>Everything in the bundle is in the store.</summary>
    Imported,

    /// <summary>Everything in the bundle could be imported; nothing was written, because only that was asked for.</summary>
    Possible,

    /// <summary>The bundle breaks a rule. Nothing was written.</summary>
    NotGood,

    /// <summary>The store holds something that differs from the bundle. Nothing was written, unless <see cref="ImportResult.Created"/> says so:
    /// then another writer came between the check and the writing.</summary>
    Conflicting,
}

/// <summary>Represents something in a store that contradicts a bundle.</summary>
/// <param name="Key">The object.</param>
/// <param name="Stream">The stream of the bundle that it is about.</param>
/// <param name="Expected">What the bundle has there.</param>
/// <param name="Found">What is there.</param>
public sealed record ImportConflict(string Key, StreamId Stream, string Expected, string Found);

/// <summary>Represents how an import ended, as data.</summary>
public sealed record ImportResult
{
    /// <summary>The greatest number of conflicts that are kept in detail; all are counted.</summary>
    public const int MaxConflicts = 100;

    /// <summary>Gets the outcome.</summary>
    public required ImportOutcome Outcome { get; init; }

    /// <summary>Gets the verdict on the bundle. A good one may still name what was not checked.</summary>
    public required VerificationReport Report { get; init; }

    /// <summary>Gets the first <see cref="MaxConflicts"/> conflicts, in the order of the bundle.</summary>
    public ImmutableArray<ImportConflict> Conflicts { get; init; } = [];

    /// <summary>Gets the number of conflicts.</summary>
    public long ConflictCount { get; init; }

    /// <summary>Gets the number of objects created; where only the possibility was asked for, that would be.</summary>
    public long Created { get; init; }

    /// <summary>Gets the number of objects that were there already, byte for byte.</summary>
    public long AlreadyThere { get; init; }
}
