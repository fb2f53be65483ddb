using Concord.Receipts.Derived;

namespace Concord.Receipts.Streams;

/// <summary>Configures <see cref="ReceiptStreams"/>. Without changes only commit objects are read.</summary>
/// <remarks>A stream of at most 50 commits is read from them in any case, and costs not one request more.</remarks>
public sealed class ReceiptStreamsOptions
{
    /// <summary>Gets or sets how many streams are kept in memory.</summary>
    /// <value>The default is <see cref="ReceiptStreams.DefaultCapacity"/>; at least 1.</value>
    public int Capacity { get; set; } = ReceiptStreams.DefaultCapacity;

    /// <summary>Gets or sets whose snapshots long streams are read from.</summary>
    /// <value>The default is <see langword="null"/>: nobody's, and none is asked for.</value>
    public SnapshotTrust? Snapshots { get; set; }

    /// <summary>Gets or sets whether the cold commits of long streams are read from archives.</summary>
    /// <remarks>The hash chain ties an archive to the commits; signatures are not part of it. Whoever verifies signatures and finds one
    /// wrong asks the commit object before calling it damage.</remarks>
    public bool UseArchives { get; set; }

    /// <summary>Gets or sets who is told of each derived object that was not used. It is called while reading, must not throw, and may be
    /// called by several threads at a time.</summary>
    public Action<IgnoredObject>? OnIgnored { get; set; }
}
