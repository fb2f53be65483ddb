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

/// <summary>Lets somebody else act in an account. Owners only.</summary>
internal static class AddMember
{
    private const string Operation = "accounts/{id}/commands/add-member";

    internal sealed record Body : IExpectsVersion
    {
        [Id]
        public required string UserId { get; init; }

        [OneOf(AccountState.Owner, AccountState.Member)]
        public required string Role { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Owner, HandleAsync)
        .Describe("addMember", "Accounts", "Lets somebody else act in an account", "Adds a user as a member or another owner. For owners.")
        .AnswersIds("AccountWritten", "accountId")
        .Refuses(ProblemCode.AlreadyMember);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, AccountAccess access, CancellationToken cancellationToken)
    {
        AccountAccess.RequireId(id);
        await access.RequireOwnerAsync(caller, id, cancellationToken);
        var command = await request.ReadAsync(AccountsJson.Default.AddMemberBody);
        var (userId, role) = (command.Value.UserId, command.Value.Role);
        return await request.AppendAsync(
            command, PixPaxStreams.Account, PixPaxStreams.AccountId(id),
            account => Decide(account.State, caller.UserId, userId, role), [("accountId", id)]);
    }

    private static Decision Decide(AccountState account, string callerId, string userId, string role)
    {
        // Judged again on the state that the receipt will follow: the caller may have been removed meanwhile.
        if (!account.IsOwner(callerId)) return Refusals.Refuse(ProblemCode.Forbidden);
        if (account.Members.ContainsKey(userId)) return Refusals.Refuse(ProblemCode.AlreadyMember);
        return Decision.Accept(Issuer.Platform, ReceiptDraft.Create(AccountFold.MemberAdded, payload =>
        {
            payload.WriteString("role", role);
            payload.WriteString("userId", userId);
        }));
    }
}
