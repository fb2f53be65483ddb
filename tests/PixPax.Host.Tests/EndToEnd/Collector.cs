using System.Text.Json;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.Modules.Collections;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>Somebody with an account and an identity, and the books that they open.</summary>
internal sealed record Collector(Api Api, string AccountId, string IdentityId)
{
    public const string Collection = "garden-birds";

    public static readonly string[] Cards =
        [.. CollectionFolder.PublishBody(CollectionFolder.Shipped, Collection, "v1")["cards"]!.AsArray().Select(card => card!["cardId"]!.GetValue<string>())];

    public static async Task<Collector> JoinAsync(HostProcess host, string userId) => await JoinAsync(host.As(userId));

    public static async Task<Collector> JoinAsync(Api api)
    {
        var account = await Commands.CreateAccountAsync(api, $"The account of {api.UserId}");
        var identity = await Commands.CreateIdentityAsync(api, account["accountId"], api.UserId);
        return new Collector(api, account["accountId"], identity["identityId"]);
    }

    public async Task<Book> OpenBookAsync(string name = "My birds", string? key = null)
    {
        var created = await Commands.CreateBookAsync(Api, AccountId, IdentityId, name, key);
        return new Book(Api, AccountId, created["bookId"]);
    }

    /// <summary>The same collector, at another host or with another client.</summary>
    public Collector At(HostProcess host) => this with { Api = host.As(Api.UserId) };
}

/// <summary>A book, as one user acts with it.</summary>
internal sealed record Book(Api Api, string AccountId, string Id)
{
    public string Path => $"/v1/pixbooks/{Id}";

    public string SavePath => $"{Path}/commands/save";

    /// <summary>Where its objects stand in the store.</summary>
    public string Prefix => $"pixpax/pixbooks/{AccountId}/{Id}/";

    public Task<Answer> SaveAsync(JsonNode snapshot, string? key = null) => Api.DoAsync(SavePath, new JsonObject { ["snapshot"] = snapshot }, key);

    public Task<Answer> GrantAsync(Api by, string cardId, string? key = null) => by.DoAsync($"{Path}/commands/add-card", Commands.Card(cardId), key);

    public Task<Answer> DiscardAsync(string cardInstanceId, string? key = null) =>
        Api.DoAsync($"{Path}/commands/remove-card", new JsonObject { ["cardInstanceId"] = cardInstanceId, ["reason"] = "discarded" }, key);

    public async Task<IReadOnlyList<JsonElement>> ReceiptsAsync(int limit = 500) => await Api.ListAsync($"{Path}/receipts", limit, "after");

    public Book As(Api api) => this with { Api = api };
}

/// <summary>Commands by their names.</summary>
internal static class Commands
{
    public static Task<Answer> CreateAccountAsync(Api api, string name, string? key = null) =>
        api.DoAsync("/v1/accounts/commands/create", new JsonObject { ["name"] = name }, key);

    public static Task<Answer> CreateIdentityAsync(Api api, string accountId, string label, string? key = null) =>
        api.DoAsync("/v1/identities/commands/create", new JsonObject { ["accountId"] = accountId, ["label"] = label }, key);

    public static Task<Answer> CreateBookAsync(Api api, string accountId, string identityId, string name, string? key = null) =>
        api.DoAsync("/v1/pixbooks/commands/create", NewBook(accountId, identityId, name), key);

    public static Task<Answer> AddMemberAsync(Api api, string accountId, string userId, string role) =>
        api.DoAsync($"/v1/accounts/{accountId}/commands/add-member", new JsonObject { ["userId"] = userId, ["role"] = role });

    public static Task<Answer> RemoveMemberAsync(Api api, string accountId, string userId) =>
        api.DoAsync($"/v1/accounts/{accountId}/commands/remove-member", new JsonObject { ["userId"] = userId });

    public static Task<Answer> PublishBirdsAsync(Api api, string? key = null, string collectionId = Collector.Collection) =>
        api.DoAsync("/v1/collections/commands/publish", Birds(collectionId), key);

    public static Task<Answer> RotateAsync(Api api, string identityId, string? key = null) =>
        api.DoAsync($"/v1/identities/{identityId}/commands/rotate-key", new JsonObject(), key);

    public static Task<Answer> RevokeAsync(Api api, string identityId, string? key = null) =>
        api.DoAsync($"/v1/identities/{identityId}/commands/revoke", new JsonObject(), key);

    public static JsonObject NewBook(string accountId, string identityId, string name = "A book") => new()
    {
        ["accountId"] = accountId,
        ["identityId"] = identityId,
        ["collectionId"] = Collector.Collection,
        ["name"] = name,
    };

    public static JsonObject Card(string cardId, string version = "v1", string collectionId = Collector.Collection) => new()
    {
        ["collectionId"] = collectionId,
        ["collectionVersion"] = version,
        ["cardId"] = cardId,
    };

    /// <summary>The publish body of the shipped collection, as another collection or another version if one is named.</summary>
    public static JsonObject Birds(string collectionId = Collector.Collection, string version = "v1")
    {
        var body = CollectionFolder.PublishBody(CollectionFolder.Shipped, Collector.Collection, "v1");
        body["collectionId"] = collectionId;
        body["version"] = version;
        IEnumerable<JsonNode?> files = [body["collection"], body["index"], .. body["cards"]!.AsArray()];
        foreach (var file in files.Select(file => file!.AsObject()))
        {
            if (file.ContainsKey("collectionId")) file["collectionId"] = collectionId;
            if (file.ContainsKey("version")) file["version"] = version;
        }

        return body;
    }
}
