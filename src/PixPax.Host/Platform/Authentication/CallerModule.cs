using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;

namespace PixPax.Host.Platform.Authentication;

internal static class CallerModule
{
    public static void AddCallers(this WebApplicationBuilder builder, PixPaxOptions options)
    {
        builder.Services.AddAuthentication(DevelopmentSignIn.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, DevelopmentSignIn>(DevelopmentSignIn.SchemeName, configureOptions: null);
        builder.Services.AddSingleton(new OperatorList([.. options.Operators, DevelopmentSignIn.OperatorUserId]));

        // Deny by default: an endpoint that says nothing needs a caller; only AllowAnonymous opens one. The same holds where there is no
        // endpoint, and there /v1/admin is for operators: what does not exist yet is not told apart from what does.
        var signedIn = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(IsNotOfAdminOrByOperator).Build();
        builder.Services.AddAuthorizationBuilder()
            .SetDefaultPolicy(signedIn)
            .SetFallbackPolicy(signedIn)
            .AddPolicy(Policies.Operator, policy => policy
                .RequireAuthenticatedUser()
                .RequireClaim(Caller.OperatorClaim, bool.TrueString));
    }

    private static bool IsNotOfAdminOrByOperator(AuthorizationHandlerContext authorization) =>
        authorization.Resource is not HttpContext context
        || !ApiPaths.IsAdmin(context.Request.Path)
        || authorization.User.HasClaim(Caller.OperatorClaim, bool.TrueString);
}
