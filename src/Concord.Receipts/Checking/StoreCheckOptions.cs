using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Checking;

/// <summary>Says what a check does about what it finds.</summary>
public enum RepairMode
{
    /// <summary>Nothing: it reads and never writes.</summary>
    None,

    /// <summary>It finds out what it would write, and writes nothing.</summary>
    DryRun,

    /// <summary>It repairs what is safe to repair, and checks again what it touched.</summary>
    Repair,
}

/// <summary>Represents how far a check is.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Count">Of what it has done so far: objects listed, or receipts checked.</param>
public readonly record struct StoreCheckProgress(StoreCheckStage Stage, long Count);

/// <summary>Names what a check is doing.</summary>
public enum StoreCheckStage
{
    /// <summary>It lists the objects of the store.</summary>
    Listing,

    /// <summary>It checks streams, receipt by receipt.</summary>
    Checking,

    /// <summary>It repairs a stream.</summary>
    Repairing,
}

/// <summary>Configures a check of a store.</summary>
public sealed class StoreCheckOptions
{
    /// <summary>Gets what to trust; <see langword="null"/> leaves the trust root and the issuer policy unchecked, and the report says so.</summary>
    public TrustFile? Trust { get; init; }

    /// <summary>Gets where streams stand, by type. A type that is not among them is noted, and its place and locators are not checked.</summary>
    public IReadOnlyCollection<StreamPaths> Layout { get; init; } = [];

    /// <summary>Gets what to do about what is found.</summary>
    public RepairMode Repair { get; init; }

    /// <summary>Gets whether the caller has made sure that nothing writes to the store. Lost commits are restored only then.</summary>
    public bool AreWritersStopped { get; init; }

    /// <summary>Gets how long an append that is under way may take to publish its events before they are called unpublished.</summary>
    /// <value>The default is 2 seconds. A check waits five times as long in all; not at all when writers are stopped.</value>
    public TimeSpan PublishGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets the clock of that wait.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
