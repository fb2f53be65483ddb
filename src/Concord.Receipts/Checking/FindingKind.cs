using Concord.Receipts.Verification;

namespace Concord.Receipts.Checking;

/// <summary>Says how grave a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing need be done.</summary>
    Note,

    /// <summary>A repair mends it from what the store holds.</summary>
    Repairable,

    /// <summary>Something contradicts itself or is gone, and no repair can tell what is true.</summary>
    Damage,
}

/// <summary>Names what can be wrong with a store beyond the rules of the format. The names are stable: see <see cref="FindingKind.Name"/>.</summary>
public enum StoreFault
{
    /// <summary>Events of the last commit are missing: its writer stopped, and whoever comes next publishes them.</summary>
    Unpublished,

    /// <summary>An event of a commit that is not the last is missing.</summary>
    EventMissing,

    /// <summary>Content that a receipt says was erased is still there.</summary>
    ContentNotErased,

    /// <summary>Content that no receipt names: a leftover of an append that ended before its commit, or of one under way.</summary>
    ContentOrphaned,

    /// <summary>A stream has no locator, where its type has them.</summary>
    LocatorMissing,

    /// <summary>A locator does not lead to its stream.</summary>
    LocatorWrong,

    /// <summary>A locator leads to no stream: a leftover of an append that ended before its commit.</summary>
    LocatorDangling,

    /// <summary>Two streams want one locator.</summary>
    LocatorContested,

    /// <summary>A stream stands at another prefix than the layout gives it.</summary>
    StreamMisplaced,

    /// <summary>The layout does not know streams of this type.</summary>
    StreamTypeUnknown,

    /// <summary>An object that is no part of the layout.</summary>
    UnknownObject,

    /// <summary>Derived objects, which are rebuilt and not checked.</summary>
    DerivedNotChecked,
}

/// <summary>Names what was found: a rule of the format that something breaks, or a fault of the store.</summary>
public readonly record struct FindingKind
{
    private FindingKind(FailureKind? rule, StoreFault? fault) => (Rule, Fault) = (rule, fault);

    /// <summary>Gets the broken rule of the format, if it is one.</summary>
    public FailureKind? Rule { get; }

    /// <summary>Gets the fault of the store, if it is one.</summary>
    public StoreFault? Fault { get; }

    /// <summary>Gets the stable name in kebab-case, the same in every tool and every later version.</summary>
    public string Name => Rule is { } rule ? rule.Name() : Fault switch
    {
        StoreFault.Unpublished => "unpublished",
        StoreFault.EventMissing => "event-missing",
        StoreFault.ContentNotErased => "content-not-erased",
        StoreFault.ContentOrphaned => "content-orphaned",
        StoreFault.LocatorMissing => "locator-missing",
        StoreFault.LocatorWrong => "locator-wrong",
        StoreFault.LocatorDangling => "locator-dangling",
        StoreFault.LocatorContested => "locator-contested",
        StoreFault.StreamMisplaced => "stream-misplaced",
        StoreFault.StreamTypeUnknown => "stream-type-unknown",
        StoreFault.UnknownObject => "unknown-object",
        StoreFault.DerivedNotChecked => "derived-not-checked",
        _ => "none",
    };

    /// <summary>Names a broken rule.</summary>
    public static implicit operator FindingKind(FailureKind rule) => FromFailureKind(rule);

    /// <summary>Names a fault of the store.</summary>
    public static implicit operator FindingKind(StoreFault fault) => FromStoreFault(fault);

    /// <summary>Names a broken rule.</summary>
    public static FindingKind FromFailureKind(FailureKind rule) => new(rule, null);

    /// <summary>Names a fault of the store.</summary>
    public static FindingKind FromStoreFault(StoreFault fault) => new(null, fault);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
