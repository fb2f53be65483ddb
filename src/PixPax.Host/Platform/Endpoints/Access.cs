using PixPax.Host.Platform.Authentication;

namespace PixPax.Host.Platform.Endpoints;

/// <summary>
/// Who may call an endpoint, as <c>docs/authorization.md</c> says it. The framework enforces <see cref="SignedIn"/> and
/// <see cref="Operator"/>; whose account a thing belongs to, only its handler can know.
/// </summary>
internal enum Access
{
    /// <summary>Also without a sign-in. For what says nothing of anybody.</summary>
    Anyone,

    /// <summary>Every caller, for what is everybody's, or for what is their own.</summary>
    SignedIn,

    /// <summary>The members of the account that the thing belongs to; to others it does not exist.</summary>
    Member,

    /// <summary>The owners of the account; other members are told that they may not.</summary>
    Owner,

    /// <summary>The members of the account, and operators.</summary>
    MemberOrOperator,

    /// <summary>Operators: a setting of the platform, never a role in an account.</summary>
    Operator,
}

/// <summary>What an endpoint says about itself: who may call it.</summary>
internal sealed record EndpointAccess(Access Access);

/// <summary>What an endpoint says about itself: with which scope a service calls it as a member would, and with which as an operator would. None
/// is nobody: where no endpoint says so, no service is let in.</summary>
internal sealed record EndpointScopes(ServiceScopes Member, ServiceScopes Operator);

/// <summary>What an endpoint says about itself: in which media type it answers.</summary>
internal sealed record Produced(string MediaType);

/// <summary>What a command's endpoint says about itself.</summary>
/// <param name="Operation">Its route without <c>/v1/</c>, of which ids and request hashes are derived.</param>
/// <param name="Body">The type that the body becomes.</param>
/// <param name="MaxBytes">The largest body that it takes.</param>
internal sealed record CommandEndpoint(string Operation, Type Body, int MaxBytes);
