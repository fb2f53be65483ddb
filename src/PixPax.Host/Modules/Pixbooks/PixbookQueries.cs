using System.Text.Json;
using Concord.Receipts.Streams;
using Microsoft.OpenApi;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

internal sealed record PixbookView(
    string BookId, string AccountId, string IdentityId, string CollectionId, string? Name, string CreatedAt, long StreamVersion, string Hash, int Cards);

internal sealed record SnapshotView(string BookId, long StreamVersion, string Hash, IReadOnlyList<CardInstance> Cards, LastSaveView? LastSave);

/// <summary>The last save; the snapshot is null when its content was erased.</summary>
internal sealed record LastSaveView(string EventId, long StreamVersion, string CreatedAt, JsonElement? Snapshot);

/// <summary>What a member sees of books.</summary>
internal static class PixbookQueries
{
    public static void Map(ApiRoutes routes)
    {
        routes.Query("/v1/pixbooks", Access.SignedIn, ListAsync)
            .Describe("listPixbooks", "Pixbooks", "Lists the books of the caller's accounts", "All of them, or those of one account, or of one identity, in the order of their ids.")
            .Takes(
                new RequestParameter("accountId", ParameterLocation.Query, Forms.Id, "Only books of this account, which is one of the caller's."),
                new RequestParameter("identityId", ParameterLocation.Query, Forms.Id, "Only books of this identity."))
            .Answers(PixbooksJson.Default.PagePixbookView)
            .Refuses(ProblemCode.NotFound);
        routes.Query("/v1/pixbooks/{id}", Access.Member, GetAsync)
            .Describe("getPixbook", "Pixbooks", "Gets a book", "Whose it is and where it stands. For members of its account.")
            .Answers(PixbooksJson.Default.PixbookView);
        routes.Query("/v1/pixbooks/{id}/snapshot", Access.Member, GetSnapshotAsync)
            .Describe("getPixbookSnapshot", "Pixbooks", "Gets what is in a book", "Its cards, and the last document that a client saved. For members of its account.")
            .Answers(PixbooksJson.Default.SnapshotView);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, ProjectedRead read, string? accountId, string? identityId, Caller caller, AccountAccess access, IProjectionQueries projection, StoredContent content, CancellationToken cancellationToken)
    {
        var errors = new RequestErrors();
        if (accountId is not null) errors.IdParameter(accountId, "accountId");
        if (identityId is not null) errors.IdParameter(identityId, "identityId");
        errors.ThrowIfAny();
        if (accountId is not null) await access.RequireMemberAsync(caller, accountId, cancellationToken);

        var page = PageRequest.Read(context.Request, $"pixbooks:{accountId}:{identityId}");
        await read.ReachAsync(cancellationToken);
        var rows = await projection.PixbooksOfAsync(caller.UserId, accountId ?? caller.Service?.AccountId, identityId, page.After, page.Limit + 1, cancellationToken);
        var names = await content.TextsAsync([.. rows.Select(row => (PrefixOf(row), row.Name))], cancellationToken);
        return page.Answer(context, [.. rows.Select((row, index) => View(row, names[index]))], view => view.BookId, PixbooksJson.Default.PagePixbookView);
    }

    private static Task<IResult> GetAsync(string id, StreamRead read, Caller caller, PixbookAccess access, StoredContent content, CancellationToken cancellationToken) =>
        read.AnswerAsync(
            () => access.ForMemberAsync(caller, id, cancellationToken),
            async book => JsonAnswer.Of(View(PixbookRow.Of(book), await content.TextAsync(book.Prefix, book.Unless(book.State.Name), cancellationToken)), PixbooksJson.Default.PixbookView));

    private static Task<IResult> GetSnapshotAsync(
        string id, StreamRead read, Caller caller, PixbookAccess access, StoredReceipts receipts, StoredContent content, CancellationToken cancellationToken) =>
        read.AnswerAsync(
            () => access.ForMemberAsync(caller, id, cancellationToken),
            async book => JsonAnswer.Of(new SnapshotView(
                id, book.Head.Version, book.Head.Hash.ToString()!, [.. book.State.Cards.Values], await ReadLastSaveAsync(book, receipts, content, cancellationToken)), PixbooksJson.Default.SnapshotView));

    private static async ValueTask<LastSaveView?> ReadLastSaveAsync(
        ReceiptStream<PixbookState> book, StoredReceipts receipts, StoredContent content, CancellationToken cancellationToken)
    {
        if (book.State.LastSave is not { } save) return null;

        JsonElement? snapshot = null;
        if (save.Content is null)
        {
            using var payload = (await receipts.ReadAsync(book, save.StreamVersion, cancellationToken)).ReadPayload();
            snapshot = payload.RootElement.GetProperty("snapshot").Clone();
        }
        else if (await content.ReadAsync(book, save.Content, cancellationToken) is { } stored)
        {
            using var document = JsonDocument.Parse(stored.Json);
            snapshot = document.RootElement.Clone();
        }

        return new LastSaveView(save.EventId.ToString(), save.StreamVersion, save.CreatedAt, snapshot);
    }

    private static string PrefixOf(PixbookRow row) => PixPaxStreams.Pixbook.PrefixOf(PixPaxStreams.PixbookId(row.AccountId, row.BookId));

    private static PixbookView View(PixbookRow row, string? name) => new(
        row.BookId, row.AccountId, row.OwnerIdentityId, row.CollectionId, name, row.CreatedAt, row.StreamVersion, row.Hash, row.Cards);
}
