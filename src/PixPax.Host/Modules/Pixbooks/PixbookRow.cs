using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>A book as a projection keeps it for lists: a function of its stream.</summary>
internal sealed record PixbookRow(
    string BookId, string AccountId, string OwnerIdentityId, string CollectionId, ContentReference? Name, string CreatedAt, long StreamVersion, string Hash, int Cards)
{
    public static PixbookRow Of(ReceiptStream<PixbookState> book) => new(
        book.Id["bookId"],
        book.Id["accountId"],
        book.State.OwnerIdentityId,
        book.State.CollectionId,
        book.Unless(book.State.Name),
        book.State.CreatedAt,
        book.Head.Version,
        book.Head.Hash.ToString()!,
        book.State.Cards.Count);
}
