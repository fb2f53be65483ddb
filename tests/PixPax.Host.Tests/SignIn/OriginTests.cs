using System.Net;

namespace PixPax.Host.Tests.SignIn;

/// <summary>Which pages may speak to the host in their user's name. Whether the cookie holds is asked later: a session that does not exist is enough.</summary>
public sealed class OriginTests : IAsyncLifetime
{
    private const string App = "https://app.example";
    private const string Cookie = "__Secure-better-auth.session_token=x.y";
    private const string Own = "{own}";

    private SignInHost _host = null!;

    public async Task InitializeAsync() => _host = await SignInHost.StartAsync(
    [
        ("BetterAuth:Cookie:ConnectionString", "Host=127.0.0.1;Port=1"), ("BetterAuth:Cookie:Secrets:0", "a-secret-of-the-tests-and-of-nobody-else"), ("Network:AllowedOrigins:0", App),
    ]);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    // What gets past the origin is not signed in: 401.
    [Theory]
    [InlineData("POST", true, App, null, HttpStatusCode.Unauthorized)]
    [InlineData("POST", true, Own, null, HttpStatusCode.Unauthorized)]
    [InlineData("POST", true, null, "same-origin", HttpStatusCode.Unauthorized)]
    [InlineData("POST", true, null, null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, null, "same-site", HttpStatusCode.Forbidden)]
    [InlineData("POST", true, null, "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("POST", true, null, "none", HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "null", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "null", "same-origin", HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "https://evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "https://evil.example", "same-origin", HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "http://app.example", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "https://app.example:444", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "https://app.example.evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, "https://APP.example", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, Own + "/", null, HttpStatusCode.Forbidden)]
    [InlineData("POST", true, Own + ".evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("DELETE", true, "https://evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("PROPFIND", true, null, null, HttpStatusCode.Forbidden)]
    [InlineData("POST", false, "https://evil.example", null, HttpStatusCode.Unauthorized)]
    [InlineData("POST", false, null, null, HttpStatusCode.Unauthorized)]
    [InlineData("GET", true, "https://evil.example", "cross-site", HttpStatusCode.Unauthorized)]
    [InlineData("GET", true, null, null, HttpStatusCode.Unauthorized)]
    [InlineData("socket", true, App, null, HttpStatusCode.Unauthorized)]
    [InlineData("socket", true, Own, null, HttpStatusCode.Unauthorized)]
    [InlineData("socket", false, App, null, HttpStatusCode.Unauthorized)]
    [InlineData("socket", false, null, null, HttpStatusCode.Unauthorized)]
    [InlineData("socket", true, null, null, HttpStatusCode.Forbidden)]
    [InlineData("socket", true, null, "same-origin", HttpStatusCode.Forbidden)]
    [InlineData("socket", true, "null", null, HttpStatusCode.Forbidden)]
    [InlineData("socket", false, "null", null, HttpStatusCode.Forbidden)]
    [InlineData("socket", true, "https://evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("socket", false, "https://evil.example", null, HttpStatusCode.Forbidden)]
    public async Task A_page_of_another_site_is_refused(string method, bool withCookie, string? origin, string? fetchSite, HttpStatusCode expected)
    {
        var headers = new List<(string, string)>();
        if (withCookie) headers.Add(("Cookie", Cookie));
        if (origin is not null) headers.Add(("Origin", origin.Replace(Own, _host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)));
        if (fetchSite is not null) headers.Add(("Sec-Fetch-Site", fetchSite));
        if (method == "socket") headers.AddRange([("Connection", "Upgrade"), ("Upgrade", "WebSocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]);
        using var response = await _host.SendAsync(new HttpMethod(method == "socket" ? "GET" : method), [.. headers]);
        Assert.Equal(expected, response.StatusCode);
        await response.ProblemAsync(expected == HttpStatusCode.Forbidden ? "origin-refused" : "unauthenticated");
    }

    [Fact]
    public async Task Two_origins_are_none()
    {
        using var response = await _host.SendAsync(HttpMethod.Post, ("Cookie", Cookie), ("Origin", App), ("Origin", App));
        await response.ProblemAsync("origin-refused");
    }

    [Fact]
    public async Task What_a_header_signs_in_no_page_has_sent_and_a_page_that_may_is_given_the_cookie()
    {
        using var bearer = await _host.SendAsync(HttpMethod.Post, ("Cookie", Cookie), ("Authorization", "Bearer pixpax_sc_x"), ("Origin", "https://evil.example"));
        await bearer.ProblemAsync("unauthenticated");

        using var preflight = await _host.SendAsync(HttpMethod.Options, ("Origin", App), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "idempotency-key"));
        Assert.Equal((App, "true"), (preflight.Headers.GetValues("Access-Control-Allow-Origin").Single(), preflight.Headers.GetValues("Access-Control-Allow-Credentials").Single()));
        using var answer = await _host.SendAsync(HttpMethod.Post, ("Cookie", Cookie), ("Origin", App));
        var exposed = answer.Headers.GetValues("Access-Control-Expose-Headers").Single();
        Assert.All(["ETag", "Retry-After", "X-Request-Id", "Idempotent-Replayed"], header => Assert.Contains(header, exposed, StringComparison.Ordinal));
        using var evil = await _host.SendAsync(HttpMethod.Get, ("Cookie", Cookie), ("Origin", "https://evil.example"));
        Assert.False(evil.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(evil.Headers.Contains("Access-Control-Allow-Credentials"));
    }
}
