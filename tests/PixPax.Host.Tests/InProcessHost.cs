using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests;

/// <summary>The whole program in this process, on a real Kestrel and a data folder of its own: what it stands on can hang, and what it logs be read.</summary>
internal sealed class InProcessHost : IAsyncDisposable
{
    private readonly DataFolder _data = new();
    private readonly WebApplicationFactory<Program> _root = new();
    private readonly WebApplicationFactory<Program> _factory;
    private readonly List<HttpClient> _clients = [];

    private InProcessHost(Func<IObjectStore, IObjectStore>? store, Func<IReceiptSigners, IReceiptSigners>? signers, LogCapture? log, (string Key, string Value)[] settings)
    {
        _factory = _root.WithWebHostBuilder(builder =>
        {
            builder.UseEnvironment("Development").UseSetting("urls", "http://127.0.0.1:0").UseSetting("PixPax:Data", _data.Path);
            builder.UseSetting("Logging:LogLevel:Default", log is null ? "None" : "Trace");
            if (log is not null) builder.UseSetting("Logging:LogLevel:Microsoft.AspNetCore", "Trace");
            foreach (var (key, value) in settings) builder.UseSetting(key, value);
            builder.ConfigureTestServices(services =>
            {
                if (store is not null) Decorate(services, store);
                if (signers is not null) Decorate(services, signers);
                if (log is not null) services.AddSingleton<ILoggerProvider>(log);
            });
        });
        _factory.UseKestrel();
        _factory.StartServer();
        Address = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Address { get; }

    public DataFolder Data => _data;

    public IServiceProvider Services => _factory.Services;

    public static InProcessHost Start(
        Func<IObjectStore, IObjectStore>? store = null, Func<IReceiptSigners, IReceiptSigners>? signers = null, LogCapture? log = null, params (string Key, string Value)[] settings) =>
        new(store, signers, log, settings);

    public Api As(string userId)
    {
        var client = new HttpClient { BaseAddress = Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "dev:" + userId);
        _clients.Add(client);
        return new Api(client, userId, () => "");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        await _factory.DisposeAsync();
        await _root.DisposeAsync();
        _data.Dispose();
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, T> decorate) where T : class
    {
        var original = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(provider => decorate((T)(original.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, original.ImplementationType!))));
    }
}

/// <summary>Keeps every line, with what its scopes say and the exception it came with.</summary>
internal sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = [];
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private sealed class Logger(LogCapture capture, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => capture._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var scopes = new List<string>();
            capture._scopes.ForEachScope((scope, all) => all.Add(Text(scope)), scopes);
            capture._lines.Enqueue($"{logLevel} {category} {eventId.Id} {formatter(state, exception)} {Text(state)} {exception} [{string.Join("; ", scopes)}]");
        }

        private static string Text(object? state) =>
            state is IEnumerable<KeyValuePair<string, object?>> pairs ? string.Join(", ", pairs.Select(pair => $"{pair.Key}={pair.Value}")) : state?.ToString() ?? "";
    }
}
