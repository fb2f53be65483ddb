using Concord.Receipts.Signing;

namespace Concord.Receipts.Derived;

/// <summary>Configures <see cref="DerivedObjects"/>.</summary>
public sealed class DerivedObjectsOptions
{
    /// <summary>The default of <see cref="SnapshotInterval"/>.</summary>
    public const int DefaultSnapshotInterval = 1_000;

    /// <summary>Gets or sets who signs snapshots, with a key that signs nothing else and whose public half readers pin.</summary>
    /// <value>The default is <see langword="null"/>: no snapshots are made.</value>
    public IReceiptSigner? SnapshotSigner { get; set; }

    /// <summary>Gets or sets at which multiples of the stream version snapshots are made.</summary>
    /// <value>The default is 1,000; at least 1.</value>
    public int SnapshotInterval { get; set; } = DefaultSnapshotInterval;

    /// <summary>Gets or sets who is told of each derived object that was found and was not good. It is made anew.</summary>
    public Action<IgnoredObject>? OnIgnored { get; set; }
}
