using Concord.Receipts.Hashing;
using Concord.Signing.Vault.DevServer;

namespace Concord.Signing.Vault.Tests;

/// <summary>A development server and clients of it, for one test.</summary>
public abstract class VaultTest : IAsyncLifetime
{
    private readonly List<TransitClient> _clients = [];

    protected TransitDevServer Server { get; private set; } = null!;

    protected DevTrouble Trouble => Server.Trouble;

    protected virtual DevServerOptions ServerOptions => new();

    public virtual async Task InitializeAsync() => Server = await TransitDevServer.StartAsync(ServerOptions);

    public virtual async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Server.DisposeAsync();
    }

    protected VaultOptions Options() => new() { Address = Server.Address, Token = "dev-root", MaxPause = TimeSpan.FromMilliseconds(5) };

    protected TransitClient Client(Action<VaultOptions>? configure = null)
    {
        var options = Options();
        configure?.Invoke(options);
        var client = new TransitClient(options);
        _clients.Add(client);
        return client;
    }

    protected int CountOf(string path) => Trouble.Requests.Count(request => request.EndsWith(path, StringComparison.Ordinal));

    protected static Sha256Hash[] Digests(int count) => [.. Enumerable.Range(0, count).Select(i => Sha256Hash.Of([(byte)i]))];
}
