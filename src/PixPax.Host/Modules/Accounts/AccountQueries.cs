using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Accounts;

internal sealed record AccountView(string AccountId, string? Name, string CreatedAt, long StreamVersion, IReadOnlyList<MemberView> Members);

internal sealed record MemberView(string UserId, [property: OneOf(AccountState.Owner, AccountState.Member)] string Role);

/// <summary>What a member sees of accounts.</summary>
internal static class AccountQueries
{
    public static void Map(ApiRoutes routes)
    {
        routes.Query("/v1/accounts", Access.SignedIn, ListAsync)
            .Describe("listAccounts", "Accounts", "Lists the caller's accounts", "The accounts of which the caller is a member, in the order of their ids.")
            .Answers(AccountsJson.Default.PageAccountView);
        routes.Query("/v1/accounts/{id}", Access.Member, GetAsync)
            .Describe("getAccount", "Accounts", "Gets an account", "Its name and members, as its receipts tell them. For its members.")
            .Answers(AccountsJson.Default.AccountView);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, ProjectedRead read, Caller caller, AccountAccess access, IProjectionQueries projection, StoredContent content, CancellationToken cancellationToken)
    {
        var page = PageRequest.Read(context.Request, "accounts");
        await read.ReachAsync(cancellationToken);
        var rows = caller.Service?.AccountId is { } only
            ? await OnlyAsync(caller, only, page.After, access, cancellationToken)
            : await projection.AccountsOfAsync(caller.UserId, page.After, page.Limit + 1, cancellationToken);
        var names = await content.TextsAsync([.. rows.Select(row => (PrefixOf(row), row.Name))], cancellationToken);
        return page.Answer(context, [.. rows.Select((row, index) => View(row, names[index]))], view => view.AccountId, AccountsJson.Default.PageAccountView);
    }

    /// <summary>All that a service sees whose credential is for one account.</summary>
    private static async ValueTask<IReadOnlyList<AccountRow>> OnlyAsync(Caller caller, string accountId, string? after, AccountAccess access, CancellationToken cancellationToken) =>
        string.CompareOrdinal(accountId, after) > 0 && await access.IsMemberAsync(caller, accountId, cancellationToken)
            ? [AccountRow.Of(await access.RequireMemberAsync(caller, accountId, cancellationToken))]
            : [];

    private static async Task<IResult> GetAsync(string id, StreamRead read, Caller caller, AccountAccess access, StoredContent content, CancellationToken cancellationToken)
    {
        AccountAccess.RequireId(id);
        return await read.AnswerAsync(
            () => access.RequireMemberAsync(caller, id, cancellationToken),
            async account => JsonAnswer.Of(View(AccountRow.Of(account), await content.TextAsync(account.Prefix, account.Unless(account.State.Name), cancellationToken)), AccountsJson.Default.AccountView));
    }

    private static string PrefixOf(AccountRow row) => PixPaxStreams.Account.PrefixOf(PixPaxStreams.AccountId(row.AccountId));

    private static AccountView View(AccountRow row, string? name) => new(row.AccountId, name, row.CreatedAt, row.StreamVersion, row.Members);
}
