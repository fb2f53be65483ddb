using System.Net.Http.Headers;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests;

/// <summary>What a host in this process stands on, where it is to be another than the program's own.</summary>
internal sealed record Stage
{
    /// <summary>Gets the data folder; one of the host's own, gone with it, if none is given.</summary>
    public DataFolder? Data { get; init; }

    public Func<IObjectStore, IObjectStore>? Store { get; init; }

    public Func<ISigningKeys, ISigningKeys>? Keys { get; init; }

    public Func<IReceiptSigners, IReceiptSigners>? Signers { get; init; }

    /// <summary>Gets where all lines go, down to Trace; without it nothing is logged.</summary>
    public LogCapture? Log { get; init; }

    /// <summary>Gets what else is registered, after everything that the program registers.</summary>
    public Action<IServiceCollection>? Services { get; init; }

    public (string Key, string Value)[] Settings { get; init; } = [];
}

/// <summary>
/// The whole program in this process, on a real Kestrel and a data folder: its endpoints can be listed, its log read, and what it stands on
/// can fail and hang.
/// </summary>
internal sealed class InProcessHost : IAsyncDisposable
{
    private readonly DataFolder? _own;
    private readonly WebApplicationFactory<Program> _root = new();
    private readonly WebApplicationFactory<Program> _factory;
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false };
    private readonly List<HttpClient> _clients = [];

    private InProcessHost(Stage stage)
    {
        Data = stage.Data ?? (_own = new DataFolder());
        _factory = _root.WithWebHostBuilder(builder =>
        {
            builder.UseEnvironment("Development").UseSetting("urls", "http://127.0.0.1:0").UseSetting("PixPax:Data", Data.Path);
            builder.UseSetting("Logging:LogLevel:Default", stage.Log is null ? "None" : "Trace");
            if (stage.Log is not null) builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "Trace");
            foreach (var (key, value) in stage.Settings) builder.UseSetting(key, value);
            builder.ConfigureTestServices(services =>
            {
                Decorate(services, stage.Store);
                Decorate(services, stage.Keys);
                Decorate(services, stage.Signers);
                if (stage.Log is not null) services.AddSingleton<ILoggerProvider>(stage.Log);
                stage.Services?.Invoke(services);
            });
        });
        _factory.UseKestrel();
        _factory.StartServer();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>No limits: for tests that ask more than a caller does.</summary>
    public static (string Key, string Value)[] Unlimited { get; } = [("PixPax:Limits:Reads", "Off"), ("PixPax:Limits:Commands", "Off"), ("PixPax:Limits:Address", "Off")];

    public Uri Address { get; }

    public DataFolder Data { get; }

    public IServiceProvider Services => _factory.Services;

    /// <summary>Every endpoint that the program maps.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints => [.. Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static InProcessHost Start(Stage? stage = null) => new(stage ?? new Stage());

    public Api As(string userId) => new(Client(new AuthenticationHeaderValue("Bearer", "dev:" + userId)), userId, () => "");

    public Api Operator() => As("operator");

    public HttpClient Anonymous() => Client(null);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        _handler.Dispose();
        await _factory.DisposeAsync();
        await _root.DisposeAsync();
        _own?.Dispose();
    }

    private HttpClient Client(AuthenticationHeaderValue? authorization)
    {
        var client = new HttpClient(_handler, disposeHandler: false) { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = authorization;
        _clients.Add(client);
        return client;
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, T>? decorate) where T : class
    {
        if (decorate is null) return;

        var original = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(provider => decorate((T)(original.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, original.ImplementationType!))));
    }
}
