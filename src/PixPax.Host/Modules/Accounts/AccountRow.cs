using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Accounts;

/// <summary>An account as a projection keeps it: a function of its stream.</summary>
internal sealed record AccountRow(string AccountId, ContentReference? Name, string CreatedAt, long StreamVersion, IReadOnlyList<MemberView> Members)
{
    public static AccountRow Of(ReceiptStream<AccountState> account) => new(
        account.Id["accountId"],
        account.Unless(account.State.Name),
        account.State.CreatedAt,
        account.Head.Version,
        [.. account.State.Members.Select(member => new MemberView(member.Key, member.Value))]);
}
