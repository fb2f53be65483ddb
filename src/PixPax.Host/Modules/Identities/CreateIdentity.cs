using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
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
        public required string AccountId { get; init; }

        public required string Label { get; init; }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(HostCommands.Path(Operation), HandleAsync);

    private static async Task<IResult> HandleAsync(
        HttpContext context, Caller caller, IdempotencyKeyHeader key, AccountAccess access, ISigningKeys keys, ReceiptStreams streams, ReceiptAppender appender, CancellationToken cancellationToken)
    {
        var command = await CommandBody.ReadAsync(context.Request, IdentitiesJson.Default.CreateIdentityBody, cancellationToken: cancellationToken);
        var errors = new RequestErrors();
        errors.Id(command.Value.AccountId, "/accountId");
        errors.Name(command.Value.Label, "/label");
        errors.ThrowIfAny();
        await access.RequireOwnerAsync(caller, command.Value.AccountId, cancellationToken);

        // The id is derived from the command and the key named from the id: a retry, after any crash, finds both again.
        var identityId = DerivedId.Create(StreamId.IdentityType, command.Value.AccountId, Operation, key.Key());
        var stream = StreamId.Identity(command.Value.AccountId, identityId);
        // A retry of what was done needs no key, and the one that it made may be disabled by now.
        var isDone = !(await streams.ReadAsync(PixPaxStreams.Identity, stream, cancellationToken)).Head.IsEmpty;
        var signer = isDone ? null : await keys.CreateAsync(identityId, FirstKey, cancellationToken);
        var reference = new KeyReference(keys.Provider, identityId, FirstKey);
        var label = HostCommands.Content(command.Value.Label);
        var result = await appender.AppendAsync(
            PixPaxStreams.Identity, stream, key.ToCommand(Operation, command.CanonicalBody, [("label", label)]),
            identity => identity.Head.IsEmpty && signer is not null
                ? Decision.Accept(Issuer.Platform, KeyReceipts.CreateIdentity(signer.PublicKey, reference, label.Reference))
                : Refusals.Refuse(ProblemCode.AlreadyExists),
            cancellationToken);
        return CommandAnswer.From(context, result, ("accountId", command.Value.AccountId), ("identityId", identityId));
    }
}
