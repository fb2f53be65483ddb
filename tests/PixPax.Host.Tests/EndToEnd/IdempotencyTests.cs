using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>The same key gives the first answer: in any spelling, after any restart, and nothing is done twice.</summary>
[Collection(SharedHostCollection.Name)]
public sealed class IdempotencyTests(SharedHost shared)
{
    [Fact]
    public async Task Every_command_that_is_repeated_gives_its_first_answer_also_after_a_restart()
    {
        using var data = new DataFolder();
        var told = new List<(string User, string Path, JsonNode Body, string Key, Answer First)>();
        await using (var host = await HostProcess.StartAsync(data))
        {
            await WalkAsync(host, told);
            foreach (var (user, path, body, key, first) in told) (await host.As(user).DoAsync(path, body, key)).AssertRepeats(first);
            await host.KillAsync();
        }

        var before = data.Contents();
        await using var again = await HostProcess.StartAsync(data);
        foreach (var (user, path, body, key, first) in told)
        {
            foreach (var spelling in new[] { key, $"\"{key}\"", key.ToUpperInvariant(), $"\"{key.ToUpperInvariant()}\"" })
                (await again.As(user).DoAsync(path, body, spelling)).AssertRepeats(first);
        }

        // No second key file, no second content with another salt, nothing.
        Assert.Equal(before, data.Contents());
        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_key_with_another_body_or_for_another_command_is_refused_and_writes_nothing()
    {
        using var data = new DataFolder();
        var told = new List<(string User, string Path, JsonNode Body, string Key, Answer First)>();
        await using var host = await HostProcess.StartAsync(data);
        await WalkAsync(host, told);

        var before = data.Contents();
        foreach (var (user, path, body, key, _) in told)
        {
            if (Another(path, body) is { } other) await host.As(user).RefusedAsync("idempotency-key-reused", path, other, key);
        }

        // Of one stream, so of one space of keys.
        var save = told.First(one => one.Path.EndsWith("/save", StringComparison.Ordinal));
        var grant = told.First(one => one.Path.EndsWith("/add-card", StringComparison.Ordinal));
        await host.Operator().RefusedAsync("idempotency-key-reused", grant.Path, grant.Body, save.Key);
        var (rotate, revoke) = (told.First(one => one.Path.EndsWith("/rotate-key", StringComparison.Ordinal)), told.First(one => one.Path.EndsWith("/revoke", StringComparison.Ordinal)));
        await host.As(rotate.User).RefusedAsync("idempotency-key-reused", rotate.Path, rotate.Body, revoke.Key);
        await host.As(revoke.User).RefusedAsync("idempotency-key-reused", revoke.Path, revoke.Body, rotate.Key);
        Assert.Equal(before, data.Contents());
    }

    [Fact]
    public async Task A_key_is_one_of_each_stream()
    {
        var (ada, key) = (await shared.NewCollectorAsync(), Api.NewKey());
        var (first, second) = (await ada.OpenBookAsync(key: key), await ada.OpenBookAsync());
        Assert.Equal([2, 2], new[] { await first.SaveAsync(1, key: Api.NewKey()), await second.SaveAsync(1, key) }.Select(answer => answer.StreamVersion));

        // Of two people with one key, each makes their own.
        var bob = await shared.NewCollectorAsync("bob");
        Assert.NotEqual(first.Id, (await bob.OpenBookAsync(key: key)).Id);
        Assert.NotEqual((await Commands.CreateAccountAsync(ada.Api, "A", key))["accountId"], (await Commands.CreateAccountAsync(bob.Api, "A", key))["accountId"]);
    }

    [Fact]
    public async Task Concurrent_tries_of_one_command_are_one_command()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        var key = Api.NewKey();
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => book.SaveAsync(new string('x', 70_000), key)));
        Assert.Single(answers, answer => !answer.IsReplay);
        Assert.Single(answers.Select(answer => answer.Json.GetRawText()).Distinct());
        Assert.Equal(2, (await book.ReceiptsAsync()).Count);
    }

    [Fact]
    public async Task A_refusal_is_not_remembered()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        var (key, body) = (Api.NewKey(), new JsonObject { ["snapshot"] = "two", ["expectedVersion"] = 2 });
        await book.Api.RefusedAsync("version-conflict", book.SavePath, body, key);
        await book.SaveAsync("one");
        Assert.Equal(3, (await book.Api.DoAsync(book.SavePath, body, key)).StreamVersion);
    }

    [Fact]
    public async Task A_command_is_the_same_however_its_JSON_is_written()
    {
        var (book, key) = (await (await shared.NewCollectorAsync()).OpenBookAsync(), Api.NewKey());
        using var first = await book.Api.SendAsync(book.SavePath, """{"snapshot":{"a":1,"b":"é"}}""", key);
        using var again = await book.Api.SendAsync(book.SavePath, """ { "snapshot" : { "b":"\u00e9", "a":1.0 } } """, key);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(["true"], again.Headers.GetValues("Idempotent-Replayed"));

        // A default that is filled in is no part of what was sent, so a member that says it is another body.
        using var other = await book.Api.SendAsync(book.SavePath, """{"snapshot":{"a":1,"b":"é"},"expectedVersion":null}""", key);
        await other.ProblemAsync("idempotency-key-reused");
    }

    /// <summary>Does one of everything, and tells what was done.</summary>
    private static async Task WalkAsync(HostProcess host, List<(string User, string Path, JsonNode Body, string Key, Answer First)> told)
    {
        await DoAsync("operator", "/v1/collections/commands/publish", Commands.Birds());
        var accountId = (await DoAsync("ada", "/v1/accounts/commands/create", new JsonObject { ["name"] = "Ada's" }))["accountId"];
        await DoAsync("ada", $"/v1/accounts/{accountId}/commands/add-member", new JsonObject { ["userId"] = "bob", ["role"] = "owner" });
        var identityId = (await DoAsync("ada", "/v1/identities/commands/create", new JsonObject { ["accountId"] = accountId, ["label"] = "Ada" }))["identityId"];
        var book = new Book(host.As("ada"), accountId, (await DoAsync("ada", "/v1/pixbooks/commands/create", Commands.NewBook(accountId, identityId)))["bookId"]);
        await DoAsync("ada", book.SavePath, new JsonObject { ["snapshot"] = new JsonObject { ["small"] = true } });
        await DoAsync("ada", book.SavePath, new JsonObject { ["snapshot"] = new string('x', 65 * 1024), ["expectedVersion"] = 2 });
        var instance = (await DoAsync("operator", $"{book.Path}/commands/add-card", Commands.Card("robin")))["cardInstanceId"];
        await DoAsync("ada", $"{book.Path}/commands/remove-card", new JsonObject { ["cardInstanceId"] = instance, ["reason"] = "discarded" });
        instance = (await DoAsync("operator", $"{book.Path}/commands/add-card", Commands.Card("magpie")))["cardInstanceId"];
        await DoAsync("operator", $"{book.Path}/commands/remove-card", new JsonObject { ["cardInstanceId"] = instance, ["reason"] = "correction" });
        await DoAsync("operator", "/v1/collections/garden-birds/commands/retire-series", new JsonObject { ["seriesId"] = "songbirds" });
        await DoAsync("ada", $"/v1/identities/{identityId}/commands/rotate-key", new JsonObject());
        await DoAsync("ada", book.SavePath, new JsonObject { ["snapshot"] = "by the second key" });
        await DoAsync("ada", $"/v1/identities/{identityId}/commands/revoke", new JsonObject { ["reason"] = "lost" });
        await DoAsync("ada", $"/v1/accounts/{accountId}/commands/remove-member", new JsonObject { ["userId"] = "bob" });

        async Task<Answer> DoAsync(string user, string path, JsonNode body)
        {
            var key = Api.NewKey();
            var first = await host.As(user).DoAsync(path, body, key);
            Assert.False(first.IsReplay);
            told.Add((user, path, body, key, first));
            return first;
        }
    }

    /// <summary>The same command with one thing said differently, where it can be for the same stream.</summary>
    private static JsonNode? Another(string path, JsonNode body)
    {
        var other = body.DeepClone().AsObject();
        var member = new[] { "name", "label", "snapshot", "role", "cardId", "seriesId", "cardInstanceId", "reason" }.FirstOrDefault(other.ContainsKey);
        if (path.EndsWith("/publish", StringComparison.Ordinal)) other["cards"]![0]!["label"] = "Another";
        else if (member is null) return null;
        else other[member] = member switch { "role" => "member", "cardId" => "kingfisher", "seriesId" => "visitors", _ => "another" };
        return other;
    }
}
