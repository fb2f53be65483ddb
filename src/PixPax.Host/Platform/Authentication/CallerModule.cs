using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using PixPax.Host.Platform.Authentication.BetterAuth;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Authentication;

internal static class CallerModule
{
    public static void AddCallers(this WebApplicationBuilder builder, PixPaxOptions options)
    {
        var services = builder.Services;
        services.AddAuthentication(SignInHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, SignInHandler>(SignInHandler.SchemeName, configureOptions: null);
        services.AddSingleton<ISignInCheck, SignInCheck>();
        if (options.BetterAuth is { } betterAuth) services.AddBetterAuth(betterAuth, options.Operators);
        else services.AddDevelopmentSignIn(options.Operators);

        // Deny by default: an endpoint that says nothing needs a caller; only AllowAnonymous opens one. The same holds where there is no
        // endpoint, and there /v1/admin is for operators: what does not exist yet is not told apart from what does.
        var signedIn = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(IsNotOfAdminOrByOperator).RequireAssertion(IsInScope).Build();
        services.AddAuthorizationBuilder()
            .SetDefaultPolicy(signedIn)
            .SetFallbackPolicy(signedIn)
            .AddPolicy(Policies.Operator, policy => policy
                .RequireAuthenticatedUser()
                .RequireAssertion(IsInScope)
                .RequireClaim(Caller.OperatorClaim, bool.TrueString));
    }

    private static void AddDevelopmentSignIn(this IServiceCollection services, IReadOnlyList<string> operators)
    {
        services.AddSingleton(new OperatorList([.. operators, DevelopmentSignIn.OperatorUserId]));
        services.AddSingleton<DevelopmentSignIn>();
        services.AddSingleton(provider => new SignIns(new CredentialSignIn(provider), provider.GetRequiredService<DevelopmentSignIn>(), cookie: null));
    }

    private static void AddBetterAuth(this IServiceCollection services, BetterAuthOptions options, IReadOnlyList<string> operators)
    {
        services.AddSingleton(new OperatorList(operators));
        if (options.Cookie is { } cookie)
        {
            services.AddSingleton(cookie);
            services.AddSingleton(new SessionCookie(cookie.FullName, cookie.Secrets));
            services.AddSingleton<SessionDatabase>();
            services.AddSingleton<SessionCookieSignIn>();
            services.AddSingleton<IReadinessCheck, SessionReadiness>();
        }

        if (options.Jwt is { } jwt)
        {
            services.AddSingleton(jwt);
            services.AddSingleton<TokenKeySource>();
            services.AddSingleton<TokenSignIn>();
            services.AddSingleton<IReadinessCheck, TokenKeyReadiness>();
        }

        services.AddSingleton(provider => new SignIns(new CredentialSignIn(provider), provider.GetService<TokenSignIn>(), provider.GetService<SessionCookieSignIn>()));
    }

    private static bool IsNotOfAdminOrByOperator(AuthorizationHandlerContext authorization) =>
        authorization.Resource is not HttpContext context
        || !ApiPaths.IsAdmin(context.Request.Path)
        || authorization.User.HasClaim(Caller.OperatorClaim, bool.TrueString);

    /// <summary>A service gets no further than the scopes of its credential; where no endpoint names any, nowhere.</summary>
    private static bool IsInScope(AuthorizationHandlerContext authorization) =>
        authorization.User.Identity is not CallerIdentity { Caller.Service: { } service }
        || (authorization.Resource is HttpContext context
            && context.GetEndpoint()?.Metadata.GetMetadata<EndpointScopes>() is { } endpoint
            && (service.Scopes & (endpoint.Member | endpoint.Operator)) != ServiceScopes.None);
}
