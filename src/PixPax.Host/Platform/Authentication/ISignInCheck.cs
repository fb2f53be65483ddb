using Microsoft.AspNetCore.Http;

namespace PixPax.Host.Platform.Authentication;

/// <summary>Says whether the sign-in that a long connection was opened with still holds.</summary>
/// <remarks>A request is over before its sign-in changes; a subscription is not, so it asks again from time to time.</remarks>
internal interface ISignInCheck
{
    /// <summary>Looks again at what the connection's request was signed in with.</summary>
    /// <param name="context">The request that opened the connection.</param>
    /// <param name="cancellationToken">Gives up the look.</param>
    /// <returns>False once the session is signed out or expired, the token has expired, or the credential is revoked.</returns>
    ValueTask<bool> StillHoldsAsync(HttpContext context, CancellationToken cancellationToken);
}
