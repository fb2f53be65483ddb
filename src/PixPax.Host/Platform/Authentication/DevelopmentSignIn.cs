using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Authentication;

/// <summary>
/// Development sign-in: <c>Authorization: Bearer dev:&lt;userId&gt;</c> is that user, no questions asked. It does not start in
/// the Production environment.
/// </summary>
internal sealed class DevelopmentSignIn(OperatorList operators) : ISignIn
{
    /// <summary>An operator in development, without any setting.</summary>
    public const string OperatorUserId = "operator";

    private const string Prefix = "dev:";

    public string Name => "development";

    public ValueTask<SignInResult> SignInAsync(HttpContext context, CancellationToken cancellationToken) => new(SignIn(context.Request));

    private SignInResult SignIn(HttpRequest request)
    {
        if (BearerHeader.Read(request) is not { } bearer || !bearer.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return SignInResult.Failed(SignInFailure.Malformed);

        var userId = bearer[Prefix.Length..];
        return RequestErrors.IsId(userId) ? SignInResult.Of(new Caller(userId, operators.Contains(userId))) : SignInResult.Failed(SignInFailure.UserId);
    }
}
