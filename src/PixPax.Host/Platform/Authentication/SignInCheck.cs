using Concord.Receipts.Storage;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Authentication;

/// <summary>Signs the connection's request in once more, the same way, and compares who it is.</summary>
internal sealed class SignInCheck(SignIns signIns) : ISignInCheck
{
    public async ValueTask<SignInStanding> LookAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.User.Identity is not CallerIdentity { Caller: var caller }) return new SignInStanding(Holds: true);
        if (signIns.Of(context.Request) is not { } way) return default;
        try
        {
            var result = await way.SignInAsync(context, cancellationToken);
            return new SignInStanding(result.Caller?.UserId == caller.UserId, result.Expires);
        }
        catch (Exception exception) when (exception is ProblemException or ObjectStoreException)
        {
            // It cannot be told now. A database that is away for a moment must not end every subscription; the sign-in's own end does.
            return new SignInStanding(Holds: true);
        }
    }
}
