using Concord.Receipts;
using Concord.Signing.Vault;
using Concord.Signing.Vault.DevServer;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Signing;

/// <summary>A Transit development server, a data folder without keys, and hosts on both, under the policies that are deployed.</summary>
internal sealed class VaultStage : IAsyncDisposable
{
    private readonly string _serviceAccount = Path.GetTempFileName();

    private VaultStage(TransitDevServer server) => Server = server;

    public TransitDevServer Server { get; }

    public DataFolder Data { get; } = new();

    private const string OperatorToken = "an-operators-token";

    /// <param name="isFounded">Whether the platform's key and its successor are made in Vault already, as the operator's init does.</param>
    public static async Task<VaultStage> StartAsync(bool isFounded = true)
    {
        var stage = new VaultStage(await TransitDevServer.StartAsync(new DevServerOptions
        {
            KubernetesPolicy = Policy("pixpax-api"),
            TokenPolicies = new Dictionary<string, string> { [OperatorToken] = Policy("pixpax-operator") },
        }));
        await File.WriteAllTextAsync(stage._serviceAccount, "dev-service-account");
        if (isFounded)
        {
            using var root = stage.Root();
            await new VaultSigningKeys(root).CreateAsync(Issuer.Platform, 2);
        }

        return stage;
    }

    /// <summary>What makes a host sign here, logged in as a pod is; in a hurry, so that what is slow is soon too slow.</summary>
    public (string Key, string Value)[] Settings =>
        [.. Signing, ("PixPax:Vault:KubernetesRole", "receipts"), ("PixPax:Vault:KubernetesTokenFile", _serviceAccount), ("PixPax:Vault:RequestTimeout", "500ms"), ("PixPax:Vault:CallTimeout", "1s")];

    /// <summary>The same with the rights of an operator.</summary>
    public (string Key, string Value)[] OperatorSettings => [.. Signing, ("PixPax:Vault:Token", OperatorToken)];

    public string[] Arguments => ToArguments(Settings);

    public string[] OperatorArguments => ToArguments(OperatorSettings);

    private (string Key, string Value)[] Signing => [("PixPax:Signing", "Vault"), ("PixPax:Vault:Address", $"{Server.Address}")];

    public InProcessHost StartHost() => InProcessHost.Start(new Stage { Data = Data, Settings = [.. Settings, .. InProcessHost.Unlimited] });

    /// <summary>One that waits as long as it does by default: for a load.</summary>
    public InProcessHost StartPatientHost() =>
        InProcessHost.Start(new Stage { Data = Data, Settings = [.. Settings, ("PixPax:Vault:RequestTimeout", "5s"), ("PixPax:Vault:CallTimeout", "20s"), .. InProcessHost.Unlimited] });

    public InProcessHost StartOperator() => InProcessHost.Start(new Stage { Data = Data, Settings = OperatorSettings });

    /// <summary>The server as who set it up sees it.</summary>
    public TransitClient Root() => new(new VaultOptions { Address = Server.Address, Token = "dev-root" });

    public int CountOf(string request) => Server.Trouble.Requests.Count(one => one.EndsWith(request, StringComparison.Ordinal));

    private static string Policy(string name) =>
        File.ReadAllText(Path.Combine(Repository.Folder(), "deploy", "vault", name + ".hcl")).Replace("MOUNT/", "transit/", StringComparison.Ordinal);

    private static string[] ToArguments((string Key, string Value)[] settings) => [.. settings.SelectMany(setting => new[] { $"--{setting.Key}", setting.Value })];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Data.Dispose();
        File.Delete(_serviceAccount);
    }
}
