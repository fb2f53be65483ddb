using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Identities;

/// <summary>Gives an identity its next key. What the older keys signed stays good. Owners only.</summary>
internal static class RotateIdentityKey
{
    private const string Operation = "identities/{id}/commands/rotate-key";

    internal sealed record Body;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(HostCommands.Path(Operation), HandleAsync);

    private static async Task<IResult> HandleAsync(
        string id, HttpContext context, Caller caller, IdempotencyKeyHeader key, IdentityAccess access, ISigningKeys keys, ReceiptAppender appender, CancellationToken cancellationToken)
    {
        var identity = await access.ForOwnerAsync(caller, id, cancellationToken);
        var command = await CommandBody.ReadOptionalAsync(context.Request, IdentitiesJson.Default.RotateIdentityKeyBody, cancellationToken);

        // A retry of what was done needs no key, and must not make one.
        var version = identity.State.Keys.Length + 1;
        var isSeen = identity.Keys.ContainsKey(key.Value);
        var signer = isSeen || identity.State.IsRevoked ? null : await keys.CreateAsync(id, version, cancellationToken);
        var result = await appender.AppendAsync(
            PixPaxStreams.Identity, identity.Id, key.ToCommand(Operation, command.CanonicalBody, target: ("id", id)),
            stream => Decide(stream.State, signer?.PublicKey, new KeyReference(keys.Provider, id, version)), cancellationToken);
        return CommandAnswer.From(context, result, ("accountId", identity.Id["accountId"]), ("identityId", id));
    }

    private static Decision Decide(KeyHistory identity, PublicKey? key, KeyReference reference)
    {
        if (identity.IsRevoked) return Refusals.Refuse(ProblemCode.IdentityRevoked);
        if (key is null || identity.Keys.Length + 1 != reference.Version) return Refusals.Refuse(ProblemCode.Conflict, "Another rotation came first. Look at the identity, and rotate again if you still want to.");
        return Decision.Accept(Issuer.Platform, KeyReceipts.RotateKey(key, reference));
    }
}
