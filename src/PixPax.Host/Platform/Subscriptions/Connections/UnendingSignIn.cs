using PixPax.Host.Platform.Authentication;

namespace PixPax.Host.Platform.Subscriptions.Connections;

/// <summary>A development sign-in does not end: it is a name that somebody gave.</summary>
internal sealed class UnendingSignIn : ISignInCheck
{
    public ValueTask<bool> StillHoldsAsync(HttpContext context, CancellationToken cancellationToken) => new(true);
}
