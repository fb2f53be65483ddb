namespace Concord.Receipts;

/// <summary>The limits of the receipt format, version 1.</summary>
public static class ReceiptLimits
{
    /// <summary>The greatest size of a receipt's stored form, in bytes.</summary>
    public const int ReceiptBytes = 256 * 1024;

    /// <summary>The greatest number of nested containers in a receipt; the receipt itself is level 1.</summary>
    public const int ReceiptDepth = 63;

    /// <summary>The greatest number of receipts in one commit.</summary>
    public const int CommitReceipts = 64;

    /// <summary>The greatest size of a commit object, in bytes.</summary>
    public const int CommitBytes = 1024 * 1024;

    /// <summary>The greatest size of a content object, in bytes.</summary>
    public const int ContentBytes = 4 * 1024 * 1024;

    /// <summary>The greatest stream version, 2^53 − 1: the last integer that every JSON reader holds exactly.</summary>
    public const long StreamVersion = (1L << 53) - 1;
}
