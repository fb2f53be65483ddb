using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Accounts;

/// <summary>
/// Who may act in an account, told by the account's own receipts. To everybody else the account does not exist. Operator rights
/// play no part: they are the platform's.
/// </summary>
internal sealed class AccountAccess(ReceiptStreams streams)
{
    public async ValueTask<bool> IsMemberAsync(Caller caller, string accountId, CancellationToken cancellationToken)
    {
        var account = await streams.ReadAsync(PixPaxStreams.Account, PixPaxStreams.AccountId(accountId), cancellationToken);
        return IsMember(caller, account);
    }

    /// <exception cref="ProblemException">The caller is no member.</exception>
    public async ValueTask<ReceiptStream<AccountState>> RequireMemberAsync(Caller caller, string accountId, CancellationToken cancellationToken)
    {
        var account = await streams.ReadAsync(PixPaxStreams.Account, PixPaxStreams.AccountId(accountId), cancellationToken);
        return IsMember(caller, account)
            ? account
            : throw new ProblemException(ProblemCode.NotFound, $"There is no account {accountId}, or you are not a member of it.");
    }

    /// <exception cref="ProblemException">The caller is no owner.</exception>
    public async ValueTask<ReceiptStream<AccountState>> RequireOwnerAsync(Caller caller, string accountId, CancellationToken cancellationToken)
    {
        var account = await RequireMemberAsync(caller, accountId, cancellationToken);
        return account.State.IsOwner(caller.UserId)
            ? account
            : throw new ProblemException(ProblemCode.Forbidden, "Only an owner of the account may do this.");
    }

    // A service is let in by an owner like anybody else, and stays within its credential.
    private static bool IsMember(Caller caller, ReceiptStream<AccountState> account) =>
        account.State.Members.ContainsKey(caller.UserId) && caller.MayActIn(account.Id["accountId"]);

    /// <exception cref="ProblemException">Not an id at all, so nothing is there.</exception>
    public static void RequireId(string id)
    {
        if (!Concord.Receipts.StreamId.IsId(id)) throw new ProblemException(ProblemCode.NotFound, ProblemCode.NotFound.Meaning);
    }
}
