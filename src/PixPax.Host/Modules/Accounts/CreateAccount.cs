using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Accounts;

/// <summary>Opens an account. Whoever opens it is its owner.</summary>
internal static class CreateAccount
{
    private const string Operation = "accounts/commands/create";

    internal sealed record Body
    {
        public required string Name { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(HostCommands.Path(Operation), HandleAsync);

    private static async Task<IResult> HandleAsync(
        HttpContext context, Caller caller, IdempotencyKeyHeader key, ReceiptAppender appender, CancellationToken cancellationToken)
    {
        var command = await CommandBody.ReadAsync(context.Request, AccountsJson.Default.CreateAccountBody, cancellationToken: cancellationToken);
        var errors = new RequestErrors();
        errors.Name(command.Value.Name, "/name");
        errors.ThrowIfAny();

        var accountId = DerivedId.Create("account", caller.UserId, Operation, key.Key());
        var name = HostCommands.Content(command.Value.Name);
        var result = await appender.AppendAsync(
            PixPaxStreams.Account, PixPaxStreams.AccountId(accountId), key.ToCommand(Operation, command.CanonicalBody, [("name", name)]),
            account => Decide(account, caller.UserId, name.Reference), cancellationToken);
        return CommandAnswer.From(context, result, ("accountId", accountId));
    }

    private static Decision Decide(ReceiptStream<AccountState> account, string userId, ContentReference name)
    {
        if (!account.Head.IsEmpty) return Refusals.Refuse(ProblemCode.AlreadyExists);
        return Decision.Accept(Issuer.Platform, ReceiptDraft.Create(AccountFold.AccountCreated, payload =>
        {
            payload.WritePropertyName("name");
            name.WriteTo(payload);
            payload.WriteString("userId", userId);
        }));
    }
}
