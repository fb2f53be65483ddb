using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Identities;

/// <summary>Makes a collector in an account, with a signing key of its own. Owners only.</summary>
internal static class CreateIdentity
{
    private const string Operation = "identities/commands/create";
    private const int FirstKey = 1;

    internal sealed record Body
    {
        [Id]
        public required string AccountId { get; init; }

        [Name]
        public required string Label { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Owner, HandleAsync)
        .Describe("createIdentity", "Identities", "Makes an identity", "A collector in an account, with a signing key of its own. For owners of the account.")
        .AnswersIds("IdentityWritten", "accountId", "identityId")
        .Refuses(ProblemCode.AlreadyExists);

    private static async Task<IResult> HandleAsync(
        Caller caller, CommandRequest request, AccountAccess access, ISigningKeys keys, ReceiptStreams streams, CancellationToken cancellationToken)
    {
        var command = await request.ReadAsync(IdentitiesJson.Default.CreateIdentityBody);
        await access.RequireOwnerAsync(caller, command.Value.AccountId, cancellationToken);

        // The id is derived from the command and the key named from the id: a retry, after any crash, finds both again.
        var identityId = request.NewId(StreamId.IdentityType, command.Value.AccountId);
        var stream = StreamId.Identity(command.Value.AccountId, identityId);
        var existing = await streams.ReadAsync(PixPaxStreams.Identity, stream, cancellationToken);
        request.RequirePrecondition(command, existing);
        // A retry of what was done needs no key, and the one that it made may be disabled by now.
        var signer = !existing.Head.IsEmpty ? null : await keys.CreateAsync(identityId, FirstKey, cancellationToken);
        var reference = new KeyReference(keys.Provider, identityId, FirstKey);
        var label = HostCommands.Content(command.Value.Label);
        return await request.AppendAsync(
            command, PixPaxStreams.Identity, stream,
            identity => identity.Head.IsEmpty && signer is not null
                ? Decision.Accept(Issuer.Platform, KeyReceipts.CreateIdentity(signer.PublicKey, reference, label.Reference))
                : Refusals.Refuse(ProblemCode.AlreadyExists),
            [("accountId", command.Value.AccountId), ("identityId", identityId)], [("label", label)]);
    }
}
