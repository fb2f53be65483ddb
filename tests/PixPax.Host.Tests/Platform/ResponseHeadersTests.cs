using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PixPax.Host.Tests.Platform;

public sealed class ResponseHeadersTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(app =>
        app.MapGet("/cached", (HttpResponse response) =>
        {
            response.Headers.CacheControl = "public, max-age=31536000, immutable";
            return "x";
        }));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/nowhere")]
    [InlineData("/cached")]
    public async Task Every_response_has_them(string path)
    {
        var response = await _host.As("anna").GetAsync(path);
        Assert.Equal(["nosniff"], response.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], response.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(["default-src 'none'; frame-ancestors 'none'"], response.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(["same-origin"], response.Headers.GetValues("Cross-Origin-Resource-Policy"));
        Assert.False(response.Headers.Contains("Server"));
    }

    [Fact]
    public async Task Answers_are_not_stored_unless_the_endpoint_says_so()
    {
        Assert.True((await _host.As("anna").GetAsync("/health/live")).Headers.CacheControl!.NoStore);
        Assert.Equal(TimeSpan.FromDays(365), (await _host.As("anna").GetAsync("/cached")).Headers.CacheControl!.MaxAge);
    }
}
