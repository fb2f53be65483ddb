using Concord.Receipts.Streams;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>The album of a book. It is drawn from the book's stream and from its collections', and its entity tag tells of all of them.</summary>
internal static class StickerbookQuery
{
    public static void Map(ApiRoutes routes) => routes.Query("/v1/pixbooks/{id}/stickerbook", Access.Member, GetAsync)
        .Describe(
            "getPixbookStickerbook", "Pixbooks", "Gets a book as an album",
            "Its collections by version, series and slot, with the copies that fill them, what is spare and what is missing, and what it takes to draw them. "
            + "The entity tag tells of the book and of its collections; it is no condition for commands. For members of its account.")
        .Answers(PixbooksJson.Default.StickerbookView);

    private static async Task<IResult> GetAsync(
        string id, StreamRead read, Caller caller, PixbookAccess access, PublishedCollections collections, StoredContent content, CancellationToken cancellationToken)
    {
        var book = await read.ReachAsync(() => access.ForMemberAsync(caller, id, cancellationToken));
        var streams = await StreamsOfAsync(book.State, collections, cancellationToken);
        return await read.AnswerAsync(StreamETag.Of(book.Head, streams.Select(stream => stream.Head)), async () =>
        {
            var versions = new List<PublishedCollection>();
            foreach (var (stream, version) in streams.SelectMany(stream => ShownOf(stream, book.State), (stream, version) => (stream, version)))
                if (await collections.FindAsync(stream, version, cancellationToken) is { } published) versions.Add(published);

            var name = await content.TextAsync(book.Prefix, book.Unless(book.State.Name), cancellationToken);
            return JsonAnswer.Of(Stickerbook.Of(book, name, versions), PixbooksJson.Default.StickerbookView);
        });
    }

    /// <summary>The collections of the book, its own first; those that were never published are none.</summary>
    private static async Task<IReadOnlyList<ReceiptStream<CollectionState>>> StreamsOfAsync(PixbookState book, PublishedCollections collections, CancellationToken cancellationToken)
    {
        var others = book.Cards.Values.Select(card => card.CollectionId).Where(id => id != book.CollectionId).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var streams = new List<ReceiptStream<CollectionState>>();
        foreach (var collectionId in others.Prepend(book.CollectionId))
            if (await collections.FindAsync(collectionId, cancellationToken) is { } stream) streams.Add(stream);
        return streams;
    }

    /// <summary>The versions that the book holds cards of. An empty book shows what there is to collect now: what is published later does not make a full one less full.</summary>
    private static IEnumerable<string> ShownOf(ReceiptStream<CollectionState> collection, PixbookState book)
    {
        var collectionId = collection.Id["collectionId"];
        var held = book.Cards.Values.Where(card => card.CollectionId == collectionId).Select(card => card.CollectionVersion).ToHashSet(StringComparer.Ordinal);
        var published = collection.State.Versions.Values.OrderBy(version => version.PublishedAt, StringComparer.Ordinal).Select(version => version.Version).ToArray();
        var shown = published.Where(held.Contains).ToArray();
        return shown.Length > 0 || collectionId != book.CollectionId ? shown : published.TakeLast(1);
    }
}
