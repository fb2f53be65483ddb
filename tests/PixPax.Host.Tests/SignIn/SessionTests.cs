using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.SignIn.Server;

namespace PixPax.Host.Tests.SignIn;

/// <summary>Sessions of a real better-auth, by its cookie.</summary>
[Collection(BetterAuthCollection.Name)]
public sealed class SessionTests(BetterAuthServer auth)
{
    [SkippableFact]
    public async Task A_session_signs_its_user_in_until_they_sign_out()
    {
        BetterAuthServer.Require();
        await using var host = await SignInHost.StartAsync(Plain());
        var (ada, ben) = (await auth.SignUpAsync(), await auth.SignUpAsync());
        Assert.Equal("better-auth.session_token", ada.CookieName);
        Assert.Equal(ada.UserId, await host.WhoAsync(("Cookie", ada.Cookie)));
        Assert.Equal(ben.UserId, await host.WhoAsync(("Cookie", $"theme=dark; {ben.Cookie}; better-auth.session_tokens=x")));

        await ada.SignOutAsync();
        Assert.Null(await host.WhoAsync(("Cookie", ada.Cookie)));
        Assert.Equal(ben.UserId, await host.WhoAsync(("Cookie", ben.Cookie)));
    }

    [SkippableFact]
    public async Task Whoever_signs_in_makes_an_account_and_operators_are_those_of_the_settings()
    {
        BetterAuthServer.Require();
        var (ada, olga) = (await auth.SignUpAsync(), await auth.SignUpAsync());
        await using var host = InProcessHost.Start(new Stage
        {
            Settings = [("PixPax:Authentication", "BetterAuth"), .. Plain().Select(setting => ("PixPax:" + setting.Key, setting.Value)), ("PixPax:Operators:0", olga.UserId)],
        });
        using var created = await SendAsync("/v1/accounts/commands/create", new JsonObject { ["name"] = "Ada" }, ada);
        var account = await Answer.ReadAsync(created, () => "");
        using var mine = await SendAsync($"/v1/accounts/{account["accountId"]}", null, ada);
        Assert.Contains(ada.UserId, await mine.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var theirs = await SendAsync($"/v1/accounts/{account["accountId"]}", null, olga);
        await theirs.ProblemAsync("not-found");

        using var refused = await SendAsync("/v1/collections/commands/publish", Commands.Birds(), ada);
        await refused.ProblemAsync("forbidden");
        using var published = await SendAsync("/v1/collections/commands/publish", Commands.Birds(), olga);
        Assert.Equal(HttpStatusCode.OK, published.StatusCode);

        // The development sign-in is no way in, not even for its operator.
        await (await host.Operator().Http.GetAsync("/v1/accounts")).ProblemAsync("unauthenticated");

        async Task<HttpResponseMessage> SendAsync(string path, JsonObject? body, Person person)
        {
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
            if (body is not null) request.Content = Http.Json(body.ToJsonString());
            request.Headers.Add("Cookie", person.Cookie);
            request.Headers.Add("Origin", host.Address.GetLeftPart(UriPartial.Authority));
            request.Headers.Add("Idempotency-Key", Api.NewKey());
            return await host.Anonymous().SendAsync(request);
        }
    }

    [SkippableFact]
    public async Task What_is_expired_changed_or_signed_by_another_secret_is_nobodys()
    {
        BetterAuthServer.Require();
        await using var host = await SignInHost.StartAsync(Plain());
        await using var other = await SignInHost.StartAsync(Plain("another-secret-of-the-tests-and-nobody"));
        var ada = await auth.SignUpAsync();
        var ben = await auth.SignUpAsync();
        Assert.Null(await other.WhoAsync(("Cookie", ada.Cookie)));

        var signature = Uri.UnescapeDataString(ada.CookieValue)[(ada.Token.Length + 1)..];
        string[] forged =
        [
            "", ".", ada.Token, $"{ada.Token}.", ada.CookieValue[..^4], ada.CookieValue + "A",
            Uri.EscapeDataString($"{ben.Token}.{signature}"),
            Uri.EscapeDataString($"{ada.Token}.{signature.TrimEnd('=')}"),
            Uri.EscapeDataString($"{ada.Token}.{(signature[0] == 'A' ? 'B' : 'A')}{signature[1..]}"),
            Uri.EscapeDataString($"{ada.Token.ToUpperInvariant()}.{signature}"),
            $"\"{ada.CookieValue}\"", new string('x', 5000), "%", "%00.%00", "%C3%A9.%C3%A9",
        ];
        foreach (var value in forged) Assert.True(await host.WhoAsync(("Cookie", $"{ada.CookieName}={value}")) is null, value);

        // Two of one name, whichever is right: somebody has set the other.
        Assert.Null(await host.WhoAsync(("Cookie", $"{ada.Cookie}; {ben.Cookie}")));
        Assert.Null(await host.WhoAsync(("Cookie", $"{ada.Cookie}; {ada.Cookie}")));

        // The token alone, which better-auth's bearer plugin takes, signed or not; and an Authorization that does not hold hides no cookie.
        foreach (var bearer in new[] { ada.Token, Uri.UnescapeDataString(ada.CookieValue), "dev:ada" })
        {
            Assert.Null(await host.WhoAsync(bearer));
            Assert.Null(await host.WhoAsync(("Authorization", $"Bearer {bearer}"), ("Cookie", ada.Cookie)));
        }

        Assert.Equal(ada.UserId, await host.WhoAsync(("Cookie", ada.Cookie)));
        await auth.ExecuteAsync($"""UPDATE session SET "expiresAt" = now() - interval '1 second' WHERE token = '{ada.Token}'""");
        Assert.Null(await host.WhoAsync(("Cookie", ada.Cookie)));
        await auth.ExecuteAsync($"""DELETE FROM "user" WHERE id = '{ben.UserId}'""");
        Assert.Null(await host.WhoAsync(("Cookie", ben.Cookie)));
    }

    [SkippableFact]
    public async Task A_secret_is_replaced_while_the_one_before_it_still_counts()
    {
        BetterAuthServer.Require();
        const string next = "the-next-secret-of-the-tests-and-of-nobody";
        var ada = await auth.SignUpAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, [next, BetterAuthServer.Secret]);
        await using var both = await SignInHost.StartAsync(Plain(next, BetterAuthServer.Secret));
        await using var fromFile = await SignInHost.StartAsync([.. Plain().Where(setting => !setting.Key.Contains("Secrets", StringComparison.Ordinal)), ("BetterAuth:Cookie:SecretsFile", file)]);
        await using var after = await SignInHost.StartAsync(Plain(next));
        Assert.Equal(ada.UserId, await both.WhoAsync(("Cookie", ada.Cookie)));
        Assert.Equal(ada.UserId, await fromFile.WhoAsync(("Cookie", ada.Cookie)));
        Assert.Null(await after.WhoAsync(("Cookie", ada.Cookie)));
        File.Delete(file);
    }

    [SkippableFact]
    public async Task Of_the_two_names_of_the_cookie_only_the_one_that_fits_is_taken()
    {
        BetterAuthServer.Require();
        await using var secure = await SignInHost.StartAsync([.. Cookie(auth.SecureConnectionString, BetterAuthServer.Secret)]);
        await using var plain = await SignInHost.StartAsync([.. Cookie(auth.SecureConnectionString, BetterAuthServer.Secret), ("BetterAuth:Cookie:Secure", "false")]);
        var ada = await auth.SignUpAsync(secure: true);
        Assert.Equal("__Secure-better-auth.session_token", ada.CookieName);
        Assert.Equal(ada.UserId, await secure.WhoAsync(("Cookie", ada.Cookie)));
        Assert.Null(await plain.WhoAsync(("Cookie", ada.Cookie)));

        // Without the prefix any site beside ours, and any network, could have set it.
        Assert.Null(await secure.WhoAsync(("Cookie", $"better-auth.session_token={ada.CookieValue}")));
        Assert.Null(await secure.WhoAsync(("Cookie", $"__secure-better-auth.session_token={ada.CookieValue}")));
    }

    [SkippableFact]
    public async Task A_long_connection_hears_of_the_sign_out()
    {
        BetterAuthServer.Require();
        var (asked, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var host = await SignInHost.StartAsync(Plain(), map: app => app.MapGet("/long", async (HttpContext context, ISignInCheck check) =>
        {
            var before = (await check.LookAsync(context, default)).Holds;
            asked.SetResult();
            await goOn.Task;
            var expires = context.Features.Get<Microsoft.AspNetCore.Authentication.IAuthenticateResultFeature>()!.AuthenticateResult!.Properties!.ExpiresUtc;
            return $"{before} {(await check.LookAsync(context, default)).Holds} {(expires - TimeProvider.System.GetUtcNow())!.Value.TotalDays:F0}";
        }));
        var ada = await auth.SignUpAsync();
        var answer = host.SendAsync(HttpMethod.Get, "/long", ("Cookie", ada.Cookie));
        await asked.Task;
        await ada.SignOutAsync();
        goOn.SetResult();
        Assert.Equal("True False 7", await (await answer).Content.ReadAsStringAsync());
    }

    [SkippableFact]
    public async Task A_connection_that_the_server_closed_is_not_noticed()
    {
        BetterAuthServer.Require();
        await using var host = await SignInHost.StartAsync(Plain());
        var ada = await auth.SignUpAsync();
        Assert.Equal(ada.UserId, await host.WhoAsync(("Cookie", ada.Cookie)));
        await auth.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pixpax-sessions'");
        Assert.Equal(ada.UserId, await host.WhoAsync(("Cookie", ada.Cookie)));
    }

    private IEnumerable<(string Key, string Value)> Plain(params string[] secrets) =>
        [.. Cookie(auth.ConnectionString, secrets is [] ? [BetterAuthServer.Secret] : secrets), ("BetterAuth:Cookie:Secure", "false")];

    private static IEnumerable<(string Key, string Value)> Cookie(string connectionString, params string[] secrets) =>
        [("BetterAuth:Cookie:ConnectionString", connectionString), .. secrets.Select((secret, n) => ($"BetterAuth:Cookie:Secrets:{n}", secret))];
}
