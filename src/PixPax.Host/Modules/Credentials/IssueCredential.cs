using System.Globalization;
using Concord.Receipts;
using Concord.Receipts.Hashing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Credentials;

/// <summary>
/// Issues a credential for a service. The caller sends the hash of a secret that it made itself (<c>PixPax.Host credentials new</c>), so the
/// secret is in no request, no answer and no receipt, and a retry gets the first answer. Operators only; an account's owner then lets the
/// service in like anybody else, by its user id: an operator lets nobody into an account.
/// </summary>
internal static class IssueCredential
{
    private const string Operation = "credentials/commands/issue";

    /// <summary>A secret that nobody replaces is one that nobody remembers.</summary>
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(400);

    internal sealed record Body : IExpectsVersion
    {
        public required string Label { get; init; }

        public required string SecretHash { get; init; }

        public required string Scope { get; init; }

        public required string ExpiresAt { get; init; }

        public string? AccountId { get; init; }

        /// <inheritdoc/>
        public long? ExpectedVersion { get; init; }
    }

    public static void Map(ApiRoutes routes) => routes.Command<Body>(Operation, Access.Operator, HandleAsync)
        .Describe("issueCredential", "Credentials", "Issues a credential for a service", "The caller sends the hash of a secret that it made itself; the secret is in no request and no answer. For operators.")
        .AnswersIds("CredentialIssued", "credentialId", "userId")
        .Refuses(ProblemCode.Unprocessable, ProblemCode.AlreadyExists);

    private static async Task<IResult> HandleAsync(Caller caller, CommandRequest request, CredentialDirectory directory, TimeProvider time)
    {
        var command = await request.ReadAsync(CredentialsJson.Default.IssueCredentialBody);
        var body = command.Value;
        var errors = new RequestErrors();
        errors.Name(body.Label, "/label");
        if (!Sha256Hash.TryParse(body.SecretHash, out var secretHash)) errors.Add("/secretHash", "sha256: and 64 lower-case hexadecimal digits, as 'PixPax.Host credentials new' prints them.");
        if (!ServiceScopeText.TryParse(body.Scope, out var scopes)) errors.Add("/scope", $"Words with one space between them, each once, of: {ServiceScopeText.Words}.");
        if (!TryReadTime(body.ExpiresAt, out var expires)) errors.Add("/expiresAt", "A time in UTC, such as 2027-01-31T00:00:00Z.");
        if (body.AccountId is { } accountId) errors.Id(accountId, "/accountId");
        // Collections are no account's: bound to one, the scope would mean more than it says.
        if (body.AccountId is not null && scopes.HasFlag(ServiceScopes.OperatorCollections)) errors.Add("/accountId", "None with operator:collections: collections belong to no account. Issue two credentials.");
        errors.ThrowIfAny();

        var label = HostCommands.Content(body.Label);
        var credential = new Credential(
            request.NewId("credential", "platform"), secretHash, label.Reference, ServiceScopeText.Of(scopes), body.AccountId, Text(expires), "", caller.UserId, Revoked: null);
        try
        {
            return await request.AppendAsync(
                command, PixPaxStreams.Credentials, PixPaxStreams.CredentialsId,
                stream => Decide(stream.State, credential, expires, time.GetUtcNow()),
                [("credentialId", credential.CredentialId), ("userId", credential.UserId)], [("label", label)]);
        }
        finally
        {
            directory.Forget();
        }
    }

    private static Decision Decide(CredentialState state, Credential credential, DateTimeOffset expires, DateTimeOffset now)
    {
        if (expires <= now || expires - now > LongestLife) return Refusals.Refuse(ProblemCode.Unprocessable, $"expiresAt lies in the future, and at most {LongestLife.TotalDays:F0} days ahead.");
        if (state.Credentials.Values.Any(other => other.SecretHash == credential.SecretHash)) return Refusals.Refuse(ProblemCode.AlreadyExists, "Another credential has this secret. Make a new one for each.");
        return Decision.Accept(Issuer.Platform, ReceiptDraft.Create(CredentialFold.CredentialIssued, payload =>
        {
            if (credential.AccountId is { } accountId) payload.WriteString("accountId", accountId);
            payload.WriteString("credentialId", credential.CredentialId);
            payload.WriteString("expiresAt", credential.ExpiresAt);
            payload.WriteString("issuedBy", credential.IssuedBy);
            payload.WritePropertyName("label");
            credential.Label.WriteTo(payload);
            payload.WriteString("scope", credential.Scope);
            payload.WriteString("secretHash", credential.SecretHash.ToString());
        }));
    }

    private static bool TryReadTime(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    private static string Text(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
