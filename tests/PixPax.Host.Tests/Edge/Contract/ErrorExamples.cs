using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using Concord.Testing;
using Microsoft.Extensions.DependencyInjection;
using PixPax.Host.Platform.Keys;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Tests.EndToEnd;
using Call = (string? User, System.Net.Http.HttpRequestMessage Request, string? Body);

namespace PixPax.Host.Tests.Edge.Contract;

/// <summary>For every code of the catalogue a request that is answered with it, after whatever must be so before.</summary>
internal sealed class ErrorExamples
{
    private const string Save = "POST /v1/pixbooks/{id}/commands/save";
    private const string Grant = "POST /v1/pixbooks/{id}/commands/add-card";
    private const string Remove = "POST /v1/pixbooks/{id}/commands/remove-card";
    private const string AddMember = "POST /v1/accounts/{id}/commands/add-member";
    private const string RemoveMember = "POST /v1/accounts/{id}/commands/remove-member";
    private const string Publish = "POST /v1/collections/commands/publish";
    private const string Retire = "POST /v1/collections/{id}/commands/retire-series";
    private const string Rotate = "POST /v1/identities/{id}/commands/rotate-key";
    private const string Revoke = "POST /v1/identities/{id}/commands/revoke";
    private const string CreateAccount = "POST /v1/accounts/commands/create";

    private readonly InProcessHost _host;
    private bool _isCommitting;

    public ErrorExamples(InProcessHost host, ContractTests.Faults faults)
    {
        _host = host;
        All = new()
        {
            ["unauthenticated"] = world => Get(null, $"/v1/pixbooks/{world.BookId}"),
            ["forbidden"] = world => Of(AddMember, world, world.Member),
            ["origin-refused"] = world => Get(world.Owner, "/v1/accounts", ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Origin", "https://elsewhere.example")),
            ["not-found"] = world => Get("eve", $"/v1/pixbooks/{world.BookId}"),
            ["method-not-allowed"] = world => Task.FromResult<Call>(("eve", new HttpRequestMessage(HttpMethod.Put, $"/v1/pixbooks/{world.BookId}"), null)),
            ["not-acceptable"] = world => Get(world.Owner, $"/v1/pixbooks/{world.BookId}", ("Accept", "text/html")),
            ["payload-too-large"] = world => With(CreateAccount, world, $$"""{"name":"{{new string('x', 70_000)}}"}"""),
            ["unsupported-media-type"] = world => With(CreateAccount, world, "name=Ada", mediaType: "application/x-www-form-urlencoded"),
            ["malformed-json"] = world => With(CreateAccount, world, """{"name": "Ada","""),
            ["duplicate-member"] = world => With(CreateAccount, world, """{"name":"Ada","name":"Eve"}"""),
            ["unknown-member"] = world => With(CreateAccount, world, """{"name":"Ada","isAdmin":true}"""),
            ["number-not-exact"] = world => With(Save, world, """{"snapshot":{"stickers":9007199254740993}}"""),
            ["invalid-request"] = world => With(AddMember, world, """{"userId":"not an id","role":"king"}"""),
            ["subprotocol-required"] = world => Get(world.Owner, "/v1/subscriptions",
                ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")),
            ["position-ahead"] = world => Get(world.Owner, $"/v1/subscriptions/events?stream=pixbook/{world.BookId}&after=1000"),
            ["idempotency-key-required"] = world => Key(null, world),
            ["idempotency-key-invalid"] = world => Key("42", world),
            ["idempotency-key-reused"] = async world =>
            {
                var key = Api.NewKey();
                await Example.Of(Save).DoAsync(_host, world, key);
                return await With(Save, world, """{"snapshot":"another"}""", key);
            },
            ["conflict"] = world =>
            {
                faults.AsKeyIsMade = () => Example.Of(Rotate).DoAsync(_host, world, Api.NewKey());
                return Of(Rotate, world);
            },
            ["already-exists"] = world => With(Publish, world, Commands.Birds(world.CollectionId).ToJsonString()),
            ["already-member"] = world => With(AddMember, world, $$"""{"userId":"{{world.Member}}","role":"owner"}"""),
            ["not-member"] = world => With(RemoveMember, world, """{"userId":"nobody"}"""),
            ["version-conflict"] = world => With(Save, world, """{"snapshot":1,"expectedVersion":1}"""),
            ["private-key-material"] = world => With(Save, world, """{"snapshot":{"notes":["-----BEGIN EC PRIVATE KEY-----"]}}"""),
            ["unprocessable"] = world => With(Retire, world, """{"seriesId":"dinosaurs"}"""),
            ["collection-invalid"] = world =>
            {
                var broken = Commands.Birds(world.CollectionId, "v2");
                broken["cards"]!.AsArray().RemoveAt(0);
                return With(Publish, world, broken.ToJsonString());
            },
            ["card-not-in-collection"] = world => With(Grant, world, Commands.Card("dodo", collectionId: world.CollectionId).ToJsonString()),
            ["card-not-in-book"] = world => With(Remove, world, """{"cardInstanceId":"nowhere","reason":"discarded"}"""),
            ["series-retired"] = world => AfterAsync(Retire, world, Grant),
            ["last-owner"] = world => With(RemoveMember, world, $$"""{"userId":"{{world.Owner}}"}"""),
            ["identity-revoked"] = world => AfterAsync(Revoke, world, Save),
            ["identity-key-compromised"] = async world =>
            {
                using var identity = await host.As(world.Owner).Http.GetAsync($"/v1/identities/{world.IdentityId}");
                var key = JsonNode.Parse(await identity.Content.ReadAsStringAsync())!["keys"]![0]!["publicKeyId"]!.GetValue<string>();
                var report = new KeyArguments { Key = PublicKeyId.Parse(key), IdentityId = world.IdentityId, Reason = "stolen", Wait = TimeSpan.Zero };
                await host.Services.GetRequiredService<CompromiseReport>().ReportAsync(report, default);
                return await Of(Save, world);
            },
            ["internal-error"] = world =>
            {
                faults.Store = _ => throw new InvalidOperationException("a bug");
                return Get(world.Owner, $"/v1/pixbooks/{world.BookId}");
            },
            ["outcome-unknown"] = world =>
            {
                faults.Store = call => call.Key.Contains($"{world.BookId}/commits/", StringComparison.Ordinal) && IsCommitting(call.Operation) ? CallFault.ResponseLost : CallFault.None;
                return Of(Save, world);
            },
            ["store-unavailable"] = world =>
            {
                faults.Store = _ => CallFault.NothingDone;
                return Of(Save, world);
            },
            ["stream-read-only"] = async world =>
            {
                await AppendUnknownAsync(world);
                return await Of(Save, world);
            },
            ["stream-damaged"] = async world =>
            {
                await host.Data.Store.CreateAsync(StreamLayout.Commit(Prefix(world), 4), "[]"u8.ToArray());
                return await Get(world.Owner, $"/v1/pixbooks/{world.BookId}");
            },
            ["signing-unavailable"] = world =>
            {
                faults.Signer = new SigningException("sealed", isTransient: true);
                return Of(Rotate, world);
            },
            ["projection-behind"] = world => Get(world.Owner, "/v1/accounts?minEventId=01ARZ3NDEKTSV4RRFFQ69G5FAV"),
            ["version-not-reached"] = world => Get(world.Owner, $"/v1/pixbooks/{world.BookId}?minVersion=9"),
        };
    }

    public Dictionary<string, Func<World, Task<Call>>> All { get; }

    // Reading up to the head must work; the commit and looking for it afterwards must not.
    private bool IsCommitting(StoreOperation operation)
    {
        _isCommitting |= operation == StoreOperation.Create;
        return _isCommitting;
    }

    private static string Prefix(World world) => $"pixpax/pixbooks/{world.AccountId}/{world.BookId}/";

    private static Task<Call> Get(string? user, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return Task.FromResult<Call>((user, request, null));
    }

    private static Task<Call> Of(string endpoint, World world, string? user = null)
    {
        var example = Example.Of(endpoint);
        return Task.FromResult<Call>((user ?? example.User(world), example.Request(world), example.Body!(world).ToJsonString()));
    }

    private static Task<Call> With(string endpoint, World world, string body, string? key = null, string mediaType = "application/json")
    {
        var example = Example.Of(endpoint);
        var request = example.Request(example.Path(world), body, key);
        request.Content = new StringContent(body, Encoding.UTF8, mediaType);
        request.Headers.ExpectContinue = body.Length > 60_000;
        return Task.FromResult<Call>((example.User(world), request, body));
    }

    private static async Task<Call> Key(string? key, World world)
    {
        var (user, request, body) = await Of(Save, world);
        request.Headers.Remove("Idempotency-Key");
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return (user, request, body);
    }

    private async Task<Call> AfterAsync(string before, World world, string endpoint)
    {
        await Example.Of(before).DoAsync(_host, world, Api.NewKey());
        return await Of(endpoint, world);
    }

    /// <summary>A receipt of a type that only a later version knows, in the book.</summary>
    private async Task AppendUnknownAsync(World world)
    {
        var later = new StreamType<JsonObject>("pixbook", "pixpax/pixbooks/{accountId}/{bookId}/", new LaterFold());
        var command = new AppendCommand(IdempotencyKey.Parse("later:1"), "later", ImmutableSortedDictionary<string, string>.Empty, "{}"u8.ToArray());
        var result = await _host.Services.GetRequiredService<ReceiptAppender>().AppendAsync(later, PixPaxStreams.PixbookId(world.AccountId, world.BookId), command, _ =>
            Decision.Accept(Issuer.Platform, ReceiptDraft.Create("PACK_FORGOTTEN", _ => { })));
        Assert.Equal(AppendOutcome.Committed, result.Outcome);
    }

    private sealed class LaterFold : IFold<JsonObject>
    {
        public JsonObject Initial => [];

        public bool Knows(string receiptType) => true;

        public JsonObject Evolve(JsonObject state, SealedReceipt receipt) => state;

        public void Write(JsonObject state, Utf8JsonWriter writer) => state.WriteTo(writer);
    }
}
