using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Accounts;

internal sealed record AccountView(string AccountId, string? Name, string CreatedAt, long StreamVersion, IReadOnlyList<MemberView> Members);

internal sealed record MemberView(string UserId, string Role);

/// <summary>What a member sees of accounts.</summary>
internal static class AccountQueries
{
    public static void Map(ApiRoutes routes)
    {
        routes.Query("/v1/accounts", Access.SignedIn, ListAsync);
        routes.Query("/v1/accounts/{id}", Access.Member, GetAsync);
    }

    private static async Task<IResult> ListAsync(HttpContext context, Caller caller, MemoryProjection projection, StoredContent content, CancellationToken cancellationToken)
    {
        var page = PageRequest.Read(context.Request, "accounts");
        var accounts = projection.AccountsOf(caller.UserId, page.After, page.Limit + 1);
        var views = new List<AccountView>(accounts.Count);
        foreach (var account in accounts) views.Add(await ViewAsync(account, content, cancellationToken));
        return page.Answer(context, views, view => view.AccountId, AccountsJson.Default.PageAccountView);
    }

    private static async Task<IResult> GetAsync(string id, StreamRead read, Caller caller, AccountAccess access, StoredContent content, CancellationToken cancellationToken)
    {
        AccountAccess.RequireId(id);
        return await read.AnswerAsync(
            () => access.RequireMemberAsync(caller, id, cancellationToken),
            async account => JsonAnswer.Of(await ViewAsync(account, content, cancellationToken), AccountsJson.Default.AccountView));
    }

    private static async ValueTask<AccountView> ViewAsync(ReceiptStream<AccountState> account, StoredContent content, CancellationToken cancellationToken) => new(
        account.Id["accountId"],
        await content.TextAsync(account, account.State.Name, cancellationToken),
        account.State.CreatedAt,
        account.Head.Version,
        [.. account.State.Members.Select(member => new MemberView(member.Key, member.Value))]);
}
