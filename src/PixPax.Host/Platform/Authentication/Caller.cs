using System.Security.Claims;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Authentication;

/// <summary>Who calls, however they signed in. Binds as a parameter of a handler.</summary>
internal sealed record Caller(string UserId, bool IsOperator)
{
    /// <summary>Its value is <see cref="bool.TrueString"/> for an operator.</summary>
    public const string OperatorClaim = "operator";

    public const string UserIdClaim = "sub";

    /// <summary>What the user ids of services begin with, and those of people do not.</summary>
    public const string ServicePrefix = "service-";

    /// <summary>What a service was let in with; null for a person.</summary>
    public ServicePass? Service { get; init; }

    public static ValueTask<Caller?> BindAsync(HttpContext context) => new(From(context.User));

    /// <exception cref="ProblemException">Nobody is signed in.</exception>
    public static Caller From(ClaimsPrincipal principal) =>
        principal.Identity is CallerIdentity { Caller: var caller } ? caller : throw new ProblemException(ProblemCode.Unauthenticated, ProblemCode.Unauthenticated.Meaning);

    /// <summary>Whether being a member of the account counts for this caller: for a person always, for a service within its credential.</summary>
    public bool MayActIn(string accountId) => Service is null || (Service.ActsAsMember && (Service.AccountId is null || Service.AccountId == accountId));

    /// <summary>What a sign-in scheme says about the caller it has recognised.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) => new(new CallerIdentity(this, scheme));
}

/// <summary>What a service's credential lets it do at the endpoint that it calls.</summary>
/// <param name="CredentialId">The credential.</param>
/// <param name="Scopes">All that it was issued for.</param>
/// <param name="AccountId">The one account that it is good for; null for any that lets the service in.</param>
/// <param name="ActsAsMember">Whether its scopes cover what members do at this endpoint.</param>
internal sealed record ServicePass(string CredentialId, ServiceScopes Scopes, string? AccountId, bool ActsAsMember);

/// <summary>The identity of a principal of ours: the caller itself, and as claims what the framework's policies look at.</summary>
internal sealed class CallerIdentity(Caller caller, string scheme)
    : ClaimsIdentity([new Claim(Caller.UserIdClaim, caller.UserId), new Claim(Caller.OperatorClaim, caller.IsOperator.ToString())], scheme)
{
    public Caller Caller { get; } = caller;
}
