using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using PixPax.Host.Platform.Telemetry;

namespace PixPax.Host.Platform.Authentication;

/// <summary>The host's one authentication scheme: finds out which way the request is signed in, and asks that way.</summary>
internal sealed class SignInHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SignIns signIns)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "SignIn";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // What is anybody's is not asked for a sign-in: a database that is away must not take the health checks with it.
        if (Context.GetEndpoint()?.Metadata.GetMetadata<IAllowAnonymous>() is not null) return AuthenticateResult.NoResult();
        if (signIns.Of(Request) is not { } way) return AuthenticateResult.NoResult();

        var result = await way.SignInAsync(Context, Context.RequestAborted);
        if (result.Failure is { } reason)
        {
            HostMetrics.SignInFailed(way.Name, reason);
            Logger.NotSignedIn(Context.TraceIdentifier, way.Name, reason);
        }

        return result.Ticket;
    }
}
