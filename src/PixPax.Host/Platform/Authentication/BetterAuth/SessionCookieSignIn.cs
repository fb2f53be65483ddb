namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>
/// Signs in by better-auth's session cookie: its signature first, which costs nothing and keeps guesses away from the database, then the
/// session's row. The token alone, which better-auth's bearer plugin takes, is not taken: who may read the table could be anybody.
/// </summary>
internal sealed class SessionCookieSignIn(SessionCookie cookie, SessionDatabase sessions, OperatorList operators) : ISignIn
{
    public string Name => "cookie";

    public bool IsPresent(HttpRequest request) => cookie.Find(request.Headers.Cookie, out _) > 0;

    public async ValueTask<SignInResult> SignInAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (cookie.Find(context.Request.Headers.Cookie, out var value) != 1) return SignInResult.Failed(SignInFailure.Malformed);
        if (cookie.Read(value!, out var token) is { } failure) return SignInResult.Failed(failure);
        if (await sessions.FindAsync(token!, cancellationToken) is not { } session) return SignInResult.Failed(SignInFailure.Unknown);
        return operators.CallerOf(session.UserId) is { } caller ? SignInResult.Of(caller, session.Expires) : SignInResult.Failed(SignInFailure.UserId);
    }
}
