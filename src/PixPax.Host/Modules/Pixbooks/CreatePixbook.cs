using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>Makes a book. It belongs to one identity for life, and that identity signs its first receipt.</summary>
internal static class CreatePixbook
{
    private const string Operation = "pixbooks/commands/create";

    internal sealed record Body
    {
        [Id]
        public required string AccountId { get; init; }

        [Id]
        public required string IdentityId { get; init; }

        [Id]
        public required string CollectionId { get; init; }

        [Name]
        public required string Name { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Member, HandleAsync)
        .Describe("createPixbook", "Pixbooks", "Makes a book", "It belongs to one identity for life, and that identity signs its receipts. For members of the account.")
        .AnswersIds("PixbookWritten", "accountId", "bookId")
        .Refuses(ProblemCode.AlreadyExists, ProblemCode.IdentityRevoked, ProblemCode.IdentityKeyCompromised);

    private static async Task<IResult> HandleAsync(
        Caller caller, CommandRequest request, AccountAccess access, ReceiptStreams streams, CancellationToken cancellationToken)
    {
        var command = await request.ReadAsync(PixbooksJson.Default.CreatePixbookBody);
        var body = command.Value;
        await access.RequireMemberAsync(caller, body.AccountId, cancellationToken);
        var identity = await streams.ReadAsync(PixPaxStreams.Identity, StreamId.Identity(body.AccountId, body.IdentityId), cancellationToken);
        if (identity.Head.IsEmpty) throw new ProblemException(ProblemCode.NotFound, $"The account has no identity {body.IdentityId}.");

        var bookId = request.NewId("pixbook", body.AccountId);
        var name = HostCommands.Content(body.Name);
        return await request.AppendAsync(
            command, PixPaxStreams.Pixbook, PixPaxStreams.PixbookId(body.AccountId, bookId),
            book => Decide(book, body, name.Reference), [("accountId", body.AccountId), ("bookId", bookId)], [("name", name)]);
    }

    private static Decision Decide(ReceiptStream<PixbookState> book, Body body, ContentReference name)
    {
        if (!book.Head.IsEmpty) return Refusals.Refuse(ProblemCode.AlreadyExists);
        return Decision.Accept(body.IdentityId, ReceiptDraft.Create(PixbookFold.PixbookCreated, payload =>
        {
            payload.WriteString("collectionId", body.CollectionId);
            payload.WritePropertyName("name");
            name.WriteTo(payload);
            payload.WriteString("ownerIdentityId", body.IdentityId);
        }));
    }
}
