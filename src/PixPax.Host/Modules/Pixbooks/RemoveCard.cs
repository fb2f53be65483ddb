using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>
/// Takes a card out of a book: discarded by its owner, or corrected by an operator, in which case the platform signs. Cards that
/// leave in a trade leave by the trade, not by this command.
/// </summary>
internal static class RemoveCard
{
    private const string Operation = "pixbooks/{id}/commands/remove-card";
    private const string Discarded = "discarded";
    private const string Correction = "correction";

    internal sealed record Body : IExpectsVersion
    {
        [Id]
        public required string CardInstanceId { get; init; }

        [OneOf(Discarded, Correction)]
        public required string Reason { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.MemberOrOperator, HandleAsync, operatorScope: ServiceScopes.OperatorCards)
        .Describe("removeCard", "Pixbooks", "Takes a card out of a book", "Discarded by a member, or corrected by an operator, in which case the platform signs.")
        .AnswersIds("CardWritten", "accountId", "bookId", "cardInstanceId")
        .Refuses(ProblemCode.CardNotInBook, ProblemCode.IdentityRevoked, ProblemCode.IdentityKeyCompromised);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, PixbookAccess access, CancellationToken cancellationToken)
    {
        // Whether the book exists is told before the body is read, and only to those who may know: a member, or an operator.
        var book = caller.IsOperator ? await access.ForOperatorAsync(caller, id, cancellationToken) : await access.ForMemberAsync(caller, id, cancellationToken);
        var command = await request.ReadAsync(PixbooksJson.Default.RemoveCardBody);
        var body = command.Value;
        if (body.Reason == Correction && !caller.IsOperator) throw new ProblemException(ProblemCode.Forbidden, "Only an operator corrects a book.");
        if (body.Reason == Discarded) await access.ForMemberAsync(caller, id, cancellationToken);

        return await request.AppendAsync(
            command, PixPaxStreams.Pixbook, book.Id,
            stream => Decide(stream.State, body), [("accountId", book.Id["accountId"]), ("bookId", id), ("cardInstanceId", body.CardInstanceId)]);
    }

    private static Decision Decide(PixbookState book, Body body)
    {
        if (!book.Cards.ContainsKey(body.CardInstanceId)) return Refusals.Refuse(ProblemCode.CardNotInBook);
        return Decision.Accept(body.Reason == Correction ? Issuer.Platform : book.OwnerIdentityId, ReceiptDraft.Create(PixbookFold.CardRemoved, payload =>
        {
            payload.WriteString("cardInstanceId", body.CardInstanceId);
            payload.WriteString("reason", body.Reason);
        }));
    }
}
