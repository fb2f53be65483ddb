using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PixPax.Host.Platform.Authentication;

namespace PixPax.Host.Tests.Platform.Authentication;

public sealed class SignInTests : IAsyncLifetime
{
    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(
        app =>
        {
            app.MapGet("/me", (Caller caller) => $"{caller.UserId} {caller.IsOperator}");
            app.MapGet("/operators", (Caller caller) => caller.UserId).RequireAuthorization(Policies.Operator);
        },
        settings: new KeyValuePair<string, string?>("PixPax:Operators:0", "olga"));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("anna", "anna False")]
    [InlineData("olga", "olga True")]
    [InlineData("operator", "operator True")]
    [InlineData("Operator", "Operator False")]
    public async Task A_development_sign_in_is_its_user(string userId, string expected) =>
        Assert.Equal(expected, await _host.As(userId).GetStringAsync("/me"));

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer anna")]
    [InlineData("Bearer dev:")]
    [InlineData("Bearer dev:an na")]
    [InlineData("Bearer dev:anna:operator")]
    [InlineData("Bearer  dev:anna")]
    [InlineData("Basic YTpi")]
    public async Task Without_one_there_is_nothing_to_see(string? authorization)
    {
        foreach (var path in new[] { "/me", "/operators", "/nowhere" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
            var response = await _host.Anonymous().SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            await response.ProblemAsync("unauthenticated");
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        }
    }

    [Fact]
    public async Task Operator_endpoints_are_for_operators()
    {
        await (await _host.As("anna").GetAsync("/operators")).ProblemAsync("forbidden");
        Assert.Equal("olga", await _host.As("olga").GetStringAsync("/operators"));
    }
}
