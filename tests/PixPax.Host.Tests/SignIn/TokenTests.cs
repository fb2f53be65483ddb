using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PixPax.Host.Platform.Authentication.BetterAuth;
using PixPax.Host.Tests.SignIn.Server;

namespace PixPax.Host.Tests.SignIn;

/// <summary>Tokens of a real better-auth's JWT plugin.</summary>
[Collection(BetterAuthCollection.Name)]
public sealed class TokenTests(BetterAuthServer auth)
{
    [SkippableFact]
    public async Task A_token_signs_its_user_in_and_a_sign_out_does_not_end_it()
    {
        BetterAuthServer.Require();
        await using var host = await SignInHost.StartAsync(Jwt());
        var ada = await auth.SignUpAsync();
        var token = await ada.TokenAsync();
        Assert.Equal(ada.UserId, await host.WhoAsync(token));
        Assert.Equal(ada.UserId, await host.WhoAsync(token));

        // Nobody is asked: it holds until it expires, which is why better-auth makes it for 15 minutes.
        await ada.SignOutAsync();
        Assert.Equal(ada.UserId, await host.WhoAsync(token));

        // Sessions are not switched on here.
        Assert.Null(await host.WhoAsync(("Cookie", ada.Cookie)));
        Assert.Null(await host.WhoAsync("dev:" + ada.UserId));
    }

    [SkippableFact]
    public async Task A_token_of_another_issuer_for_another_audience_or_signed_another_way_is_nobodys()
    {
        BetterAuthServer.Require();
        var ada = await auth.SignUpAsync();
        var token = await ada.TokenAsync();
        await using var otherIssuer = await SignInHost.StartAsync(Jwt(issuer: "https://elsewhere.example"));
        await using var otherAudience = await SignInHost.StartAsync(Jwt(audience: "pixpax-staging"));
        Assert.Null(await otherIssuer.WhoAsync(token));
        Assert.Null(await otherAudience.WhoAsync(token));

        // EdDSA, as the plugin signs unless it is told otherwise; also where its keys are those that are asked for.
        var edDsa = await (await auth.SignUpAsync(secure: true)).TokenAsync();
        await using var host = await SignInHost.StartAsync(Jwt());
        await using var edDsaKeys = await SignInHost.StartAsync(Jwt(keysUrl: $"{auth.Origin}/secure/auth/jwks"));
        Assert.Null(await host.WhoAsync(edDsa));
        Assert.Null(await edDsaKeys.WhoAsync(edDsa));
        var keys = edDsaKeys.Services.GetRequiredService<TokenKeySource>();
        Assert.Contains("ES256", await keys.FailureAsync(default), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task When_the_issuers_key_is_replaced_the_new_one_is_found_and_the_old_one_ends()
    {
        BetterAuthServer.Require();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var host = await SignInHost.StartAsync(Jwt(), services => services.AddSingleton<TimeProvider>(time));
        var ada = await auth.SignUpAsync();
        var before = await ada.TokenAsync();
        Assert.Equal(ada.UserId, await host.WhoAsync(before));

        await auth.ExecuteAsync("DELETE FROM jwks");
        var after = await ada.TokenAsync();

        // The key set was fetched a moment ago: whoever names unknown keys does not make the host ask again and again.
        Assert.Null(await host.WhoAsync(after));
        time.Advance(TokenKeySource.LeastInterval);
        Assert.Equal(ada.UserId, await host.WhoAsync(after));
        Assert.Null(await host.WhoAsync(before));
    }

    [SkippableFact]
    public async Task Both_ways_together_are_told_apart()
    {
        BetterAuthServer.Require();
        await using var host = await SignInHost.StartAsync(
            [.. Jwt(), ("BetterAuth:Cookie:ConnectionString", auth.ConnectionString), ("BetterAuth:Cookie:Secrets:0", BetterAuthServer.Secret), ("BetterAuth:Cookie:Secure", "false")]);
        var (ada, ben) = (await auth.SignUpAsync(), await auth.SignUpAsync());
        var token = await ada.TokenAsync();
        Assert.Equal(ada.UserId, await host.WhoAsync(token));
        Assert.Equal(ben.UserId, await host.WhoAsync(("Cookie", ben.Cookie)));
        Assert.Equal(ada.UserId, await host.WhoAsync(("Authorization", $"Bearer {token}"), ("Cookie", ben.Cookie)));
        Assert.Null(await host.WhoAsync(("Authorization", $"Bearer {token}x"), ("Cookie", ben.Cookie)));

        // A header signs in, so no page can have made a browser send it: it needs no origin. A cookie does.
        using var byToken = await host.SendAsync(HttpMethod.Post, ("Authorization", $"Bearer {token}"));
        Assert.Equal(HttpStatusCode.OK, byToken.StatusCode);
        using var byCookie = await host.SendAsync(HttpMethod.Post, ("Cookie", ben.Cookie));
        await byCookie.ProblemAsync("origin-refused");
    }

    private IEnumerable<(string Key, string Value)> Jwt(string? issuer = null, string? audience = null, string? keysUrl = null) =>
    [
        ("BetterAuth:Jwt:Issuer", issuer ?? auth.Origin), ("BetterAuth:Jwt:Audience", audience ?? BetterAuthServer.Audience), ("BetterAuth:Jwt:KeysUrl", keysUrl ?? auth.KeysUrl),
    ];
}
