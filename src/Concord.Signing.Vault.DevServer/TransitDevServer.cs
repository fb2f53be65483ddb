using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>A development stand-in for the Transit engine of Vault and OpenBao. It is no Vault: keys are in memory, nothing is protected.</summary>
public sealed class TransitDevServer : IAsyncDisposable
{
    /// <summary>What the server says of itself.</summary>
    public const string Banner = "Transit DEVELOPMENT server: a stand-in, and no Vault. Keys are in memory; nothing is protected. Never use it for anything real.";

    private readonly WebApplication _app;
    private readonly DevClock _clock;
    private readonly DevTokens _tokens;

    private TransitDevServer(WebApplication app, DevTrouble trouble, DevClock clock, DevTokens tokens)
    {
        _app = app;
        _clock = clock;
        _tokens = tokens;
        Trouble = trouble;
    }

    /// <summary>Where it listens, on loopback.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>What is to go wrong.</summary>
    public DevTrouble Trouble { get; }

    /// <summary>Lets time pass for tokens.</summary>
    public void Advance(TimeSpan time) => _clock.Advance(time);

    /// <summary>Ends every token but the root token.</summary>
    public void ExpireTokens() => _tokens.ExpireAll();

    /// <summary>Starts a server.</summary>
    public static async Task<TransitDevServer> StartAsync(DevServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new DevServerOptions();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{options.Port}");
        // Vault's own limit.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = 32 * 1024 * 1024);
        var app = builder.Build();

        var clock = new DevClock(options.TimeProvider);
        var trouble = new DevTrouble();
        var server = new TransitDevServer(app, trouble, clock, new DevTokens(options, clock));
        app.Map("/dev/{what}", (HttpContext context, string what) => server.ControlAsync(context, what, options));
        var keys = new DevKeys(options.Seed, clock);
        var routes = new DevRoutes(options, keys, new DevSigning(keys, trouble), new DevVerifying(keys), server._tokens, trouble);
        app.Map("/v1/{**path}", routes.HandleAsync);
        await app.StartAsync(cancellationToken);
        return server;
    }

    /// <summary>Waits until it is told to stop.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app.WaitForShutdownAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task ControlAsync(HttpContext context, string what, DevServerOptions options)
    {
        try
        {
            if (!_tokens.IsRoot(_tokens.Require(context.Request)))
                throw Refusal.Denied();
            Apply(what, await Fields.ReadAsync(context, options.MaxStringLength));
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
