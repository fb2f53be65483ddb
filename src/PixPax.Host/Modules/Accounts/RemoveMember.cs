using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Accounts;

/// <summary>Ends somebody's right to act in an account. Owners only; an account keeps at least one owner.</summary>
internal static class RemoveMember
{
    private const string Operation = "accounts/{id}/commands/remove-member";

    internal sealed record Body
    {
        public required string UserId { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(HostCommands.Path(Operation), HandleAsync);

    private static async Task<IResult> HandleAsync(
        string id, HttpContext context, Caller caller, IdempotencyKeyHeader key, AccountAccess access, ReceiptAppender appender, CancellationToken cancellationToken)
    {
        AccountAccess.RequireId(id);
        await access.RequireOwnerAsync(caller, id, cancellationToken);
        var command = await CommandBody.ReadAsync(context.Request, AccountsJson.Default.RemoveMemberBody, cancellationToken: cancellationToken);
        var errors = new RequestErrors();
        errors.Id(command.Value.UserId, "/userId");
        errors.ThrowIfAny();

        var result = await appender.AppendAsync(
            PixPaxStreams.Account, PixPaxStreams.AccountId(id), key.ToCommand(Operation, command.CanonicalBody, target: ("id", id)),
            account => Decide(account.State, caller.UserId, command.Value.UserId), cancellationToken);
        return CommandAnswer.From(context, result, ("accountId", id));
    }

    private static Decision Decide(AccountState account, string callerId, string userId)
    {
        if (!account.IsOwner(callerId)) return Refusals.Refuse(ProblemCode.Forbidden);
        if (!account.Members.ContainsKey(userId)) return Refusals.Refuse(ProblemCode.NotMember);
        if (account.IsLastOwner(userId)) return Refusals.Refuse(ProblemCode.LastOwner);
        return Decision.Accept(Issuer.Platform, ReceiptDraft.Create(AccountFold.MemberRemoved, payload => payload.WriteString("userId", userId)));
    }
}
