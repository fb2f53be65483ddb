using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>A request that succeeds in a world, for one endpoint. Whoever adds an endpoint adds one here, and every test of the edge has it.</summary>
/// <param name="Endpoint">Method and pattern, as the table of the docs has them.</param>
/// <param name="User">Who may send it.</param>
/// <param name="Path">The path and the query.</param>
/// <param name="Body">The body; null for a read.</param>
internal sealed record Example(string Endpoint, Func<World, string> User, Func<World, string> Path, Func<World, JsonObject>? Body = null)
{
    public static readonly IReadOnlyList<Example> All =
    [
        Read("/health/live", _ => "nobody", _ => "/health/live"),
        Read("/health/ready", _ => "nobody", _ => "/health/ready"),
        Read("/health/startup", _ => "nobody", _ => "/health/startup"),
        Read("/openapi/v1.json", _ => "nobody", _ => "/openapi/v1.json"),
        Read("/.well-known/concord-trust.json", _ => "nobody", _ => "/.well-known/concord-trust.json"),
        Read("/.well-known/jwks.json", _ => "nobody", _ => "/.well-known/jwks.json"),

        // First of all commands: their one stream's versions then do not depend on what others do.
        Read("/v1/credentials", Operator, _ => "/v1/credentials?limit=1"),
        Command("credentials/commands/issue", Operator, world => World.NewCredential("another service", secret: world.BookId)),
        Command("credentials/{id}/commands/revoke", Operator, _ => new() { ["reason"] = "replaced" }, world => world.CredentialId),

        Read("/v1/accounts", Owner, _ => "/v1/accounts"),
        Read("/v1/accounts/{id}", Owner, world => $"/v1/accounts/{world.AccountId}"),
        Read("/v1/accounts/{id}/receipts", Owner, world => $"/v1/accounts/{world.AccountId}/receipts?limit=2"),
        Command("accounts/commands/create", Owner, _ => new() { ["name"] = "Another account" }),
        Command("accounts/{id}/commands/add-member", Owner, world => new() { ["userId"] = world.Owner + "-friend", ["role"] = "member" }, world => world.AccountId),
        Command("accounts/{id}/commands/remove-member", Owner, world => new() { ["userId"] = world.Member }, world => world.AccountId),

        Read("/v1/identities", Owner, world => $"/v1/identities?accountId={world.AccountId}"),
        Read("/v1/identities/{id}", Owner, world => $"/v1/identities/{world.IdentityId}"),
        Read("/v1/identities/{id}/jwks", Owner, world => $"/v1/identities/{world.IdentityId}/jwks"),
        Command("identities/commands/create", Owner, world => new() { ["accountId"] = world.AccountId, ["label"] = "A child" }),
        Command("identities/{id}/commands/rotate-key", Owner, _ => [], world => world.IdentityId),
        Command("identities/{id}/commands/revoke", Owner, _ => new() { ["reason"] = "lost" }, world => world.IdentityId),

        Read("/v1/collections", Owner, _ => "/v1/collections?limit=1"),
        Read("/v1/collections/{id}/versions/{version}", Owner, world => $"/v1/collections/{world.CollectionId}/versions/v1"),
        Read("/v1/collections/{id}/versions/{version}/cards/{cardId}", Owner, world => $"/v1/collections/{world.CollectionId}/versions/v1/cards/robin"),
        Read("/v1/collections/{id}/versions/{version}/cards/{cardId}.png", Owner, world => $"/v1/collections/{world.CollectionId}/versions/v1/cards/robin.png?scale=1"),
        Command("collections/commands/publish", Operator, world => Commands.Birds(world.CollectionId, "v2")),
        Command("collections/{id}/commands/retire-series", Operator, _ => new() { ["seriesId"] = "visitors", ["collectionVersion"] = "v1" }, world => world.CollectionId),

        Read("/v1/pixbooks", Owner, world => $"/v1/pixbooks?accountId={world.AccountId}&identityId={world.IdentityId}"),
        Read("/v1/pixbooks/{id}", Owner, world => $"/v1/pixbooks/{world.BookId}"),
        Read("/v1/pixbooks/{id}/snapshot", Owner, world => $"/v1/pixbooks/{world.BookId}/snapshot"),
        Read("/v1/pixbooks/{id}/stickerbook", Owner, world => $"/v1/pixbooks/{world.BookId}/stickerbook"),
        Read("/v1/pixbooks/{id}/receipts", Owner, world => $"/v1/pixbooks/{world.BookId}/receipts?limit=2"),
        Read("/v1/pixbooks/{id}/bundle", Owner, world => $"/v1/pixbooks/{world.BookId}/bundle"),
        Command("pixbooks/commands/create", Member, world => Commands.NewBook(world.AccountId, world.IdentityId)),
        Command("pixbooks/{id}/commands/save", Member, _ => new() { ["snapshot"] = new JsonObject { ["page"] = 2 } }, world => world.BookId),
        Command("pixbooks/{id}/commands/add-card", Operator, world => Commands.Card("magpie", collectionId: world.CollectionId), world => world.BookId),
        Command("pixbooks/{id}/commands/remove-card", Member, world => new() { ["cardInstanceId"] = world.CardInstanceId, ["reason"] = "discarded" }, world => world.BookId),

        Read("/v1/receipts/{eventId}", Owner, world => $"/v1/receipts/{world.EventId}"),
        Read("/v1/receipts/{eventId}/bundle", Owner, world => $"/v1/receipts/{world.EventId}/bundle"),

        Read("/v1/subscriptions", Owner, _ => "/v1/subscriptions"),
        Read("/v1/subscriptions/events", Owner, world => $"/v1/subscriptions/events?stream=identity/{world.IdentityId}&live=false"),
        Read("/v1/admin/overview", Operator, _ => "/v1/admin/overview"),
        Read("/v1/admin/streams", Operator, _ => "/v1/admin/streams?limit=1"),
        Read("/v1/admin/streams/check", Operator, _ => "/v1/admin/streams/check?prefix=pixpax/platform/keys/"),
    ];

    /// <summary>Pages for people, and what they are made of: no part of the API, but anybody's to ask for.</summary>
    public static readonly IReadOnlyList<Example> Pages =
    [
        Read("/album/{bookId}", _ => "nobody", _ => "/album/01HV3ABCDEFGHJKMNPQRSTVWXY"),
        Read("/album/files/{name}", _ => "nobody", _ => "/album/files/album.css"),
        Read("/operations", _ => "nobody", _ => "/operations"),
        Read("/operations/files/{name}", _ => "nobody", _ => "/operations/files/main.js"),
        Read("/docs/{documentName?}", _ => "nobody", _ => "/docs/"),
        Read("/docs/scalar.js", _ => "nobody", _ => "/docs/scalar.js"),
        Read("/docs/scalar.aspnetcore.js", _ => "nobody", _ => "/docs/scalar.aspnetcore.js"),
        Read("/docs/favicon.svg", _ => "nobody", _ => "/docs/favicon.svg"),
    ];

    public static IEnumerable<Example> AllCommands => All.Where(example => example.Body is not null);

    public bool IsCommand => Body is not null;

    public string Operation => Endpoint["POST /v1/".Length..];

    public static Example Of(string endpoint) =>
        All.Concat(Pages).SingleOrDefault(example => example.Endpoint == endpoint)
        ?? throw new InvalidOperationException($"There is no example of {endpoint}. Add one to {nameof(Example)}.{nameof(All)}: the tests of the edge go by it.");

    public HttpRequestMessage Request(World world, string? key = null) => Request(Path(world), Body?.Invoke(world).ToJsonString(), key);

    public HttpRequestMessage Request(string path, string? body, string? key = null)
    {
        var request = new HttpRequestMessage(IsCommand ? HttpMethod.Post : HttpMethod.Get, path);
        if (!IsCommand) return request;

        request.Content = new StringContent(body!, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key ?? Api.NewKey());
        return request;
    }

    /// <summary>Sends it as whoever may, and expects that it is done.</summary>
    public async Task<Answer> DoAsync(InProcessHost host, World world, string key)
    {
        using var response = await host.As(User(world)).Http.SendAsync(Request(world, key));
        return await Answer.ReadAsync(response, () => Endpoint);
    }

    public override string ToString() => Endpoint;

    private static string Owner(World world) => world.Owner;

    private static string Member(World world) => world.Member;

    private static string Operator(World world) => "operator";

    private static Example Read(string pattern, Func<World, string> user, Func<World, string> path) => new("GET " + pattern, user, path);

    private static Example Command(string operation, Func<World, string> user, Func<World, JsonObject> body, Func<World, string>? id = null) =>
        new($"POST /v1/{operation}", user, world => "/v1/" + operation.Replace("{id}", id?.Invoke(world), StringComparison.Ordinal), body);
}
