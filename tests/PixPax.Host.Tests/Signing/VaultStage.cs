using Concord.Signing.Vault;
using Concord.Signing.Vault.DevServer;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Signing;

/// <summary>A Transit development server, a data folder without keys, and hosts on both.</summary>
internal sealed class VaultStage : IAsyncDisposable
{
    private readonly string _serviceAccount = Path.GetTempFileName();

    private VaultStage(TransitDevServer server) => Server = server;

    public TransitDevServer Server { get; }

    public DataFolder Data { get; } = new();

    public static async Task<VaultStage> StartAsync(DevServerOptions? options = null)
    {
        var stage = new VaultStage(await TransitDevServer.StartAsync(options));
        await File.WriteAllTextAsync(stage._serviceAccount, "dev-service-account");
        return stage;
    }

    /// <summary>What makes a host sign here, logged in as a pod is; in a hurry, so that what is slow is soon too slow.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("PixPax:Signing", "Vault"), ("PixPax:Vault:Address", $"{Server.Address}"), ("PixPax:Vault:KubernetesRole", "receipts"), ("PixPax:Vault:KubernetesTokenFile", _serviceAccount),
        ("PixPax:Vault:RequestTimeout", "500ms"), ("PixPax:Vault:CallTimeout", "2s"),
    ];

    public string[] Arguments => [.. Settings.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value })];

    public InProcessHost StartHost() => InProcessHost.Start(new Stage { Data = Data, Settings = [.. Settings, .. InProcessHost.Unlimited] });

    /// <summary>The server as who set it up sees it.</summary>
    public TransitClient Root() => new(new VaultOptions { Address = Server.Address, Token = "dev-root" });

    public int CountOf(string request) => Server.Trouble.Requests.Count(one => one.EndsWith(request, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Data.Dispose();
        File.Delete(_serviceAccount);
    }
}
