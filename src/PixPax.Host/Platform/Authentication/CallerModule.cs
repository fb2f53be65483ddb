using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Authentication;

internal static class CallerModule
{
    public static void AddCallers(this WebApplicationBuilder builder, PixPaxOptions options)
    {
        builder.Services.AddAuthentication(DevelopmentSignIn.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, DevelopmentSignIn>(DevelopmentSignIn.SchemeName, configureOptions: null);
        builder.Services.AddSingleton(new OperatorList([.. options.Operators, DevelopmentSignIn.OperatorUserId]));

        // Deny by default: an endpoint that says nothing needs a caller; only AllowAnonymous opens one.
        var signedIn = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();
        builder.Services.AddAuthorizationBuilder()
            .SetDefaultPolicy(signedIn)
            .SetFallbackPolicy(signedIn)
            .AddPolicy(Policies.Operator, policy => policy
                .RequireAuthenticatedUser()
                .RequireClaim(Caller.OperatorClaim, bool.TrueString));
    }
}
