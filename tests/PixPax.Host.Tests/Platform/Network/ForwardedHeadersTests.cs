using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Tests.Platform.Network;

/// <summary>Every client of these tests comes from loopback.</summary>
public sealed class ForwardedHeadersTests
{
    [Theory]
    [InlineData()]
    [InlineData("198.51.100.0/24", "2001:db8::/32")]
    public async Task From_an_unknown_address_it_changes_neither_who_is_limited_nor_what_is_logged(params string[] trusted)
    {
        var log = new LogCapture();
        await using var host = await StartAsync(log, trusted);
        Assert.Equal("127.0.0.1 http", await AskAsync(host, "203.0.113.1"));
        await AskAsync(host, "203.0.113.2");
        Assert.Null(await AskAsync(host, "203.0.113.3"));
        Assert.Contains(log.Lines, line => line.Contains("from 127.0.0.1 is over the limit address", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("203.0.113.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task From_a_trusted_proxy_it_says_who_came_to_the_proxy_and_nothing_that_the_client_made_up()
    {
        var log = new LogCapture();
        await using var host = await StartAsync(log, "127.0.0.0/8", "10.0.0.7");
        Assert.Equal("203.0.113.1 https", await AskAsync(host, "198.51.100.66, 203.0.113.1, 10.0.0.7"));
        Assert.Equal("203.0.113.1 https", await AskAsync(host, "198.51.100.67, 203.0.113.1"));

        // Its quota is used up, whatever it puts in front; another's is not.
        Assert.Null(await AskAsync(host, "198.51.100.68, 203.0.113.1"));
        Assert.Equal("203.0.113.2 https", await AskAsync(host, "203.0.113.2"));
        Assert.Contains(log.Lines, line => line.Contains("from 203.0.113.1 is over the limit address", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_frameworks_switch_that_trusts_everybody_is_refused()
    {
        var refusal = await Assert.ThrowsAsync<StartupRefusedException>(() => TestHost.StartAsync(settings: KeyValuePair.Create("ForwardedHeaders_Enabled", (string?)"true")));
        Assert.Contains("PixPax:Network:TrustedProxies:0", refusal.Message, StringComparison.Ordinal);
    }

    /// <summary>Null when the request was refused by the limit of its address: two in ten minutes.</summary>
    private static async Task<string?> AskAsync(TestHost host, string forwardedFor)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/who");
        request.Headers.Add("X-Forwarded-For", forwardedFor);
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        using var response = await host.As("anna").SendAsync(request);
        return response.StatusCode == HttpStatusCode.TooManyRequests ? null : await response.Content.ReadAsStringAsync();
    }

    private static Task<TestHost> StartAsync(LogCapture log, params string[] trusted) => TestHost.StartAsync(
        app => app.MapGet("/who", (HttpContext context) => $"{context.Connection.RemoteIpAddress} {context.Request.Scheme}"),
        services => services.AddSingleton<ILoggerProvider>(log),
        [KeyValuePair.Create("PixPax:Limits:Address", (string?)"2/600s"), KeyValuePair.Create("Logging:LogLevel:Default", (string?)"Trace"),
            .. trusted.Select((proxy, n) => KeyValuePair.Create($"PixPax:Network:TrustedProxies:{n}", (string?)proxy))]);
}
