using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Accounts;

/// <summary>Opens an account. Whoever opens it is its owner.</summary>
internal static class CreateAccount
{
    private const string Operation = "accounts/commands/create";

    internal sealed record Body
    {
        [Name]
        public required string Name { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.SignedIn, HandleAsync)
        .Describe("createAccount", "Accounts", "Opens an account", "Whoever opens it is its owner.")
        .AnswersIds("AccountWritten", "accountId")
        .Refuses(ProblemCode.AlreadyExists);

    private static async Task<IResult> HandleAsync(
        Caller caller, CommandRequest request)
    {
        if (caller.Service?.AccountId is not null) throw new ProblemException(ProblemCode.Forbidden, "The credential is for one account, and opens no other.");
        var command = await request.ReadAsync(AccountsJson.Default.CreateAccountBody);
        var accountId = request.NewId("account", caller.UserId);
        var name = HostCommands.Content(command.Value.Name);
        return await request.AppendAsync(
            command, PixPaxStreams.Account, PixPaxStreams.AccountId(accountId),
            account => Decide(account, caller.UserId, name.Reference), [("accountId", accountId)], [("name", name)]);
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
