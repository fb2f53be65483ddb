namespace Concord.Receipts.Checking;

/// <summary>Names what a repair writes.</summary>
public enum RepairKind
{
    /// <summary>An event of the last commit is published: created if absent.</summary>
    Publish,

    /// <summary>A missing event is restored from its commit: created if absent.</summary>
    RestoreEvent,

    /// <summary>A lost commit is restored from its events: created if absent. Writers must be stopped.</summary>
    RestoreCommit,

    /// <summary>A locator is written: put, for it is derived.</summary>
    WriteLocator,
}

/// <summary>Represents one object that a repair wrote, or in a dry run would write.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Key">The object's key.</param>
/// <param name="Stream">The stream that it belongs to.</param>
/// <param name="StreamVersion">The version of its receipt, or of the first; <see langword="null"/> for a locator.</param>
public sealed record RepairAction(RepairKind Kind, string Key, StreamId Stream, long? StreamVersion)
{
    /// <summary>Gets the stable name of <see cref="Kind"/>, kebab-case.</summary>
    public string Name => Kind switch
    {
        RepairKind.Publish => "publish",
        RepairKind.RestoreEvent => "restore-event",
        RepairKind.RestoreCommit => "restore-commit",
        _ => "write-locator",
    };
}
