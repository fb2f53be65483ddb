using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>Grants a card to a book: the platform's to give, and signed by the platform. Operators only.</summary>
internal static class AddCard
{
    private const string Operation = "pixbooks/{id}/commands/add-card";

    internal sealed record Body : IExpectsVersion
    {
        [Id]
        public required string CollectionId { get; init; }

        [Id]
        public required string CollectionVersion { get; init; }

        [Id]
        public required string CardId { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Operator, HandleAsync, operatorScope: ServiceScopes.OperatorCards)
        .Describe("addCard", "Pixbooks", "Grants a card to a book", "The platform's to give, and signed by the platform. For operators.")
        .AnswersIds("CardWritten", "accountId", "bookId", "cardInstanceId")
        .Refuses(ProblemCode.CardNotInCollection, ProblemCode.SeriesRetired);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, PixbookAccess access, PublishedCollections collections, CancellationToken cancellationToken)
    {
        var book = await access.ForOperatorAsync(caller, id, cancellationToken);
        var command = await request.ReadAsync(PixbooksJson.Default.AddCardBody);
        var body = command.Value;

        var collection = await collections.FindAsync(body.CollectionId, body.CollectionVersion, cancellationToken);
        var card = collection?.Content.FindCard(body.CardId);
        // Derived like a stream's id: a retry grants the same instance.
        var cardInstanceId = request.NewId("card-instance", id);
        return await request.AppendAsync(
            command, PixPaxStreams.Pixbook, book.Id,
            _ => Decide(body, collection, card, cardInstanceId), [("accountId", book.Id["accountId"]), ("bookId", id), ("cardInstanceId", cardInstanceId)]);
    }

    private static Decision Decide(Body body, PublishedCollection? collection, Card? card, string cardInstanceId)
    {
        if (collection is null || card is null) return Refusals.Refuse(ProblemCode.CardNotInCollection, $"There is no card {body.CardId} in {body.CollectionId} {body.CollectionVersion}.");
        if (collection.IsRetired(card.SeriesId)) return Refusals.Refuse(ProblemCode.SeriesRetired);
        return Decision.Accept(Issuer.Platform, ReceiptDraft.Create(PixbookFold.CardAdded, payload =>
        {
            payload.WriteString("cardId", card.CardId);
            payload.WriteString("cardInstanceId", cardInstanceId);
            payload.WriteString("collectionId", body.CollectionId);
            payload.WriteString("collectionVersion", body.CollectionVersion);
            payload.WriteString("itemHash", "sha256:" + card.ItemHash);
            payload.WriteString("role", card.Role);
            payload.WriteString("seriesId", card.SeriesId);
            payload.WriteNumber("slotIndex", card.SlotIndex);
            payload.WriteStartObject("source");
            payload.WriteString("kind", "grant");
            payload.WriteEndObject();
        }));
    }
}
