using PixPax.Host.Modules.Collections;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>A book as an album: everything that it takes to draw it, in one answer.</summary>
/// <param name="BookId">The book.</param>
/// <param name="AccountId">The account that it belongs to.</param>
/// <param name="IdentityId">The identity that owns it.</param>
/// <param name="CollectionId">The collection that it was opened for.</param>
/// <param name="Name">What its owner calls it; null when that was erased.</param>
/// <param name="CreatedAt">When it was opened: RFC 3339, UTC.</param>
/// <param name="StreamVersion">The version of the book's stream that this is a picture of.</param>
/// <param name="Hash">The hash of the receipt at that version.</param>
/// <param name="Completion">Of all versions shown.</param>
/// <param name="Versions">
/// The versions of collections that the book holds cards of, its own collection's first, in the order in which they were published; where
/// it holds none of its own collection, that one's newest version.
/// </param>
/// <param name="Unlisted">Cards of the book that no published collection lists as they are.</param>
internal sealed record StickerbookView(
    string BookId, string AccountId, string IdentityId, string CollectionId, string? Name, string CreatedAt, long StreamVersion, string Hash,
    Completion Completion, IReadOnlyList<StickerbookVersion> Versions, IReadOnlyList<CardInstance> Unlisted);

/// <summary>How far a part of the album is.</summary>
/// <param name="Unique">Slots that hold at least one copy.</param>
/// <param name="Total">Slots.</param>
/// <param name="Cards">Copies.</param>
/// <param name="Spares">Copies beyond the first of each slot.</param>
internal sealed record Completion(int Unique, int Total, int Cards, int Spares);

/// <summary>One version of a collection, as the book fills it.</summary>
/// <param name="CollectionId">The collection.</param>
/// <param name="Version">The version; it never changes, but for series that are retired.</param>
/// <param name="Name">What its author calls the collection.</param>
/// <param name="Description">What its author says of it.</param>
/// <param name="Palette">What its cards are drawn with, unless they have a palette of their own.</param>
/// <param name="Completion">Of its series.</param>
/// <param name="Series">In the order of its index.</param>
internal sealed record StickerbookVersion(
    string CollectionId, string Version, string? Name, string? Description, Palette Palette, Completion Completion, IReadOnlyList<StickerbookSeries> Series);

/// <summary>A series, as the book fills it.</summary>
/// <param name="SeriesId">The series.</param>
/// <param name="Name">What its author calls it.</param>
/// <param name="IsRetired">Whether no card of it is given out any more.</param>
/// <param name="Completion">Of its slots.</param>
/// <param name="Slots">By slot index; those of one index in the order of the collection's index.</param>
internal sealed record StickerbookSeries(string SeriesId, string Name, bool IsRetired, Completion Completion, IReadOnlyList<StickerbookSlot> Slots);

/// <summary>The place of one card, filled or empty.</summary>
/// <param name="SlotIndex">Its place in the series, from 0.</param>
/// <param name="CardId">The card.</param>
/// <param name="Role">What its author calls its kind.</param>
/// <param name="Label">What its author calls it.</param>
/// <param name="ItemHash">The hash of its picture, as receipts name it.</param>
/// <param name="Picture">Where its PNG is.</param>
/// <param name="Grid">Its picture: base64 of 128 bytes, 16×16 palette indexes of four bits, row by row, the left one in the high half.</param>
/// <param name="Palette">Its own palette; null when it is drawn with the version's.</param>
/// <param name="Count">The copies that the book holds.</param>
/// <param name="Spares">The copies beyond the first.</param>
/// <param name="Instances">The copies, in the order in which they came.</param>
internal sealed record StickerbookSlot(
    int SlotIndex, string CardId, string Role, string Label, string ItemHash, string Picture, string Grid, Palette? Palette,
    int Count, int Spares, IReadOnlyList<StickerbookInstance> Instances);

/// <summary>One copy.</summary>
/// <param name="CardInstanceId">Its id.</param>
/// <param name="Source">How it came into the book: <c>grant</c>, <c>pack</c> or <c>trade</c>.</param>
/// <param name="AddedAtVersion">The version of the book at which it came: its receipt is the first behind <c>after</c> = this − 1.</param>
internal sealed record StickerbookInstance(string CardInstanceId, string Source, long AddedAtVersion);
