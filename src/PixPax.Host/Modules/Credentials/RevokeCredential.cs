using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Credentials;

/// <summary>Ends a credential for good: at this host at once, at others within <see cref="CredentialDirectory.Freshness"/>. Operators only.</summary>
internal static class RevokeCredential
{
    private const string Operation = "credentials/{id}/commands/revoke";

    internal sealed record Body : IExpectsVersion
    {
        public string? Reason { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Operator, HandleAsync)
        .Describe("revokeCredential", "Credentials", "Ends a credential for good", "At this host at once, at others within seconds. The body may be left out. For operators.")
        .AnswersIds("CredentialWritten", "credentialId")
        .Refuses(ProblemCode.Conflict);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, CommandRequest request, ReceiptStreams streams, CredentialDirectory directory, CancellationToken cancellationToken)
    {
        AccountAccess.RequireId(id);
        if (!(await streams.ReadAsync(PixPaxStreams.Credentials, PixPaxStreams.CredentialsId, cancellationToken)).State.Credentials.ContainsKey(id))
            throw new ProblemException(ProblemCode.NotFound, $"There is no credential {id}.");

        var command = await request.ReadAsync(CredentialsJson.Default.RevokeCredentialBody);
        if (command.Value.Reason is { } given)
        {
            var errors = new RequestErrors();
            errors.Name(given, "/reason");
            errors.ThrowIfAny();
        }

        try
        {
            return await request.AppendAsync(
                command, PixPaxStreams.Credentials, PixPaxStreams.CredentialsId,
                stream => Decide(stream.State.Credentials[id], caller.UserId, command.Value.Reason), [("credentialId", id)]);
        }
        finally
        {
            directory.Forget();
        }
    }

    private static Decision Decide(Credential credential, string userId, string? reason)
    {
        if (credential.Revoked is not null) return Refusals.Refuse(ProblemCode.Conflict, "The credential is revoked already.");
        return Decision.Accept(Issuer.Platform, ReceiptDraft.Create(CredentialFold.CredentialRevoked, payload =>
        {
            payload.WriteString("credentialId", credential.CredentialId);
            if (reason is not null) payload.WriteString("reason", reason);
            payload.WriteString("revokedBy", userId);
        }));
    }
}
