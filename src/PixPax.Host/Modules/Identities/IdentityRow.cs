using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Identities;

/// <summary>An identity as a projection keeps it: a function of its stream.</summary>
internal sealed record IdentityRow(string IdentityId, string AccountId, ContentReference? Label, string Status, long StreamVersion, IReadOnlyList<KeyView> Keys)
{
    public static IdentityRow Of(ReceiptStream<KeyHistory> identity) => new(
        identity.Id["identityId"],
        identity.Id["accountId"],
        identity.Unless(identity.State.Label),
        StatusOf(identity.State),
        identity.Head.Version,
        [.. identity.State.Keys.Select(key => KeyOf(key, identity.State))]);

    public static string StatusOf(KeyHistory history) => history.IsRevoked ? "revoked" : "active";

    public static KeyView KeyOf(KeyEntry key, KeyHistory history) =>
        new(key.PublicKey.Id.ToString(), Convert.ToBase64String(key.PublicKey.Spki.Span), ValidityOf(key, history), key.End?.Reason);

    private static string ValidityOf(KeyEntry key, KeyHistory history) => key switch
    {
        { End.IsCompromise: true } => "compromised",
        { End: not null } => "revoked",
        _ => key == history.Current ? "current" : "superseded",
    };
}
