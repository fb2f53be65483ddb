using System.Collections.Immutable;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Checking;

/// <summary>Represents what a check of a store found, as data. After a repair: what is left.</summary>
public sealed record StoreCheckReport
{
    /// <summary>The greatest number of findings, and of repairs, that are kept in detail; all are counted.</summary>
    public const int MaxFindings = 1000;

    /// <summary>Gets the first <see cref="MaxFindings"/> findings, stream by stream.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>Gets the number of findings that are damage.</summary>
    public required long DamageCount { get; init; }

    /// <summary>Gets the number of findings that a repair would mend.</summary>
    public required long RepairableCount { get; init; }

    /// <summary>Gets the number of notes.</summary>
    public required long NoteCount { get; init; }

    /// <summary>Gets the first <see cref="MaxFindings"/> objects that were written, or in a dry run would be.</summary>
    public required ImmutableArray<RepairAction> Repairs { get; init; }

    /// <summary>Gets the number of objects that were written, or in a dry run would be.</summary>
    public required long RepairCount { get; init; }

    /// <summary>Gets what was not checked.</summary>
    public required ImmutableArray<NotChecked> NotChecked { get; init; }

    /// <summary>Gets what was verified of each stream.</summary>
    public required ImmutableArray<StreamVerdict> Streams { get; init; }

    /// <summary>Gets the versions of the key histories that signatures were judged by.</summary>
    public required ImmutableArray<KeyHistoryVerdict> KeyHistories { get; init; }

    /// <summary>Gets the number of objects listed.</summary>
    public required long Objects { get; init; }

    /// <summary>Gets the number of receipts checked.</summary>
    public required long Receipts { get; init; }

    /// <summary>Gets whether nothing is damaged and nothing wants repair. Look at <see cref="NotChecked"/> too.</summary>
    public bool IsClean => DamageCount == 0 && RepairableCount == 0;

    /// <summary>Gets whether something was not checked because the caller did not supply what it needs.</summary>
    public bool IsIncomplete => LeavesUnchecked || NotChecked.Any(item => item.IsForWantOfInput);

    /// <summary>Gets whether something of that kind was found, kept in detail or not.</summary>
    internal bool LeavesUnchecked { get; init; }
}
