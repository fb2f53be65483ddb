using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PixPax.Host.Platform.Authentication;

namespace PixPax.Host.Tests.SignIn;

/// <summary>The platform alone, signing in as it is told, with an endpoint that says who calls.</summary>
internal sealed class SignInHost : IAsyncDisposable
{
    private readonly TestHost _host;

    private SignInHost(TestHost host) => (_host, Http) = (host, host.Anonymous());

    public HttpClient Http { get; }

    public IServiceProvider Services => _host.Services;

    public static async Task<SignInHost> StartAsync(
        IEnumerable<(string Key, string Value)> settings, Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, LogCapture? log = null) => new(await TestHost.StartAsync(
        app =>
        {
            app.MapGet("/me", (Caller caller) => $"{caller.UserId} {caller.IsOperator}");
            app.MapPost("/me", (Caller caller) => caller.UserId);
            app.MapGet("/anyone", () => "hello").AllowAnonymous();
            map?.Invoke(app);
        },
        collection =>
        {
            services?.Invoke(collection);
            if (log is not null) collection.AddSingleton<ILoggerProvider>(log);
        },
        [new("PixPax:Authentication", "BetterAuth"), new("Logging:LogLevel:Default", log is null ? "None" : "Trace"), .. settings.Select(setting => KeyValuePair.Create($"PixPax:{setting.Key}", (string?)setting.Value))]));

    /// <summary>A request with these headers.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, params (string Name, string Value)[] headers) => SendAsync(method, "/me", headers);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await Http.SendAsync(request);
    }

    /// <summary>Who the host says that these headers are; null for nobody.</summary>
    public async Task<string?> WhoAsync(params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(HttpMethod.Get, headers);
        if (response.IsSuccessStatusCode) return (await response.Content.ReadAsStringAsync()).Split(' ')[0];

        await response.ProblemAsync("unauthenticated");
        return null;
    }

    public Task<string?> WhoAsync(string token) => WhoAsync(("Authorization", $"Bearer {token}"));

    /// <summary>Asserts that nobody can say now who these headers are.</summary>
    public async Task AssertUnavailableAsync(params (string Name, string Value)[] headers)
    {
        using var response = await SendAsync(HttpMethod.Get, headers);
        await response.ProblemAsync("sign-in-unavailable");
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter!.Delta);
    }

    public async ValueTask DisposeAsync() => await _host.DisposeAsync();
}
