namespace Concord.Receipts.Streams;

/// <summary>Represents the end of a stream: its last receipt, and the commit that receipt is in. The default is the empty stream.</summary>
/// <param name="Version">The version of the last receipt; 0 when there is none.</param>
/// <param name="EventId">Its id.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="CommitFirstVersion">The version of the first receipt of its commit: the commit object's name.</param>
public readonly record struct StreamHead(long Version, EventId? EventId, ReceiptHash? Hash, long CommitFirstVersion)
{
    /// <summary>Gets whether the stream has no receipts.</summary>
    public bool IsEmpty => Version == 0;
}
