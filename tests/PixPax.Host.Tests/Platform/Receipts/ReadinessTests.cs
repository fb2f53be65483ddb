using System.Net;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Platform.Receipts;

/// <summary>What <c>/health/ready</c> notices of what the host stands on.</summary>
public sealed class ReadinessTests
{
    [Fact]
    public async Task Each_dependency_is_reached_and_asking_writes_nothing()
    {
        await using var host = InProcessHost.Start();
        var before = host.Data.Contents();
        for (var round = 0; round < 2; round++)
        {
            var (status, checks) = await ReadyAsync(host);
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal(["store", "signing", "projection"], checks.Keys);
        }

        Assert.Equal(before, host.Data.Contents());
    }

    [Fact]
    public async Task A_store_that_may_not_be_written_is_noticed()
    {
        var store = new Failing();
        await using var host = InProcessHost.Start(store: inner => store.Over(inner));
        store.Create = _ => throw new ObjectStoreException("AccessDenied for key AKIA-SECRET", "x");
        await BecomesAsync(host, "store", "The receipt store cannot be read and written.");
        store.Create = _ => CreateOutcome.Created;
        await BecomesAsync(host, "store", "The receipt store created an object that exists: it does not refuse a second create.");
        store.Create = null;
        await BecomesAsync(host, "store", null);
    }

    [Fact]
    public async Task A_key_that_does_not_sign_is_noticed()
    {
        var isSealed = false;
        await using var host = InProcessHost.Start(signers: inner => new Signers(inner, () => Volatile.Read(ref isSealed)));
        await BecomesAsync(host, "signing", null);
        Volatile.Write(ref isSealed, true);
        await BecomesAsync(host, "signing", "The platform's key cannot sign.");
    }

    /// <summary>An answer stands for a moment: the next one may be the first to tell.</summary>
    private static Task BecomesAsync(InProcessHost host, string check, string? reason) =>
        Scene.EventuallyAsync(async () => (await ReadyAsync(host)).Checks[check] == reason);

    private static async Task<(HttpStatusCode Status, Dictionary<string, string?> Checks)> ReadyAsync(InProcessHost host)
    {
        using var response = await host.As("nobody").Http.GetAsync("/health/ready");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return (response.StatusCode, json.RootElement.GetProperty("checks").EnumerateArray().ToDictionary(
            check => check.GetProperty("name").GetString()!, check => check.TryGetProperty("reason", out var reason) ? reason.GetString() : null));
    }

    private sealed class Failing : IObjectStore
    {
        private IObjectStore _inner = null!;

        public Func<string, CreateOutcome>? Create { get; set; }

        public Failing Over(IObjectStore inner)
        {
            _inner = inner;
            return this;
        }

        public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
            Create is { } fake ? new(fake(key)) : _inner.CreateAsync(key, content, cancellationToken);

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default) => _inner.GetAsync(key, cancellationToken);

        public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default) =>
            _inner.ListAsync(prefix, after, cancellationToken);

        public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => _inner.PutAsync(key, content, cancellationToken);
    }

    private sealed class Signers(IReceiptSigners inner, Func<bool> isSealed) : IReceiptSigners
    {
        public ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default) =>
            isSealed() ? throw new SigningException("Sealed.", isTransient: true) : inner.GetAsync(stream, identityId, lastSeen, cancellationToken);
    }
}
