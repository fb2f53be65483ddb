using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Authentication;

/// <summary>
/// Development sign-in: <c>Authorization: Bearer dev:&lt;userId&gt;</c> is that user, no questions asked. It does not start in
/// the Production environment.
/// </summary>
internal sealed class DevelopmentSignIn(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, OperatorList operators)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Development";

    /// <summary>An operator in development, without any setting.</summary>
    public const string OperatorUserId = "operator";

    private const string Prefix = "Bearer dev:";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    private AuthenticateResult Authenticate()
    {
        var headers = Request.Headers.Authorization;
        if (headers.Count == 0) return AuthenticateResult.NoResult();
        if (headers is not [{ } header] || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.Fail("Not a development sign-in.");

        var userId = header[Prefix.Length..];
        if (!RequestErrors.IsId(userId)) return AuthenticateResult.Fail("Not a user id.");

        var caller = new Caller(userId, operators.Contains(userId));
        return AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Scheme.Name), Scheme.Name));
    }
}
