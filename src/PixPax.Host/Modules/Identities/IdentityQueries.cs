using Concord.Receipts;
using Microsoft.OpenApi;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Identities;

internal sealed record IdentityView(string IdentityId, string AccountId, string? Label, [property: OneOf("active", "revoked")] string Status, long StreamVersion, IReadOnlyList<KeyView> Keys);

/// <summary>A public key and how long it is good: <c>current</c> signs, <c>superseded</c> has signed and stays good, <c>revoked</c> and
/// <c>compromised</c> are good up to the receipts that were listed when the key ended.</summary>
internal sealed record KeyView(string PublicKeyId, string PublicKey, [property: OneOf("current", "superseded", "revoked", "compromised")] string Validity, string? Reason);

internal static class IdentityQueries
{
    public static void Map(ApiRoutes routes)
    {
        routes.Query("/v1/identities", Access.Member, ListAsync)
            .Describe("listIdentities", "Identities", "Lists the identities of an account", "The collectors of one account, with their public keys, in the order of their ids. For its members.")
            .Takes(new RequestParameter("accountId", ParameterLocation.Query, Forms.Id, "The id of the account.", IsRequired: true))
            .Answers(IdentitiesJson.Default.PageIdentityView);
        routes.Query("/v1/identities/{id}", Access.Member, GetAsync)
            .Describe("getIdentity", "Identities", "Gets an identity", "A collector, with all public keys that it ever had and how long each is good. For members of its account.")
            .Answers(IdentitiesJson.Default.IdentityView);
        routes.Query("/v1/identities/{id}/jwks", Access.Member, GetJwksAsync)
            .Describe("getIdentityJwks", "Identities", "Gets an identity's keys as a JSON Web Key Set", "The keys that have not ended, for JOSE libraries (RFC 7517); `kid` is the `publicKeyId` of receipts.")
            .Answers(KeysJson.Default.JsonWebKeySet);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, ProjectedRead read, string? accountId, Caller caller, AccountAccess access, IProjectionQueries projection, StoredContent content, CancellationToken cancellationToken)
    {
        var errors = new RequestErrors();
        errors.IdParameter(accountId, "accountId");
        errors.ThrowIfAny();
        await access.RequireMemberAsync(caller, accountId!, cancellationToken);

        var page = PageRequest.Read(context.Request, $"identities:{accountId}");
        await read.ReachAsync(cancellationToken);
        var rows = await projection.IdentitiesOfAsync(accountId!, page.After, page.Limit + 1, cancellationToken);
        var labels = await content.TextsAsync([.. rows.Select(row => (PrefixOf(row), row.Label))], cancellationToken);
        return page.Answer(context, [.. rows.Select((row, index) => View(row, labels[index]))], view => view.IdentityId, IdentitiesJson.Default.PageIdentityView);
    }

    private static Task<IResult> GetAsync(string id, StreamRead read, Caller caller, IdentityAccess access, StoredContent content, CancellationToken cancellationToken) =>
        read.AnswerAsync(
            () => access.ForMemberAsync(caller, id, cancellationToken),
            async identity => JsonAnswer.Of(View(IdentityRow.Of(identity), await content.TextAsync(identity.Prefix, identity.Unless(identity.State.Label), cancellationToken)), IdentitiesJson.Default.IdentityView));

    private static Task<IResult> GetJwksAsync(string id, StreamRead read, Caller caller, IdentityAccess access, CancellationToken cancellationToken) =>
        read.AnswerAsync(
            () => access.ForMemberAsync(caller, id, cancellationToken),
            identity => new ValueTask<IResult>(JsonAnswer.Of(JsonWebKeySet.Of(identity.State), KeysJson.Default.JsonWebKeySet)));

    private static string PrefixOf(IdentityRow row) => PixPaxStreams.Identity.PrefixOf(StreamId.Identity(row.AccountId, row.IdentityId));

    private static IdentityView View(IdentityRow row, string? label) => new(row.IdentityId, row.AccountId, label, row.Status, row.StreamVersion, row.Keys);
}
