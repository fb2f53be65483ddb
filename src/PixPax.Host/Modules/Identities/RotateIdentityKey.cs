using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Identities;

/// <summary>Gives an identity its next key. What the older keys signed stays good. Owners only.</summary>
internal static class RotateIdentityKey
{
    private const string Operation = "identities/{id}/commands/rotate-key";

    internal sealed record Body : IExpectsVersion
    {
        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Owner, HandleAsync)
        .Describe("rotateIdentityKey", "Identities", "Gives an identity its next key", "What the older keys signed stays good. For owners.")
        .AnswersIds("IdentityWritten", "accountId", "identityId")
        .Refuses(ProblemCode.IdentityRevoked, ProblemCode.Conflict);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, IdentityAccess access, ISigningKeys keys, CancellationToken cancellationToken)
    {
        var identity = await access.ForOwnerAsync(caller, id, cancellationToken);
        var command = await request.ReadAsync(IdentitiesJson.Default.RotateIdentityKeyBody);
        request.RequirePrecondition(command, identity);

        // A retry of what was done needs no key, and must not make one.
        var version = identity.State.Keys.Length + 1;
        var signer = request.IsKnownTo(identity) || identity.State.IsRevoked ? null : await keys.CreateAsync(id, version, cancellationToken);
        return await request.AppendAsync(
            command, PixPaxStreams.Identity, identity.Id,
            stream => Decide(stream.State, signer?.PublicKey, new KeyReference(keys.Provider, id, version)), [("accountId", identity.Id["accountId"]), ("identityId", id)]);
    }

    private static Decision Decide(KeyHistory identity, PublicKey? key, KeyReference reference)
    {
        if (identity.IsRevoked) return Refusals.Refuse(ProblemCode.IdentityRevoked);
        if (key is null || identity.Keys.Length + 1 != reference.Version) return Refusals.Refuse(ProblemCode.Conflict, "Another rotation came first. Look at the identity, and rotate again if you still want to.");
        return Decision.Accept(Issuer.Platform, KeyReceipts.RotateKey(key, reference));
    }
}
