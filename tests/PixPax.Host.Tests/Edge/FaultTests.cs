using System.Net;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>What the host stands on fails, with a secret in the message. It never comes out.</summary>
public sealed class FaultTests
{
    private const string Secret = "hvs.CAESIJ-secret-token https://user:password@vault.internal:8200";

    public static TheoryData<string> Faults => new("the store", "the store, with an error of its own", "the disk", "a bug", "a time-out", "the signer", "the signer, with an error of its own");

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Whatever_fails_no_answer_tells_what_it_said(string what)
    {
        using var data = new DataFolder();
        var fault = new Fault();
        await using var host = InProcessHost.Start(new Stage { Data = data, Settings = InProcessHost.Unlimited, Store = store => new FailingStore(store, fault), Keys = keys => new FailingKeys(keys, fault) });
        // Read as a process that has just started reads, with nothing at hand.
        var world = await World.MakeAsync(host);
        var failed = 0;
        fault.Throws = Make(what);
        foreach (var example in Example.All)
        {
            using var response = await host.As(example.User(world)).Http.SendAsync(example.Request(world));
            var text = string.Join('\n', response.Headers.Concat(response.Content.Headers).Select(header => $"{header.Key}: {string.Join(", ", header.Value)}")) + await response.Content.ReadAsStringAsync();
            // The API's description speaks of secrets, and meets no fault.
            if (example.Endpoint == "GET /openapi/v1.json") continue;
            foreach (var leak in new[] { "hvs.", "secret", "password", "vault", "   at ", "Exception", data.Path })
                Assert.False(text.Contains(leak, StringComparison.OrdinalIgnoreCase), $"{example}: {text}");
            if (response.IsSuccessStatusCode) continue;

            failed++;
            Assert.True(response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.InternalServerError, $"{example}: {text}");
            if (example.Endpoint != "GET /health/ready") Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        }

        Assert.True(failed >= (what.StartsWith("the signer", StringComparison.Ordinal) ? 3 : 20), $"Only {failed} requests met the fault.");

        // It is over, and nothing is left of it. Readiness may say so a moment later.
        fault.Throws = null;
        foreach (var example in Example.All.Where(example => !example.IsCommand && example.Endpoint != "GET /health/ready"))
        {
            using var response = await host.As(example.User(world)).Http.SendAsync(example.Request(world));
            Assert.True(response.IsSuccessStatusCode, $"{example}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    private static Func<string, Exception?> Make(string what) => what switch
    {
        "the store" => side => side == "store" ? new ObjectStoreException(Secret, "pixpax/", isTransient: true) : null,
        "the store, with an error of its own" => side => side == "store" ? new InvalidOperationException(Secret) : null,
        "the disk" => side => side == "store" ? new IOException(Secret, new UnauthorizedAccessException(Secret)) : null,
        "a bug" => side => side == "store" ? new KeyNotFoundException(Secret) : null,
        "a time-out" => side => side == "store" ? new TaskCanceledException(Secret, new TimeoutException(Secret)) : null,
        "the signer" => side => side == "signer" ? new SigningException(Secret, isTransient: true) : null,
        _ => side => side == "signer" ? new InvalidOperationException(Secret) : null,
    };

    private sealed class Fault
    {
        public volatile Func<string, Exception?>? Throws;

        public void Meet(string side)
        {
            if (Throws?.Invoke(side) is { } exception) throw exception;
        }
    }

    private sealed class FailingStore(IObjectStore inner, Fault fault) : IObjectStore
    {
        public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            fault.Meet("store");
            return inner.CreateAsync(key, content, cancellationToken);
        }

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
        {
            fault.Meet("store");
            return inner.GetAsync(key, cancellationToken);
        }

        public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default)
        {
            fault.Meet("store");
            return inner.ListAsync(prefix, after, cancellationToken);
        }

        public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            fault.Meet("store");
            return inner.PutAsync(key, content, cancellationToken);
        }
    }

    /// <summary>Keys that cannot be made, opened or ended, and that do not sign once they were.</summary>
    private sealed class FailingKeys(ISigningKeys inner, Fault fault) : ISigningKeys
    {
        public string Provider => inner.Provider;

        public async ValueTask<IReceiptSigner> CreateAsync(string name, int version, CancellationToken cancellationToken = default)
        {
            fault.Meet("signer");
            return new FailingSigner(await inner.CreateAsync(name, version, cancellationToken), fault);
        }

        public async ValueTask<IReceiptSigner> OpenAsync(string name, int version, CancellationToken cancellationToken = default)
        {
            fault.Meet("signer");
            return new FailingSigner(await inner.OpenAsync(name, version, cancellationToken), fault);
        }

        public ValueTask DisableAsync(string name, int version, CancellationToken cancellationToken = default)
        {
            fault.Meet("signer");
            return inner.DisableAsync(name, version, cancellationToken);
        }
    }

    private sealed class FailingSigner(IReceiptSigner inner, Fault fault) : IReceiptSigner
    {
        public PublicKey PublicKey => inner.PublicKey;

        public ValueTask<IReadOnlyList<ReceiptSignature>> SignAsync(IReadOnlyList<Concord.Receipts.Hashing.Sha256Hash> digests, CancellationToken cancellationToken = default)
        {
            fault.Meet("signer");
            return inner.SignAsync(digests, cancellationToken);
        }
    }
}
