using System.Net;
using Microsoft.AspNetCore.Builder;

namespace PixPax.Host.Tests.Platform.Network;

public sealed class CorsTests
{
    private const string App = "https://app.example";

    [Fact]
    public async Task By_default_no_site_may_read_anything()
    {
        await using var host = await StartAsync();
        using var response = await AskAsync(host, HttpMethod.Get, App);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
        using var preflight = await AskAsync(host, HttpMethod.Options, App);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task A_site_of_the_list_may_and_may_read_why_it_may_not()
    {
        await using var host = await StartAsync(App);
        using var preflight = await AskAsync(host, HttpMethod.Options, App);
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal(App, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Idempotency-Key", preflight.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Credentials"));

        using var refused = await AskAsync(host, HttpMethod.Post, App);
        await refused.ProblemAsync("unauthenticated");
        Assert.Equal(App, refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("RateLimit", refused.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://app.example.evil.example")]
    [InlineData("http://app.example")]
    [InlineData("null")]
    public async Task Any_other_may_not(string origin)
    {
        await using var host = await StartAsync(App);
        using var response = await AskAsync(host, HttpMethod.Get, origin);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    private static async Task<HttpResponseMessage> AskAsync(TestHost host, HttpMethod method, string origin)
    {
        using var request = new HttpRequestMessage(method, "/thing");
        request.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,idempotency-key");
        }

        return await host.Anonymous().SendAsync(request);
    }

    private static Task<TestHost> StartAsync(params string[] origins) => TestHost.StartAsync(
        app =>
        {
            app.MapGet("/thing", () => "a thing");
            app.MapPost("/thing", () => "done");
        },
        settings: origins.Select((origin, n) => KeyValuePair.Create($"PixPax:Network:AllowedOrigins:{n}", (string?)origin)));
}
