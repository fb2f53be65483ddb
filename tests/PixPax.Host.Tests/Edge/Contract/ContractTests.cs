using System.Text;
using Concord.Receipts.Signing;
using Concord.Testing;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.OpenApi;

namespace PixPax.Host.Tests.Edge.Contract;

/// <summary>What the API says, word for word: every endpoint's good answer, and every error of the catalogue.</summary>
public sealed class ContractTests
{
    /// <summary>Errors that cannot be brought about here in a moment, and where they are tested instead.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["contention"] = "64 lost rounds; the tests of the appender",
        ["rate-limited"] = "a quota that is used up; the tests of limits",
        ["access-lost"] = "a member who is removed; the tests of subscriptions",
        ["feed-too-large"] = "an account of many streams; the tests of subscriptions",
        ["too-many-connections"] = "connections that stay open; the tests of subscriptions",
        ["overloaded"] = "more requests than are worked on; the tests of limits",
        ["timed-out"] = "a read that takes too long; the tests of limits",
        ["projection-unavailable"] = "a database that is away; the tests of Postgres",
        ["sign-in-unavailable"] = "a session database that is away; the tests of sign-in",
        ["request-timeout"] = "a body that stalls for seconds; the tests of problems, by the bare status",
    };

    private readonly Snapshots _snapshots = new(Path.Combine(Repository.Folder(), "tests", "PixPax.Host.Tests", "Edge", "Contract", "Snapshots"));
    private readonly RecordedExamples _examples = new();

    [Fact]
    public async Task The_API_says_what_the_snapshots_say()
    {
        using var data = new DataFolder();
        var faults = new Faults();
        await using var host = InProcessHost.Start(new Stage { Data = data, Settings = InProcessHost.Unlimited, Store = store => new FaultyObjectStore(store) { FaultOf = faults.OfStore }, Keys = keys => new Keys(keys, faults) });
        // First in every list of collections.
        await Commands.PublishBirdsAsync(host.Operator(), collectionId: "a-birds");

        var untouched = await World.MakeAsync(host);
        foreach (var example in Example.All)
        {
            var world = example.IsCommand ? await World.MakeAsync(host) : untouched;
            await RecordAsync(host, Slug(example.Endpoint), example.User(world), example.Request(world), example.Body?.Invoke(world).ToJsonString(), example.Endpoint);
        }

        await RecordErrorsAsync(host, faults);
        _snapshots.AssertSame();
        _examples.AssertSame();
    }

    private async Task RecordErrorsAsync(InProcessHost host, Faults faults)
    {
        var errors = new ErrorExamples(host, faults);
        foreach (var code in ProblemCode.All.Select(code => code.Code).Where(code => !Elsewhere.ContainsKey(code)))
        {
            Assert.True(errors.All.TryGetValue(code, out var make), $"Nothing here brings about {code}. Add it to {nameof(ErrorExamples)}, or say in {nameof(Elsewhere)} where it is tested.");
            var (user, request, body) = await make!(await World.MakeAsync(host));
            var text = await RecordAsync(host, "error-" + code, user, request, body);
            faults.Clear();
            Assert.Contains($"\"code\": \"{code}\"", text, StringComparison.Ordinal);
        }

        Assert.Empty(errors.All.Keys.Except(ProblemCode.All.Select(code => code.Code)));
        Assert.Empty(Elsewhere.Keys.Except(ProblemCode.All.Select(code => code.Code)));
    }

    private async Task<string> RecordAsync(InProcessHost host, string name, string? user, HttpRequestMessage request, string? body, string? exampleOf = null)
    {
        using (request)
        {
            using var response = await (user is null ? host.Anonymous() : host.As(user).Http).SendAsync(request);
            var text = await Exchange.WriteAsync(request, body, response, user ?? "nobody");
            _snapshots.Add(name, text);
            if (exampleOf is not null) _examples.Add(exampleOf, body, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
            return text;
        }
    }

    private static string Slug(string endpoint)
    {
        var slug = new StringBuilder();
        foreach (var character in endpoint.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(character)) slug.Append(character);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }

        return slug.ToString().TrimEnd('-');
    }

    /// <summary>What fails, until it is cleared.</summary>
    internal sealed class Faults
    {
        public Func<StoreCall, CallFault>? Store { get; set; }

        public Exception? Signer { get; set; }

        /// <summary>Done as a key is made, before it is.</summary>
        public Func<Task>? AsKeyIsMade { get; set; }

        public CallFault OfStore(StoreCall call) => Store?.Invoke(call) ?? CallFault.None;

        public void Clear() => (Store, Signer, AsKeyIsMade) = (null, null, null);
    }

    private sealed class Keys(ISigningKeys inner, Faults faults) : ISigningKeys
    {
        public string Provider => inner.Provider;

        public async ValueTask<IReceiptSigner> CreateAsync(string name, int version, CancellationToken cancellationToken = default)
        {
            if (faults.Signer is { } fault) throw fault;
            var once = faults.AsKeyIsMade;
            faults.AsKeyIsMade = null;
            if (once is not null) await once();
            return await inner.CreateAsync(name, version, cancellationToken);
        }

        public ValueTask<IReceiptSigner> OpenAsync(string name, int version, CancellationToken cancellationToken = default) => inner.OpenAsync(name, version, cancellationToken);

        public ValueTask DisableAsync(string name, int version, CancellationToken cancellationToken = default) => inner.DisableAsync(name, version, cancellationToken);
    }
}
