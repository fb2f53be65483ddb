using Concord.Fuzzing.Targets;

namespace Concord.Fuzzing;

/// <summary>Every parser that reads what comes from elsewhere.</summary>
public static class FuzzTargets
{
    /// <summary>Gets the targets.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new CanonicalizerTarget(), new NumberTarget(), new NameTarget(), new ReceiptTarget(), new CommitTarget(), new ContentTarget(),
        new TrustFileTarget(), new KeyHistoryTarget(), new BundleTarget(), new StreamFolderTarget(), new ArchiveTarget(), new SnapshotTarget(),
    ];

    /// <summary>Gets a target by its name.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static FuzzTarget Get(string name) =>
        All.FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"There is no target '{name}'. There are: {string.Join(", ", All.Select(target => target.Name))}.", nameof(name));
}
