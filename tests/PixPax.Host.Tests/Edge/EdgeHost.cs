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
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>
/// The whole program in this process, on a real Kestrel and a data folder: so that its endpoints can be listed, and what it stands on
/// can be made to fail.
/// </summary>
internal sealed class EdgeHost : IAsyncDisposable
{
    private readonly WebApplicationFactory<Program> _root = new();
    private readonly WebApplicationFactory<Program> _factory;
    private readonly List<HttpClient> _clients = [];
    private readonly SocketsHttpHandler _handler = new() { AllowAutoRedirect = false };

    private EdgeHost(DataFolder data, Func<IObjectStore, IObjectStore>? store, Func<ISigningKeys, ISigningKeys>? keys)
    {
        Data = data;
        _factory = _root.WithWebHostBuilder(builder => builder
            .UseEnvironment("Development")
            .UseSetting("urls", "http://127.0.0.1:0")
            .UseSetting("PixPax:Data", data.Path)
            .UseSetting("PixPax:Limits:Reads", "Off")
            .UseSetting("PixPax:Limits:Commands", "Off")
            .UseSetting("PixPax:Limits:Address", "Off")
            .UseSetting("Logging:LogLevel:Default", "None")
            .ConfigureTestServices(services =>
            {
                if (store is not null) services.AddSingleton(store(new FileObjectStore(data.Receipts)));
                if (keys is not null) services.AddSingleton(keys(new LocalSigningKeys(data.Keys)));
            }));
        _factory.UseKestrel();
    }

    public DataFolder Data { get; }

    public Uri Address { get; private set; } = null!;

    public IServiceProvider Services => _factory.Services;

    /// <summary>Every endpoint that the program maps.</summary>
    public IReadOnlyList<RouteEndpoint> Endpoints => [.. Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()];

    public static EdgeHost Start(DataFolder data, Func<IObjectStore, IObjectStore>? store = null, Func<ISigningKeys, ISigningKeys>? keys = null)
    {
        var host = new EdgeHost(data, store, keys);
        host._factory.StartServer();
        host.Address = new Uri(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return host;
    }

    public Api As(string userId) => new(Client(new AuthenticationHeaderValue("Bearer", "dev:" + userId)), userId, () => "");

    public Api Operator() => As("operator");

    public HttpClient Anonymous() => Client(null);

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        _handler.Dispose();
        await _factory.DisposeAsync();
        await _root.DisposeAsync();
    }

    private HttpClient Client(AuthenticationHeaderValue? authorization)
    {
        var client = new HttpClient(_handler, disposeHandler: false) { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = authorization;
        _clients.Add(client);
        return client;
    }
}

/// <summary>One such host for all tests that break nothing of it; each brings its own people.</summary>
public sealed class SharedEdge : IDisposable, IAsyncLifetime
{
    private readonly DataFolder _data = new();

    internal EdgeHost Host { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Host = EdgeHost.Start(_data);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    public void Dispose() => _data.Dispose();
}

[CollectionDefinition(Name)]
public sealed class SharedEdgeCollection : ICollectionFixture<SharedEdge>
{
    public const string Name = "the program in this process";
}
