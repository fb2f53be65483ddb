using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>A development stand-in for the Transit engine of Vault and OpenBao. It is no Vault: keys are in memory, nothing is protected.</summary>
public sealed class TransitDevServer : IAsyncDisposable
{
    /// <summary>What the server says of itself.</summary>
    public const string Banner = "Transit DEVELOPMENT server: a stand-in, and no Vault. Keys are in memory; nothing is protected. Never use it for anything real.";

    private readonly DevServerOptions _options;
    private readonly DevClock _clock;
    private readonly DevTokens _tokens;
    private readonly DevRoutes _routes;
    private WebApplication? _app;

    private TransitDevServer(DevServerOptions options)
    {
        _options = options;
        _clock = new DevClock(options.TimeProvider);
        _tokens = new DevTokens(options, _clock);
        var keys = new DevKeys(options.Seed, _clock);
        _routes = new DevRoutes(options, keys, new DevSigning(keys, Trouble), new DevVerifying(keys), _tokens, Trouble);
    }

    /// <summary>Where it listens, on loopback.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What is to go wrong.</summary>
    public DevTrouble Trouble { get; } = new();

    /// <summary>Lets time pass for tokens.</summary>
    public void Advance(TimeSpan time) => _clock.Advance(time);

    /// <summary>Ends every token of a login.</summary>
    public void ExpireTokens() => _tokens.ExpireAll();

    /// <summary>Starts a server.</summary>
    public static async Task<TransitDevServer> StartAsync(DevServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DevServerOptions();
        var server = new TransitDevServer(options);
        await server.ListenAsync(options.Port, cancellationToken);
        return server;
    }

    /// <summary>Stops listening: nobody is at the address until <see cref="StartAgainAsync"/>. Keys and tokens stay.</summary>
    public async Task StopAsync()
    {
        if (_app is not { } app)
            return;
        _app = null;
        await app.StopAsync(new CancellationToken(canceled: true));
        await app.DisposeAsync();
    }

    /// <summary>Listens again, at the same address.</summary>
    public Task StartAgainAsync(CancellationToken cancellationToken = default) => ListenAsync(Address.Port, cancellationToken);

    /// <summary>Waits until it is told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app?.WaitForShutdownAsync(cancellationToken) ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ListenAsync(int port, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        // Vault's own limit.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 32 * 1024 * 1024);
        var app = builder.Build();
        app.Map("/dev/{what}", ControlAsync);
        app.Map("/v1/{**path}", _routes.HandleAsync);
        await app.StartAsync(cancellationToken);
        (_app, Address) = (app, new Uri(app.Urls.First()));
    }

    private async Task ControlAsync(HttpContext context, string what)
    {
        try
        {
            if (!_tokens.IsRoot(_tokens.Require(context.Request)))
                throw Refusal.Denied();
            Apply(what, await Fields.ReadAsync(context, _options.MaxStringLength));
            await Answers.WriteAsync(context, 200, new JsonObject
            {
                ["banner"] = Banner,
                ["sealed"] = Trouble.Sealed,
                ["forge"] = Trouble.Forge,
                ["requests"] = Trouble.Requests.Count,
                ["most_in_flight"] = Trouble.MostInFlight,
            });
        }
        catch (Refusal refusal)
        {
            await Answers.ErrorsAsync(context, refusal.Status, refusal.Errors);
        }
    }

    private void Apply(string what, Fields fields)
    {
        switch (what)
        {
            case "state":
                break;
            case "seal" or "unseal":
                Trouble.Sealed = what == "seal";
                break;
            case "expire-tokens":
                ExpireTokens();
                break;
            case "deny":
                Trouble.Deny(fields.Text("path"));
                break;
            case "allow":
                Trouble.Clear();
                break;
            case "fault":
                Trouble.Add(new Fault(fields.Text("path"), Math.Max(1, fields.Int("count")), fields.Int("status"), fields.Has("retryAfter") ? fields.Text("retryAfter") : null,
                    fields.Int("delayMs"), fields.Bool("drop")));
                break;
            case "forge":
                Trouble.Forge = fields.Bool("forge");
                break;
            case "advance":
                Advance(TimeSpan.FromSeconds(fields.Int("seconds")));
                break;
            default:
                throw Refusal.Response($"the development server has no control '{what}'", 404);
        }
    }
}
