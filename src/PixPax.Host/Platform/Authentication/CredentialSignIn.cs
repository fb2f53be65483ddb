using PixPax.Host.Modules.Credentials;
using PixPax.Host.Platform.Endpoints;

namespace PixPax.Host.Platform.Authentication;

/// <summary>Signs a service in by the secret of its credential: <c>Authorization: Bearer pixpax_sc_…</c>, whichever way people sign in.</summary>
/// <remarks>Takes the services, not the directory: that stands on the receipts, which are made later than the platform.</remarks>
internal sealed class CredentialSignIn(IServiceProvider services) : ISignIn
{
    public string Name => "credential";

    public static bool IsMeant(HttpRequest request) => BearerHeader.Read(request)?.StartsWith(CredentialSecret.Prefix, StringComparison.Ordinal) == true;

    public async ValueTask<SignInResult> SignInAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (BearerHeader.Read(context.Request) is not { } secret || !CredentialSecret.IsSecret(secret)) return SignInResult.Failed(SignInFailure.Malformed);

        // Found by its hash: how long that takes says nothing about the secret.
        var directory = services.GetRequiredService<CredentialDirectory>();
        if (await directory.FindAsync(CredentialSecret.HashOf(secret), cancellationToken) is not { } credential) return SignInResult.Failed(SignInFailure.Unknown);
        if (credential.Revoked is not null) return SignInResult.Failed(SignInFailure.Revoked);
        if (credential.Expires <= services.GetRequiredService<TimeProvider>().GetUtcNow()) return SignInResult.Failed(SignInFailure.Expired);

        return SignInResult.Of(CallerOf(credential, context.GetEndpoint()?.Metadata.GetMetadata<EndpointScopes>()), credential.Expires);
    }

    // What it is at this endpoint: a scope that an operator gave for cards makes nobody an operator elsewhere.
    private static Caller CallerOf(Credential credential, EndpointScopes? endpoint) =>
        new(credential.UserId, IsOperator: endpoint is not null && (credential.Scopes & endpoint.Operator) != ServiceScopes.None)
        {
            Service = new ServicePass(
                credential.CredentialId, credential.Scopes, credential.AccountId, ActsAsMember: endpoint is not null && (credential.Scopes & endpoint.Member) != ServiceScopes.None),
        };
}
