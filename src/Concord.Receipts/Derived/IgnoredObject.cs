using Concord.Receipts.Telemetry;

namespace Concord.Receipts.Derived;

/// <summary>Represents a derived object that was there and was not used: the stream was read from its commits instead.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Stream">The stream that was being read.</param>
/// <param name="Reason">Why.</param>
/// <param name="Detail">The same for a person.</param>
public sealed record IgnoredObject(string Key, StreamId Stream, IgnoredReason Reason, string Detail)
{
    /// <summary>Gets whether it is a snapshot, and not an archive.</summary>
    public bool IsSnapshot => Key.EndsWith(Streams.StreamLayout.SnapshotName, StringComparison.Ordinal);

    internal void Report(Action<IgnoredObject>? callback)
    {
        Instruments.DerivedIgnored.Add(
            1, new(ReceiptsAttributes.DerivedKind, IsSnapshot ? "snapshot" : "archive"), new(ReceiptsAttributes.DerivedReason, NameOf(Reason)));
        callback?.Invoke(this);
    }

    internal static string NameOf(IgnoredReason reason) => reason switch
    {
        IgnoredReason.Unreadable => "unreadable",
        IgnoredReason.Malformed => "malformed",
        IgnoredReason.KeyNotPinned => "key_not_pinned",
        IgnoredReason.SignatureInvalid => "signature_invalid",
        IgnoredReason.OtherStream => "other_stream",
        IgnoredReason.OtherFold => "other_fold",
        _ => "commit_differs",
    };
}

/// <summary>Says why a derived object was not used.</summary>
public enum IgnoredReason
{
    /// <summary>The store does not give it: it is larger than an object may be, or may not be read.</summary>
    Unreadable,

    /// <summary>It is not of the form that this version reads.</summary>
    Malformed,

    /// <summary>It was signed with a key that is not pinned.</summary>
    KeyNotPinned,

    /// <summary>Its signature is not that of its bytes.</summary>
    SignatureInvalid,

    /// <summary>It is another stream's.</summary>
    OtherStream,

    /// <summary>It was made by another version of the fold. That is usual while hosts are being replaced.</summary>
    OtherFold,

    /// <summary>The commits say otherwise: the one that it rests on is not there, or does not fit.</summary>
    CommitDiffers,
}
