using Microsoft.AspNetCore.Authentication;

namespace PixPax.Host.Platform.Authentication;

/// <summary>What looking at a request's sign-in came to: who calls and until when, or why it does not hold.</summary>
internal sealed class SignInResult
{
    private SignInResult(AuthenticateResult ticket) => Ticket = ticket;

    public Caller? Caller { get; private init; }

    /// <summary>When the sign-in ends by itself; null when it does not.</summary>
    public DateTimeOffset? Expires { get; private init; }

    /// <summary>One of <see cref="SignInFailure"/>; null when it holds.</summary>
    public string? Failure { get; private init; }

    /// <summary>The same for the framework. It is not changed by whoever reads it, so one may serve many requests.</summary>
    public AuthenticateResult Ticket { get; }

    public static SignInResult Of(Caller caller, DateTimeOffset? expires = null) =>
        new(AuthenticateResult.Success(new AuthenticationTicket(
            caller.ToPrincipal(SignInHandler.SchemeName), new AuthenticationProperties { ExpiresUtc = expires }, SignInHandler.SchemeName)))
        {
            Caller = caller,
            Expires = expires,
        };

    public static SignInResult Failed(string failure) => new(AuthenticateResult.Fail(failure)) { Failure = failure };
}

/// <summary>Why a sign-in does not hold: a few words for metrics and logs. The caller is only told that it does not.</summary>
internal static class SignInFailure
{
    /// <summary>Not of the form at all, too long, or given twice.</summary>
    public const string Malformed = "malformed";

    /// <summary>Its signature is not by a key or a secret of ours.</summary>
    public const string Signature = "signature";

    /// <summary>Signed in a way that is not taken.</summary>
    public const string Algorithm = "algorithm";

    /// <summary>Signed by a key that the key set does not have.</summary>
    public const string Key = "key";

    public const string Issuer = "issuer";

    public const string Audience = "audience";

    public const string Expired = "expired";

    public const string NotYetValid = "not_yet_valid";

    /// <summary>There is no such session (any more), or no such credential.</summary>
    public const string Unknown = "unknown";

    public const string Revoked = "revoked";

    /// <summary>It holds, and names somebody by what cannot be a user id here.</summary>
    public const string UserId = "user_id";
}
