using Microsoft.AspNetCore.Http;

namespace PixPax.Host.Platform.Authentication;

/// <summary>Says whether the sign-in that a long connection was opened with still holds.</summary>
/// <remarks>A request is over before its sign-in changes; a subscription is not, so it asks again from time to time.</remarks>
internal interface ISignInCheck
{
    /// <summary>Looks again at what the connection's request was signed in with.</summary>
    /// <param name="context">The request that opened the connection.</param>
    /// <param name="cancellationToken">Gives up the look.</param>
    ValueTask<SignInStanding> LookAsync(HttpContext context, CancellationToken cancellationToken);
}

/// <summary>How a sign-in stands.</summary>
/// <param name="Holds">False once the session is signed out or expired, the token has expired, or the credential is revoked.</param>
/// <param name="Expires">When it ends by itself, as things are now: a session may have been prolonged. Null where nothing new is known of that.</param>
internal readonly record struct SignInStanding(bool Holds, DateTimeOffset? Expires = null);
