using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>One such host for all tests that break nothing of it; each brings its own people.</summary>
public sealed class SharedEdge : IDisposable, IAsyncLifetime
{
    private readonly DataFolder _data = new();

    internal InProcessHost Host { get; private set; } = null!;

    public Task InitializeAsync()
    {
        Host = InProcessHost.Start(new Stage { Data = _data, Settings = InProcessHost.Unlimited });
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
