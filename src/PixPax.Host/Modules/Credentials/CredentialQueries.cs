using Concord.Receipts.Streams;
using PixPax.Host.Platform.Concurrency;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Credentials;

internal sealed record CredentialView(
    string CredentialId, string UserId, string? Label, string Scope, string? AccountId, [property: OneOf("active", "expired", "revoked")] string Status, string ExpiresAt, string IssuedAt, string IssuedBy, RevocationView? Revoked);

internal sealed record RevocationView(string At, string By, string? Reason);

/// <summary>Which services were issued credentials. Not even the hashes of their secrets are told.</summary>
internal static class CredentialQueries
{
    public static void Map(ApiRoutes routes) => routes.Query("/v1/credentials", Access.Operator, ListAsync)
        .Describe("listCredentials", "Credentials", "Lists the credentials of services", "Which services were issued credentials, and which of them hold. Not even the hashes of their secrets are told. For operators.")
        .TakesPage(PageRequest.DefaultMaxLimit)
        .Answers(CredentialsJson.Default.PageCredentialView);

    private static async Task<IResult> ListAsync(HttpContext context, StreamRead read, ReceiptStreams streams, StoredContent content, TimeProvider time, CancellationToken cancellationToken)
    {
        var page = PageRequest.Read(context.Request, "credentials");
        // The stream itself, and no projection: it is one, and whoever looks whether a credential is revoked wants to know it as it is.
        var all = await streams.ReadAsync(PixPaxStreams.Credentials, PixPaxStreams.CredentialsId, cancellationToken);
        return all.Head.IsEmpty
            ? page.Answer(context, [], view => view.CredentialId, CredentialsJson.Default.PageCredentialView)
            : await read.AnswerAsync(() => streams.ReadAsync(PixPaxStreams.Credentials, PixPaxStreams.CredentialsId, cancellationToken), AnswerAsync);

        async ValueTask<IResult> AnswerAsync(ReceiptStream<CredentialState> stream)
        {
            var rows = stream.State.Credentials.Values.SkipWhile(credential => string.CompareOrdinal(credential.CredentialId, page.After) <= 0).Take(page.Limit + 1).ToArray();
            var labels = await content.TextsAsync([.. rows.Select(row => (stream.Prefix, stream.Unless(row.Label)))], cancellationToken);
            return page.Answer(context, [.. rows.Select((row, index) => View(row, labels[index], time.GetUtcNow()))], view => view.CredentialId, CredentialsJson.Default.PageCredentialView);
        }
    }

    private static CredentialView View(Credential credential, string? label, DateTimeOffset now) => new(
        credential.CredentialId, credential.UserId, label, credential.Scope, credential.AccountId,
        credential.Revoked is not null ? "revoked" : credential.Expires <= now ? "expired" : "active",
        credential.ExpiresAt, credential.IssuedAt, credential.IssuedBy,
        credential.Revoked is { } revoked ? new RevocationView(revoked.At, revoked.By, revoked.Reason) : null);
}
