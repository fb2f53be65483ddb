using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Accounts;

/// <summary>Ends somebody's right to act in an account. Owners only; an account keeps at least one owner.</summary>
internal static class RemoveMember
{
    private const string Operation = "accounts/{id}/commands/remove-member";

    internal sealed record Body : IExpectsVersion
    {
        [Id]
        public required string UserId { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Owner, HandleAsync)
        .Describe("removeMember", "Accounts", "Ends somebody's right to act in an account", "Removes a member or an owner. An account keeps at least one owner. For owners.")
        .AnswersIds("AccountWritten", "accountId")
        .Refuses(ProblemCode.NotMember, ProblemCode.LastOwner);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, AccountAccess access, CancellationToken cancellationToken)
    {
        AccountAccess.RequireId(id);
        await access.RequireOwnerAsync(caller, id, cancellationToken);
        var command = await request.ReadAsync(AccountsJson.Default.RemoveMemberBody);
        return await request.AppendAsync(
            command, PixPaxStreams.Account, PixPaxStreams.AccountId(id),
            account => Decide(account.State, caller.UserId, command.Value.UserId), [("accountId", id)]);
    }

    private static Decision Decide(AccountState account, string callerId, string userId)
    {
        if (!account.IsOwner(callerId)) return Refusals.Refuse(ProblemCode.Forbidden);
        if (!account.Members.ContainsKey(userId)) return Refusals.Refuse(ProblemCode.NotMember);
        if (account.IsLastOwner(userId)) return Refusals.Refuse(ProblemCode.LastOwner);
        return Decision.Accept(Issuer.Platform, ReceiptDraft.Create(AccountFold.MemberRemoved, payload => payload.WriteString("userId", userId)));
    }
}
