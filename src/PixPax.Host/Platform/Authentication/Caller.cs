using System.Security.Claims;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Authentication;

/// <summary>Who calls, however they signed in. Binds as a parameter of a handler.</summary>
internal sealed record Caller(string UserId, bool IsOperator)
{
    /// <summary>Its value is <see cref="bool.TrueString"/> for an operator.</summary>
    public const string OperatorClaim = "operator";

    public const string UserIdClaim = "sub";

    public static ValueTask<Caller?> BindAsync(HttpContext context) => new(From(context.User));

    /// <exception cref="ProblemException">Nobody is signed in.</exception>
    public static Caller From(ClaimsPrincipal principal) =>
        principal.FindFirstValue(UserIdClaim) is { } userId
            ? new Caller(userId, principal.HasClaim(OperatorClaim, bool.TrueString))
            : throw new ProblemException(ProblemCode.Unauthenticated, ProblemCode.Unauthenticated.Meaning);

    /// <summary>What a sign-in scheme says about the caller it has recognised.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new Claim(UserIdClaim, UserId), new Claim(OperatorClaim, IsOperator.ToString())], scheme));
}
