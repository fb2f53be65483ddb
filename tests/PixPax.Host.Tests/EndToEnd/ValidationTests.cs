using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts.Verification;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>What is refused at the door, with which words; and that nothing refused leaves a trace.</summary>
[Collection(SharedHostCollection.Name)]
public sealed class ValidationTests(SharedHost shared)
{
    private const string Words = "abandon ability able about above absent absorb abstract absurd abuse access accident";

    public static TheoryData<string, string, string> RefusedSaves => new()
    {
        { "private-key-material", """{"snapshot":{"deep":["-----BEGIN EC PRIVATE KEY-----"]}}""", "/snapshot/deep/0" },
        { "private-key-material", """{"snapshot":{"jwk":{"kty":"EC","d":"x"}}}""", "/snapshot/jwk" },
        { "private-key-material", "{\"snapshot\":{\"" + Words + "\":1}}", $"/snapshot/{Words}" },
        { "private-key-material", """{"snapshot":"AGE-SECRET-KEY-1QQQ"}""", "/snapshot" },
        { "unknown-member", """{"snapshot":1,"identityId":"A"}""", "/identityId" },
        { "unknown-member", """{"snapshot":1,"Snapshot":1}""", "/Snapshot" },
        { "invalid-request", "{}", "/snapshot" },
        { "invalid-request", """{"snapshot":1,"expectedVersion":"1"}""", "/expectedVersion" },
        { "invalid-request", """{"snapshot":1,"expectedVersion":1.5}""", "/expectedVersion" },
        { "invalid-request", "[]", "" },
        { "duplicate-member", """{"snapshot":{"a":1,"\u0061":2}}""", "" },
        { "number-not-exact", """{"snapshot":9007199254740993}""", "" },
        { "number-not-exact", """{"snapshot":1e300}""", "" },
        { "malformed-json", "", "" },
        { "malformed-json", """{"snapshot":1}{}""", "" },
        { "malformed-json", """{"snapshot":"\ud800"}""", "" },
        { "malformed-json", "\ufeff{\"snapshot\":1}", "" },
    };

    [Theory]
    [MemberData(nameof(RefusedSaves))]
    public async Task A_save_that_is_refused_says_why_and_leaves_no_trace(string code, string body, string place)
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        var before = shared.Host.Data.Contents();
        using var response = await book.Api.SendAsync(book.SavePath, body, Api.NewKey());
        var problem = await response.ProblemAsync(code);
        if (problem.TryGetProperty("errors", out _)) Assert.Equal([place], problem.Places());
        else Assert.Equal("", place);
        Assert.Equal(before, shared.Host.Data.Contents());
    }

    [Fact]
    public async Task No_name_or_label_holds_a_private_key()
    {
        var ada = await shared.NewCollectorAsync();
        var before = shared.Host.Data.Contents();
        await ada.Api.RefusedAsync("private-key-material", "/v1/accounts/commands/create", new JsonObject { ["name"] = Words });
        await ada.Api.RefusedAsync("private-key-material", "/v1/identities/commands/create", new JsonObject { ["accountId"] = ada.AccountId, ["label"] = Words });
        await ada.Api.RefusedAsync("private-key-material", "/v1/pixbooks/commands/create", Commands.NewBook(ada.AccountId, ada.IdentityId, Words));
        await ada.Api.RefusedAsync("private-key-material", $"/v1/identities/{ada.IdentityId}/commands/revoke", new JsonObject { ["reason"] = Words });
        var birds = Commands.Birds("key-birds");
        birds["cards"]![0]!["label"] = Words;
        await shared.Operator.RefusedAsync("private-key-material", "/v1/collections/commands/publish", birds);
        Assert.Equal(before, shared.Host.Data.Contents());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData(null)]
    public async Task A_name_is_a_name(string? name)
    {
        var ada = await shared.NewCollectorAsync();
        await ada.Api.RefusedAsync("invalid-request", "/v1/accounts/commands/create", new JsonObject { ["name"] = name });
        await ada.Api.RefusedAsync("invalid-request", "/v1/identities/commands/create", new JsonObject { ["accountId"] = ada.AccountId, ["label"] = name });
        await ada.Api.RefusedAsync("invalid-request", "/v1/pixbooks/commands/create", Commands.NewBook(ada.AccountId, ada.IdentityId, name!));
    }

    [Fact]
    public async Task A_command_needs_one_key_that_is_a_UUID()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        using var none = await book.Api.SendAsync(book.SavePath, """{"snapshot":1}""", key: null);
        await none.ProblemAsync("idempotency-key-required");
        foreach (var key in new[] { "1", "platform:init", "\"" + Api.NewKey(), $"{{{Api.NewKey()}}}", $"{Api.NewKey()}, {Api.NewKey()}", new string('a', 200) })
        {
            using var response = await book.Api.SendAsync(book.SavePath, """{"snapshot":1}""", key);
            await response.ProblemAsync("idempotency-key-invalid");
        }

        Assert.Single(await book.ReceiptsAsync());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/merge-patch+json")]
    public async Task A_body_is_JSON_in_UTF8(string mediaType)
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        using var response = await book.Api.SendAsync(book.SavePath, """{"snapshot":1}""", Api.NewKey(), mediaType);
        await response.ProblemAsync("unsupported-media-type");
    }

    [Fact]
    public async Task A_save_is_at_most_4_MiB_and_other_commands_64_KiB()
    {
        var ada = await shared.NewCollectorAsync();
        var book = await ada.OpenBookAsync();
        const int limit = 4 * 1024 * 1024;
        var before = shared.Host.Data.Contents();
        await book.Api.RefusedAsync("payload-too-large", book.SavePath, new JsonObject { ["snapshot"] = new string('x', limit) });
        await book.Api.RefusedAsync("payload-too-large", "/v1/accounts/commands/create", new JsonObject { ["name"] = new string('x', 64 * 1024) });

        // As large as a body may be, it is too large for the content object, which adds a salt.
        await book.Api.RefusedAsync("payload-too-large", book.SavePath, new JsonObject { ["snapshot"] = new string('x', limit - """{"snapshot":""}""".Length) });
        Assert.Equal(before, shared.Host.Data.Contents());

        const int wrapper = 80;
        var save = await book.SaveAsync(new string('x', limit - wrapper));
        Assert.Equal(2, save.StreamVersion);
        Assert.Equal(limit - wrapper, (await ada.Api.GetAsync($"{book.Path}/snapshot")).GetProperty("lastSave").GetProperty("snapshot").GetString()!.Length);
    }

    [Fact]
    public async Task A_body_without_a_length_is_measured_as_it_comes()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        var body = Encoding.ASCII.GetBytes($$"""{"snapshot":"{{new string('x', 4 * 1024 * 1024)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, book.SavePath) { Content = new StreamContent(new MemoryStream(body)) };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.Add("Idempotency-Key", Api.NewKey());
        using var response = await book.Api.Http.SendAsync(request);
        await response.ProblemAsync("payload-too-large");
    }

    [Fact]
    public async Task However_deep_a_snapshot_is_it_is_saved_or_refused()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        var outcomes = new List<HttpStatusCode>();
        for (var depth = 55; depth <= 70; depth++)
        {
            foreach (var filling in new[] { "", $"\"{new string('x', 70_000)}\"" })
            {
                using var response = await book.Api.SendAsync(book.SavePath, $$"""{"snapshot":{{new string('[', depth)}}{{filling}}{{new string(']', depth)}}}""", Api.NewKey());
                Assert.True((int)response.StatusCode is 200 or 400 or 413, $"{depth} levels: {await response.Content.ReadAsStringAsync()}");
                outcomes.Add(response.StatusCode);
                if (response.IsSuccessStatusCode) await book.Api.GetAsync($"{book.Path}/snapshot");
            }
        }

        Assert.Contains(HttpStatusCode.OK, outcomes);
        Assert.NotEqual(HttpStatusCode.OK, outcomes[^1]);
        await AssertVerifiesAsync(book);
    }

    [Theory]
    [InlineData("""{"bytes":7,"contentHash":"sha256:0000000000000000000000000000000000000000000000000000000000000000","mediaType":"text/plain"}""")]
    [InlineData("""{"page":[{"bytes":7,"contentHash":"sha256:0000000000000000000000000000000000000000000000000000000000000000","mediaType":"text/plain"}]}""")]
    [InlineData("""{"content\u0048ash":"sha256:0000000000000000000000000000000000000000000000000000000000000000","bytes":7.0,"mediaType":"é"}""")]
    public async Task A_snapshot_that_looks_like_a_reference_to_content_is_only_a_snapshot(string snapshot)
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        var (key, body) = (Api.NewKey(), $$"""{"snapshot":{{snapshot}}}""");
        using var saved = await book.Api.SendAsync(book.SavePath, body, key);
        using var again = await book.Api.SendAsync(book.SavePath, body, key);
        Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
        Assert.Equal(await saved.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());

        var read = (await book.Api.GetAsync($"{book.Path}/snapshot")).GetProperty("lastSave").GetProperty("snapshot");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(snapshot.Replace("7.0", "7", StringComparison.Ordinal)), JsonNode.Parse(read.GetRawText())));
        await AssertVerifiesAsync(book);
    }

    [Theory]
    [InlineData(65_534, false)]
    [InlineData(65_536, true)]
    public async Task A_snapshot_above_64_KiB_is_kept_as_content(int characters, bool isContent)
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        await book.SaveAsync(new string('x', characters));
        await book.SaveAsync(new string('é', characters / 2));
        foreach (var receipt in (await book.ReceiptsAsync()).Skip(1))
            Assert.Equal(isContent, receipt.GetProperty("payload").GetProperty("snapshot").ValueKind == System.Text.Json.JsonValueKind.Object);
    }

    [Fact]
    public async Task A_save_on_another_version_than_expected_is_refused_with_the_current_one()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        await book.SaveAsync(1);
        foreach (var expected in new long[] { 1, 3, 0, -1, 9007199254740991 })
        {
            using var response = await book.Api.SendAsync(book.SavePath, $$"""{"snapshot":2,"expectedVersion":{{expected}}}""", Api.NewKey());
            Assert.Equal(HttpStatusCode.PreconditionFailed, response.StatusCode);
            Assert.Equal(2, (await response.ProblemAsync("version-conflict")).GetProperty("currentVersion").GetInt64());
        }

        Assert.Equal(3, (await book.Api.DoAsync(book.SavePath, new JsonObject { ["snapshot"] = 2, ["expectedVersion"] = 2 })).StreamVersion);
    }

    [Fact]
    public async Task Of_concurrent_saves_that_expect_one_version_one_succeeds()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => book.Api.SendAsync(book.SavePath, """{"snapshot":1,"expectedVersion":1}""", Api.NewKey())));
        Assert.Equal(9, responses.Count(response => response.StatusCode == HttpStatusCode.PreconditionFailed));
        Assert.Single(responses, response => response.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Only_cards_that_are_given_out_can_be_granted()
    {
        var (book, op) = (await (await shared.NewCollectorAsync()).OpenBookAsync(), shared.Operator);
        await op.DoAsync("/v1/collections/commands/publish", Commands.Birds("grant-birds"));
        await op.DoAsync("/v1/collections/grant-birds/commands/retire-series", new JsonObject { ["seriesId"] = "songbirds", ["collectionVersion"] = "v1" });
        var (add, before) = ($"{book.Path}/commands/add-card", shared.Host.Data.Contents());

        await op.RefusedAsync("card-not-in-collection", add, Commands.Card("dodo"));
        await op.RefusedAsync("card-not-in-collection", add, Commands.Card("robin", "v9"));
        await op.RefusedAsync("card-not-in-collection", add, Commands.Card("robin", collectionId: "no-birds"));
        await op.RefusedAsync("series-retired", add, Commands.Card("robin", collectionId: "grant-birds"));
        Assert.Equal(["/cardId"], (await op.RefusedAsync("invalid-request", add, Commands.Card("../robin"))).Places());
        await op.RefusedAsync("not-found", "/v1/pixbooks/NOBODYS/commands/add-card", Commands.Card("robin"));
        Assert.Equal(before, shared.Host.Data.Contents());

        await op.DoAsync(add, Commands.Card("magpie", collectionId: "grant-birds"));
    }

    [Fact]
    public async Task What_is_published_stays_as_it_is()
    {
        var op = shared.Operator;
        await op.DoAsync("/v1/collections/commands/publish", Commands.Birds("fixed-birds"));
        var before = shared.Host.Data.Contents();
        await op.RefusedAsync("already-exists", "/v1/collections/commands/publish", Commands.Birds("fixed-birds"));
        var changed = Commands.Birds("fixed-birds");
        changed["cards"]![0]!["label"] = "Another";
        await op.RefusedAsync("already-exists", "/v1/collections/commands/publish", changed);
        var broken = Commands.Birds("fixed-birds", "v2");
        broken["cards"]!.AsArray().RemoveAt(0);
        await op.RefusedAsync("collection-invalid", "/v1/collections/commands/publish", broken);
        await op.RefusedAsync("unprocessable", "/v1/collections/fixed-birds/commands/retire-series", new JsonObject { ["seriesId"] = "dinosaurs" });
        await op.RefusedAsync("not-found", "/v1/collections/no-birds/commands/retire-series", new JsonObject { ["seriesId"] = "visitors" });
        Assert.Equal(before, shared.Host.Data.Contents());

        await op.DoAsync("/v1/collections/fixed-birds/commands/retire-series", new JsonObject { ["seriesId"] = "visitors" });
        await op.RefusedAsync("series-retired", "/v1/collections/fixed-birds/commands/retire-series", new JsonObject { ["seriesId"] = "visitors" });
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("%2e%2e%2f%2e%2e%2fkeys%2fplatform.1.pem")]
    [InlineData("%F0%9F%90%A6")]
    [InlineData("%FF")]
    [InlineData("a%20b")]
    [InlineData("A%0A")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_id_leads_nowhere(string id)
    {
        var op = shared.Operator;
        string[] reads =
        [
            $"/v1/accounts/{id}", $"/v1/identities/{id}", $"/v1/pixbooks/{id}", $"/v1/pixbooks/{id}/receipts", $"/v1/pixbooks/{id}/snapshot", $"/v1/pixbooks/{id}/bundle",
            $"/v1/receipts/{id}", $"/v1/receipts/{id}/bundle", $"/v1/collections/{id}/versions/v1", $"/v1/collections/garden-birds/versions/{id}",
            $"/v1/collections/garden-birds/versions/v1/cards/{id}", $"/v1/collections/garden-birds/versions/v1/cards/{id}.png",
        ];
        (string Path, string Body)[] commands =
        [
            ($"/v1/accounts/{id}/commands/add-member", """{"userId":"bob","role":"member"}"""), ($"/v1/accounts/{id}/commands/remove-member", """{"userId":"bob"}"""),
            ($"/v1/identities/{id}/commands/rotate-key", "{}"), ($"/v1/identities/{id}/commands/revoke", "{}"), ($"/v1/pixbooks/{id}/commands/save", """{"snapshot":1}"""),
            ($"/v1/pixbooks/{id}/commands/add-card", Commands.Card("robin").ToJsonString()), ($"/v1/pixbooks/{id}/commands/remove-card", """{"cardInstanceId":"A","reason":"correction"}"""),
            ($"/v1/collections/{id}/commands/retire-series", """{"seriesId":"visitors"}"""),
        ];
        var before = shared.Host.Data.Contents();
        foreach (var path in reads)
        {
            using var response = await op.Http.GetAsync(path);
            Assert.True((int)response.StatusCode is 404 or 400 or 401, $"{path}: {await response.Content.ReadAsStringAsync()}");
        }

        foreach (var (path, body) in commands)
        {
            using var response = await op.SendAsync(path, body, Api.NewKey());
            Assert.True((int)response.StatusCode is 404 or 400 or 405, $"{path}: {await response.Content.ReadAsStringAsync()}");
        }

        Assert.Equal(before, shared.Host.Data.Contents());
    }

    [Fact]
    public async Task No_read_writes_anything()
    {
        var ada = await shared.NewCollectorAsync();
        var book = await ada.OpenBookAsync();
        var save = await book.SaveAsync(new string('x', 70_000));
        await book.GrantAsync(shared.Operator, "robin");
        string[] reads =
        [
            "/health/live", "/health/ready", "/.well-known/concord-trust.json", "/v1/accounts", $"/v1/accounts/{ada.AccountId}", $"/v1/identities?accountId={ada.AccountId}",
            $"/v1/identities/{ada.IdentityId}", "/v1/pixbooks", $"/v1/pixbooks?accountId={ada.AccountId}&identityId={ada.IdentityId}", book.Path, $"{book.Path}/receipts",
            $"{book.Path}/receipts?after=1&limit=1&type=CARD_ADDED", $"{book.Path}/snapshot", $"{book.Path}/bundle", $"/v1/receipts/{save.EventId}", $"/v1/receipts/{save.EventId}/bundle",
            "/v1/collections", "/v1/collections/garden-birds/versions/v1", "/v1/collections/garden-birds/versions/v1/cards/robin", "/v1/collections/garden-birds/versions/v1/cards/robin.png",
        ];
        string[] misses = ["/v1/accounts/NOBODYS", "/v1/identities/NOBODYS", "/v1/pixbooks/NOBODYS", "/v1/receipts/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9", "/v1/collections/no-birds/versions/v1", "/v1/nowhere"];

        var before = shared.Host.Data.Contents();
        foreach (var path in reads) await ada.Api.BytesAsync(path);
        foreach (var path in misses) await ada.Api.NotGivenAsync("not-found", path);
        Assert.Equal(before, shared.Host.Data.Contents());
    }

    private async Task AssertVerifiesAsync(Book book)
    {
        var trust = TrustFile.Parse(await shared.Host.Anonymous().GetByteArrayAsync("/.well-known/concord-trust.json"));
        var report = await Concord.Receipts.Bundles.BundleVerifier.VerifyAsync(new MemoryStream(await book.Api.BytesAsync($"{book.Path}/bundle")), trust);
        Assert.True(report.IsGood, string.Join('\n', report.Failures));
        Assert.False(report.IsIncomplete, string.Join('\n', report.NotChecked));
    }
}
