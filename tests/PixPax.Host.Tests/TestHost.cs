using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PixPax.Host.Platform;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Tests;

/// <summary>The platform on a real Kestrel on a free loopback port, with endpoints that only the tests have.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uri _address;
    private readonly List<HttpClient> _clients = [];

    private TestHost(WebApplication app)
    {
        _app = app;
        _address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestHost> StartAsync(
        Action<WebApplication>? map = null, Action<IServiceCollection>? services = null, params IEnumerable<KeyValuePair<string, string?>> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.Configuration.AddInMemoryCollection([new("urls", "http://127.0.0.1:0"), new("Logging:LogLevel:Default", "None")]).AddInMemoryCollection(settings);
        builder.AddPlatform();
        services?.Invoke(builder.Services);

        var app = builder.Build();
        app.UsePlatform();
        app.MapHealth();
        map?.Invoke(app);
        await app.StartAsync();
        return new TestHost(app);
    }

    public HttpClient Anonymous() => Client(null);

    public HttpClient As(string userId) => Client(new AuthenticationHeaderValue("Bearer", "dev:" + userId));

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await _app.DisposeAsync();
    }

    private HttpClient Client(AuthenticationHeaderValue? authorization)
    {
        var client = new HttpClient { BaseAddress = _address };
        client.DefaultRequestHeaders.Authorization = authorization;
        _clients.Add(client);
        return client;
    }
}

internal static class Http
{
    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public static ByteArrayContent Bytes(byte[] body, string contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    /// <summary>Reads the problem that a response must be, with everything that every problem has.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", $"{(int)response.StatusCode} is no problem: {text}");

        using var document = JsonDocument.Parse(text);
        var problem = document.RootElement.Clone();
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal((int)response.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.Equal("urn:pixpax:problem:" + code, problem.GetProperty("type").GetString());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        Assert.Equal(response.RequestMessage!.RequestUri!.AbsolutePath, problem.GetProperty("instance").GetString());
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), problem.GetProperty("requestId").GetString());
        return problem;
    }

    /// <summary>The places of a problem's errors: JSON Pointers, and the names of parameters.</summary>
    public static string[] Places(this JsonElement problem) =>
        [.. problem.GetProperty("errors").EnumerateArray().Select(error =>
            error.TryGetProperty("pointer", out var pointer) ? pointer.GetString()! : error.GetProperty("parameter").GetString()!)];
}
