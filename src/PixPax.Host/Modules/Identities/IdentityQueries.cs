using Concord.Receipts.Keys;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Identities;

internal sealed record IdentityView(string IdentityId, string AccountId, string? Label, string Status, long StreamVersion, IReadOnlyList<KeyView> Keys);

/// <summary>A public key and how long it is good: <c>current</c> signs, <c>superseded</c> has signed and stays good, <c>revoked</c> and
/// <c>compromised</c> are good up to the receipts that were listed when the key ended.</summary>
internal sealed record KeyView(string PublicKeyId, string PublicKey, string Validity, string? Reason);

internal static class IdentityQueries
{
    public static void Map(ApiRoutes routes)
    {
        routes.Query("/v1/identities", Access.Member, ListAsync);
        routes.Query("/v1/identities/{id}", Access.Member, GetAsync);
        routes.Query("/v1/identities/{id}/jwks", Access.Member, GetJwksAsync);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, string? accountId, Caller caller, AccountAccess access, MemoryProjection projection, StoredContent content, CancellationToken cancellationToken)
    {
        var errors = new RequestErrors();
        errors.IdParameter(accountId, "accountId");
        errors.ThrowIfAny();
        await access.RequireMemberAsync(caller, accountId!, cancellationToken);

        var page = PageRequest.Read(context.Request, $"identities:{accountId}");
        var views = new List<IdentityView>();
        foreach (var identity in projection.IdentitiesOf(accountId!, page.After, page.Limit + 1)) views.Add(await ViewAsync(identity, content, cancellationToken));
        return page.Answer(context, views, view => view.IdentityId, IdentitiesJson.Default.PageIdentityView);
    }

    private static Task<IResult> GetAsync(string id, StreamRead read, Caller caller, IdentityAccess access, StoredContent content, CancellationToken cancellationToken) =>
        read.AnswerAsync(
            () => access.ForMemberAsync(caller, id, cancellationToken),
            async identity => JsonAnswer.Of(await ViewAsync(identity, content, cancellationToken), IdentitiesJson.Default.IdentityView));

    private static Task<IResult> GetJwksAsync(string id, StreamRead read, Caller caller, IdentityAccess access, CancellationToken cancellationToken) =>
        read.AnswerAsync(
            () => access.ForMemberAsync(caller, id, cancellationToken),
            identity => new ValueTask<IResult>(JsonAnswer.Of(JsonWebKeySet.Of(identity.State), KeysJson.Default.JsonWebKeySet)));

    private static async ValueTask<IdentityView> ViewAsync(ReceiptStream<KeyHistory> identity, StoredContent content, CancellationToken cancellationToken) => new(
        identity.Id["identityId"],
        identity.Id["accountId"],
        await content.TextAsync(identity, identity.State.Label, cancellationToken),
        identity.State.IsRevoked ? "revoked" : "active",
        identity.Head.Version,
        [.. identity.State.Keys.Select(key => new KeyView(key.PublicKey.Id.ToString(), Convert.ToBase64String(key.PublicKey.Spki.Span), ValidityOf(key, identity.State), key.End?.Reason))]);

    private static string ValidityOf(KeyEntry key, KeyHistory history) => key switch
    {
        { End.IsCompromise: true } => "compromised",
        { End: not null } => "revoked",
        _ => key == history.Current ? "current" : "superseded",
    };
}
