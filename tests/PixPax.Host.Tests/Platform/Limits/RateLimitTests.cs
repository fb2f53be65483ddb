using System.Net;
using Microsoft.AspNetCore.Builder;
using PixPax.Host.Platform.Limits;

namespace PixPax.Host.Tests.Platform.Limits;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Every_response_says_what_there_is_and_what_is_left()
    {
        await using var host = await StartAsync(("Reads", "10/60s"), ("Commands", "3/60s"), ("Address", "100/60s"));
        using var read = await host.As("anna").GetAsync("/thing");
        Assert.Equal("\"address\";q=100;w=60, \"read\";q=10;w=60", read.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal("\"address\";r=99;t=1, \"read\";r=9;t=6", read.Headers.GetValues("RateLimit").Single());

        using var command = await host.As("anna").PostAsync("/thing", null);
        Assert.Equal("\"address\";q=100;w=60, \"command\";q=3;w=60", command.Headers.GetValues("RateLimit-Policy").Single());

        // Also a response whose headers an error has cleared, and one to somebody unknown.
        using var failed = await host.As("anna").GetAsync("/throws");
        Assert.True(failed.Headers.Contains("RateLimit"));
        using var anonymous = await host.Anonymous().GetAsync("/thing");
        Assert.Equal("\"address\";q=100;w=60", anonymous.Headers.GetValues("RateLimit-Policy").Single());
    }

    [Fact]
    public async Task Who_asks_for_more_is_told_when_there_is_more()
    {
        await using var host = await StartAsync(("Reads", "2/60s"), ("Commands", "1/60s"));
        var anna = host.As("anna");
        await anna.GetAsync("/thing");
        await anna.GetAsync("/thing");
        using var refused = await anna.GetAsync("/thing");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        var problem = await refused.ProblemAsync("rate-limited");
        Assert.Equal("[\"read\"]", problem.GetProperty("violatedPolicies").GetRawText());
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 25, 30);
        Assert.Contains("\"read\";r=0;t=", refused.Headers.GetValues("RateLimit").Single(), StringComparison.Ordinal);

        // Commands have a quota of their own, and so has everybody else.
        Assert.Equal(HttpStatusCode.OK, (await anna.PostAsync("/thing", null)).StatusCode);
        await (await anna.PostAsync("/thing", null)).ProblemAsync("rate-limited");
        Assert.Equal(HttpStatusCode.OK, (await host.As("bert").GetAsync("/thing")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await anna.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task An_address_is_limited_whoever_it_says_it_is_also_where_nobody_is_signed_in_and_nothing_is_found()
    {
        await using var host = await StartAsync(("Address", "3/60s"));
        await host.As("anna").GetAsync("/thing");
        await (await host.Anonymous().GetAsync("/thing")).ProblemAsync("unauthenticated");
        await (await host.As("anna").GetAsync("/nowhere")).ProblemAsync("not-found");
        var problem = await (await host.As("bert").GetAsync("/thing")).ProblemAsync("rate-limited");
        Assert.Equal("[\"address\"]", problem.GetProperty("violatedPolicies").GetRawText());
        for (var n = 0; n < 10; n++) Assert.Equal(HttpStatusCode.OK, (await host.Anonymous().GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task What_is_off_limits_nothing_and_says_nothing()
    {
        await using var host = await StartAsync(("Reads", "Off"), ("Commands", "Off"), ("Address", "Off"));
        using var response = await host.As("anna").GetAsync("/thing");
        Assert.False(response.Headers.Contains("RateLimit") || response.Headers.Contains("RateLimit-Policy"));
    }

    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void One_who_has_one_address_of_a_network_has_all(string one, string other, bool same) =>
        Assert.Equal(same, RateLimits.KeyOf(IPAddress.Parse(one)) == RateLimits.KeyOf(IPAddress.Parse(other)));

    private static Task<TestHost> StartAsync(params (string Key, string Value)[] limits) => TestHost.StartAsync(
        app =>
        {
            app.MapGet("/thing", () => "a thing");
            app.MapPost("/thing", () => "done");
            app.MapGet("/throws", string () => throw new InvalidOperationException());
        },
        settings: limits.Select(limit => KeyValuePair.Create("PixPax:Limits:" + limit.Key, (string?)limit.Value)));
}
