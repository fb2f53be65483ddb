namespace PixPax.Host.Tests.Platform.Requests;

public sealed class RequestIdsTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("a")]
    [InlineData("Order_7.retry-2")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public async Task The_callers_id_is_kept(string id) => Assert.Equal(id, await EchoAsync(id));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("<script>")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public async Task An_id_that_is_none_is_replaced(string id) => Assert.Matches("^[0-9a-f]{32}$", await EchoAsync(id));

    [Fact]
    public async Task Without_one_each_request_gets_its_own()
    {
        var first = await EchoAsync(null);
        Assert.Matches("^[0-9a-f]{32}$", first);
        Assert.NotEqual(first, await EchoAsync(null));
    }

    private async Task<string> EchoAsync(string? id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        if (id is not null) request.Headers.TryAddWithoutValidation("X-Request-Id", id);
        var response = await _host.Anonymous().SendAsync(request);
        return response.Headers.GetValues("X-Request-Id").Single();
    }
}
