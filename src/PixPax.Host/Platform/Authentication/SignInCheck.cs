using Concord.Receipts.Storage;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Authentication;

/// <summary>Signs the connection's request in once more, the same way, and compares who it is.</summary>
internal sealed class SignInCheck(SignIns signIns) : ISignInCheck
{
    public async ValueTask<bool> StillHoldsAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.User.Identity is not CallerIdentity { Caller: var caller }) return true;
        if (signIns.Of(context.Request) is not { } way) return false;
        try
        {
            return (await way.SignInAsync(context, cancellationToken)).Caller?.UserId == caller.UserId;
        }
        catch (Exception exception) when (exception is ProblemException or ObjectStoreException)
        {
            // It cannot be told now. A database that is away for a moment must not end every subscription; the sign-in's own end does.
            return true;
        }
    }
}
