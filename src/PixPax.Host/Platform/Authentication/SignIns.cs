namespace PixPax.Host.Platform.Authentication;

/// <summary>One way to sign a request in. It reads the request and what it trusts, and writes nothing.</summary>
internal interface ISignIn
{
    /// <summary>What metrics and logs call it.</summary>
    string Name { get; }

    /// <summary>Looks whether what the request carries for this way holds.</summary>
    /// <exception cref="Errors.ProblemException">That cannot be told now.</exception>
    ValueTask<SignInResult> SignInAsync(HttpContext context, CancellationToken cancellationToken);
}

/// <summary>
/// Which way a request means to be signed in. An <c>Authorization</c> header decides alone: when it does not hold, no cookie stands in
/// for it. A browser sends cookies by itself and that header only when its page says so.
/// </summary>
internal sealed class SignIns(ISignIn credentials, ISignIn? bearer, BetterAuth.SessionCookieSignIn? cookie)
{
    /// <summary>Null when the request carries no sign-in at all.</summary>
    public ISignIn? Of(HttpRequest request)
    {
        if (request.Headers.Authorization.Count > 0) return bearer is null || CredentialSignIn.IsMeant(request) ? credentials : bearer;
        return IsByCookie(request) ? cookie : null;
    }

    /// <summary>Whether it is a cookie, which a browser sends whoever made it send the request.</summary>
    public bool IsByCookie(HttpRequest request) => cookie is not null && request.Headers.Authorization.Count == 0 && cookie.IsPresent(request);
}
