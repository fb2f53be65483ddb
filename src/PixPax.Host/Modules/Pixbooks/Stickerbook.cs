using Concord.Receipts.Streams;
using PixPax.Host.Modules.Collections;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>Puts the cards of a book into the slots of collections.</summary>
internal static class Stickerbook
{
    /// <summary>Draws the album.</summary>
    /// <param name="book">The book.</param>
    /// <param name="name">Its name; null when it was erased.</param>
    /// <param name="versions">The versions that are shown, in their order.</param>
    public static StickerbookView Of(ReceiptStream<PixbookState> book, string? name, IReadOnlyList<PublishedCollection> versions)
    {
        // A copy fills the slot whose picture its receipt names; a card of that name with another picture is another card.
        var copies = book.State.Cards.Values.ToLookup(CardKey.Of);
        var listed = new HashSet<CardKey>();
        var shown = versions.Select(version => Version(version, copies, listed)).ToArray();
        var row = PixbookRow.Of(book);
        return new StickerbookView(
            row.BookId, row.AccountId, row.OwnerIdentityId, row.CollectionId, name, row.CreatedAt, row.StreamVersion, row.Hash,
            Sum(shown.Select(version => version.Completion)), shown,
            [.. copies.Where(card => !listed.Contains(card.Key)).SelectMany(card => card).OrderBy(card => card.AddedAtVersion)]);
    }

    private static StickerbookVersion Version(PublishedCollection published, ILookup<CardKey, CardInstance> copies, HashSet<CardKey> listed)
    {
        var content = published.Content;
        var cards = content.Cards.ToLookup(card => card.SeriesId, StringComparer.Ordinal);
        var series = content.Series
            .Select(one => Series(one, published.IsRetired(one.SeriesId), [.. cards[one.SeriesId].OrderBy(card => card.SlotIndex).Select(card => Slot(content, card, copies, listed))]))
            .ToArray();
        return new StickerbookVersion(
            content.CollectionId, content.Version, content.Name, content.Description, content.Palette ?? Palette.Default, Sum(series.Select(one => one.Completion)), series);
    }

    private static StickerbookSeries Series(Series series, bool isRetired, IReadOnlyList<StickerbookSlot> slots) => new(
        series.SeriesId, series.Name, isRetired,
        new Completion(slots.Count(slot => slot.Count > 0), slots.Count, slots.Sum(slot => slot.Count), slots.Sum(slot => slot.Spares)), slots);

    private static StickerbookSlot Slot(CollectionContent content, Card card, ILookup<CardKey, CardInstance> copies, HashSet<CardKey> listed)
    {
        var key = new CardKey(content.CollectionId, content.Version, card.CardId, "sha256:" + card.ItemHash);
        listed.Add(key);
        var instances = copies[key].OrderBy(copy => copy.AddedAtVersion).Select(copy => new StickerbookInstance(copy.CardInstanceId, copy.Source, copy.AddedAtVersion)).ToArray();
        return new StickerbookSlot(
            card.SlotIndex, card.CardId, card.Role, card.Label, key.ItemHash, CollectionQueries.PictureOf(content, card), card.Grid.ToBase64(), card.Palette,
            instances.Length, Math.Max(0, instances.Length - 1), instances);
    }

    private static Completion Sum(IEnumerable<Completion> parts) =>
        parts.Aggregate(new Completion(0, 0, 0, 0), (sum, part) => new Completion(sum.Unique + part.Unique, sum.Total + part.Total, sum.Cards + part.Cards, sum.Spares + part.Spares));

    private readonly record struct CardKey(string CollectionId, string Version, string CardId, string ItemHash)
    {
        public static CardKey Of(CardInstance card) => new(card.CollectionId, card.CollectionVersion, card.CardId, card.ItemHash);
    }
}
