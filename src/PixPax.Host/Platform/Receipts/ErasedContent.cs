using Concord.Receipts;
using Concord.Receipts.Streams;

namespace PixPax.Host.Platform.Receipts;

internal static class ErasedContent
{
    /// <summary>A reference, unless what it names was erased.</summary>
    public static ContentReference? Unless(this ReceiptStream stream, ContentReference? reference) =>
        reference is not null && stream.Erased.Contains(reference.ContentHash) ? null : reference;
}
