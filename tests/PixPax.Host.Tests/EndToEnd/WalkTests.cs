using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Verification;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>Every endpoint once, as a collector and an operator meet them, with the exact shape of what comes back.</summary>
[Collection(SharedHostCollection.Name)]
public sealed class WalkTests(SharedHost shared)
{
    private static readonly string[] Page = ["data", "hasMore", "nextCursor"];

    [Fact]
    public async Task From_an_account_to_a_saved_book()
    {
        var (ada, op) = (shared.NewUser(), shared.Operator);

        var account = await Commands.CreateAccountAsync(ada, "Ada & co");
        account.AssertExact("accountId");
        Assert.Equal(1, account.StreamVersion);
        var accountId = account["accountId"];
        var bob = shared.NewUser("bob");
        var added = await Commands.AddMemberAsync(ada, accountId, bob.UserId, "member");
        added.AssertExact("accountId");
        (await Commands.RemoveMemberAsync(ada, accountId, bob.UserId)).AssertExact("accountId");
        var view = await ada.GetAsync($"/v1/accounts/{accountId}");
        AssertMembers(view, "accountId", "name", "createdAt", "streamVersion", "members");
        Assert.Equal("Ada & co", view.GetProperty("name").GetString());
        Assert.Equal(3, view.GetProperty("streamVersion").GetInt32());
        Assert.Equal($$"""[{"userId":"{{ada.UserId}}","role":"owner"}]""", view.GetProperty("members").GetRawText());

        var identity = await Commands.CreateIdentityAsync(ada, accountId, "Ada");
        identity.AssertExact("accountId", "identityId");
        var identityId = identity["identityId"];
        (await Commands.RotateAsync(ada, identityId)).AssertExact("accountId", "identityId");
        var keys = (await ada.GetAsync($"/v1/identities/{identityId}")).GetProperty("keys").EnumerateArray().ToArray();
        Assert.Equal(["superseded", "current"], keys.Select(key => key.GetProperty("validity").GetString()));

        var book = await Commands.CreateBookAsync(ada, accountId, identityId, "My birds");
        book.AssertExact("accountId", "bookId");
        var mine = new Book(ada, accountId, book["bookId"]);
        var card = await mine.GrantAsync(op, "robin");
        card.AssertExact("accountId", "bookId", "cardInstanceId");
        var save = await mine.SaveAsync(new JsonObject { ["page"] = 1, ["stickers"] = new JsonArray("robin", "é\u0000\u2028") });
        save.AssertExact("accountId", "bookId");
        Assert.Equal([save.EventId], save.EventIds);
        var removed = await mine.DiscardAsync(card["cardInstanceId"]);
        removed.AssertExact("accountId", "bookId", "cardInstanceId");
        Assert.Equal([1, 2, 3, 4], new[] { book, card, save, removed }.Select(answer => answer.StreamVersion));

        var read = await ada.GetAsync(mine.Path);
        AssertMembers(read, "bookId", "accountId", "identityId", "collectionId", "name", "createdAt", "streamVersion", "hash", "cards");
        Assert.Equal((4, removed.Hash, 0), (read.GetProperty("streamVersion").GetInt32(), read.GetProperty("hash").GetString(), read.GetProperty("cards").GetInt32()));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", read.GetProperty("createdAt").GetString());

        var snapshot = await ada.GetAsync($"{mine.Path}/snapshot");
        AssertMembers(snapshot, "bookId", "streamVersion", "hash", "cards", "lastSave");
        AssertMembers(snapshot.GetProperty("lastSave"), "eventId", "streamVersion", "createdAt", "snapshot");
        Assert.Equal(save.EventId, snapshot.GetProperty("lastSave").GetProperty("eventId").GetString());
        Assert.True(JsonNode.DeepEquals(
            new JsonObject { ["page"] = 1, ["stickers"] = new JsonArray("robin", "é\u0000\u2028") },
            JsonNode.Parse(snapshot.GetProperty("lastSave").GetProperty("snapshot").GetRawText())));

        var receipts = await mine.ReceiptsAsync();
        Assert.Equal(["PIXBOOK_CREATED", "CARD_ADDED", "PIXBOOK_SAVE", "CARD_REMOVED"], receipts.Select(receipt => receipt.GetProperty("type").GetString()));
        Assert.Equal([identityId, Issuer.Platform, identityId, identityId], receipts.Select(receipt => receipt.GetProperty("issuer").GetProperty("identityId").GetString()));

        (await Commands.RevokeAsync(ada, identityId)).AssertExact("accountId", "identityId");
        var revoked = await ada.GetAsync($"/v1/identities/{identityId}");
        AssertMembers(revoked, "identityId", "accountId", "label", "status", "streamVersion", "keys");
        Assert.Equal("revoked", revoked.GetProperty("status").GetString());
        Assert.All(revoked.GetProperty("keys").EnumerateArray(), key => Assert.Equal("revoked", key.GetProperty("validity").GetString()));
        await ada.RefusedAsync("identity-revoked", mine.SavePath, new JsonObject { ["snapshot"] = 1 });

        // The platform does not need the owner's key.
        await mine.GrantAsync(op, "magpie");
    }

    [Fact]
    public async Task A_collection_is_published_read_and_its_series_retired()
    {
        var (ada, op) = (shared.NewUser(), shared.Operator);
        var published = await op.DoAsync("/v1/collections/commands/publish", Commands.Birds("walk-birds"));
        published.AssertExact("collectionId", "collectionVersion");
        Assert.Equal(1, published.StreamVersion);
        Assert.Equal(2, (await op.DoAsync("/v1/collections/commands/publish", Commands.Birds("walk-birds", "v2"))).StreamVersion);

        var version = await ada.GetAsync("/v1/collections/walk-birds/versions/v2");
        AssertMembers(version, "collectionId", "version", "name", "description", "merkleRoot", "palette", "series", "cards");
        Assert.Equal(8, version.GetProperty("cards").GetArrayLength());
        var card = await ada.GetAsync("/v1/collections/walk-birds/versions/v2/cards/robin");
        AssertMembers(card, "cardId", "seriesId", "slotIndex", "role", "label", "attributes", "itemHash", "picture");
        Assert.Equal(card.GetRawText(), version.GetProperty("cards")[0].GetRawText());

        // A series that two versions have is retired in both, in one commit.
        var retired = await op.DoAsync("/v1/collections/walk-birds/commands/retire-series", new JsonObject { ["seriesId"] = "visitors" });
        retired.AssertExact("collectionId");
        Assert.Equal((2, 4), (retired.EventIds.Length, retired.StreamVersion));
        Assert.Equal([false, true], (await ada.GetAsync("/v1/collections/walk-birds/versions/v1")).GetProperty("series").EnumerateArray().Select(series => series.GetProperty("isRetired").GetBoolean()));

        // Each of the two receipts is bundled with its whole commit.
        foreach (var eventId in retired.EventIds)
        {
            var report = await VerifyBundleAsync(ada, $"/v1/receipts/{eventId}/bundle");
            AssertGood(report);
            Assert.Equal((3, 4), (report.Streams[^1].From, report.Streams[^1].To));
        }

        var all = await ada.ListAsync("/v1/collections", limit: 1);
        var birds = all.Single(collection => collection.GetProperty("collectionId").GetString() == "walk-birds");
        AssertMembers(birds, "collectionId", "streamVersion", "versions");
        Assert.All(birds.GetProperty("versions").EnumerateArray(), one => AssertMembers(one, "version", "cardCount", "merkleRoot", "publishedAt", "retiredSeries"));
    }

    [Theory]
    [InlineData("", 256)]
    [InlineData("?scale=1", 16)]
    [InlineData("?scale=32", 512)]
    public async Task A_card_has_a_picture(string query, int side)
    {
        using var response = await shared.NewUser().Http.GetAsync("/v1/collections/garden-birds/versions/v1/cards/robin.png" + query);
        Assert.Equal("image/png", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("max-age=31536000, private, immutable", CacheControlOf(response));
        var png = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        Assert.Equal((side, side), (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
    }

    [Theory]
    [InlineData("?scale=0")]
    [InlineData("?scale=33")]
    [InlineData("?scale=")]
    [InlineData("?scale=2&scale=3")]
    public async Task A_picture_has_no_other_sizes(string query) =>
        Assert.Equal(["scale"], (await shared.NewUser().NotGivenAsync("invalid-request", "/v1/collections/garden-birds/versions/v1/cards/robin.png" + query)).Places());

    [Fact]
    public async Task Lists_are_read_to_their_end_one_by_one()
    {
        var ada = await shared.NewCollectorAsync();
        var accounts = new List<string> { ada.AccountId };
        for (var i = 0; i < 2; i++) accounts.Add((await Commands.CreateAccountAsync(ada.Api, $"Another {i}"))["accountId"]);
        var identities = new List<string> { ada.IdentityId, (await Commands.CreateIdentityAsync(ada.Api, ada.AccountId, "A child"))["identityId"] };
        var books = new List<string>();
        for (var i = 0; i < 3; i++) books.Add((await ada.OpenBookAsync($"Book {i}")).Id);
        var childs = (await Commands.CreateBookAsync(ada.Api, ada.AccountId, identities[1], "The child's"))["bookId"];

        Assert.Equal(accounts.Order(StringComparer.Ordinal), Ids(await ada.Api.ListAsync("/v1/accounts", 1), "accountId"));
        Assert.Equal(identities.Order(StringComparer.Ordinal), Ids(await ada.Api.ListAsync($"/v1/identities?accountId={ada.AccountId}", 1), "identityId"));
        Assert.Equal(books.Append(childs).Order(StringComparer.Ordinal), Ids(await ada.Api.ListAsync("/v1/pixbooks", 1), "bookId"));
        Assert.Equal(books.Append(childs).Order(StringComparer.Ordinal), Ids(await ada.Api.ListAsync($"/v1/pixbooks?accountId={ada.AccountId}", 2), "bookId"));
        Assert.Equal([childs], Ids(await ada.Api.ListAsync($"/v1/pixbooks?identityId={identities[1]}", 1), "bookId"));
        Assert.Empty(await ada.Api.ListAsync($"/v1/pixbooks?accountId={accounts[1]}", 1));

        // A cursor is of its own list.
        var cursor = (await ada.Api.GetAsync("/v1/accounts?limit=1")).GetProperty("nextCursor").GetString();
        await ada.Api.NotGivenAsync("invalid-request", $"/v1/pixbooks?cursor={cursor}");
    }

    [Fact]
    public async Task Receipts_of_a_book_come_in_pages_and_by_type()
    {
        var ada = await shared.NewCollectorAsync();
        var book = await ada.OpenBookAsync();
        for (var i = 0; i < 3; i++)
        {
            await book.SaveAsync(i);
            await book.GrantAsync(shared.Operator, "robin");
        }

        Assert.Equal([1, 2, 3, 4, 5, 6, 7], Versions(await book.ReceiptsAsync(limit: 1)));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], Versions(await book.ReceiptsAsync(limit: 3)));
        Assert.Equal([6, 7], Versions((await ada.Api.GetAsync($"{book.Path}/receipts?after=5")).GetProperty("data").EnumerateArray()));
        Assert.Equal([2, 4, 6], Versions(await ada.Api.ListAsync($"{book.Path}/receipts?type=PIXBOOK_SAVE", 1, "after")));

        var last = await ada.Api.GetAsync($"{book.Path}/receipts?type=PIXBOOK_SAVE&limit=3");
        AssertMembers(last, Page);
        Assert.Equal((false, JsonValueKind.Null), (last.GetProperty("hasMore").GetBoolean(), last.GetProperty("nextCursor").ValueKind));
        foreach (var none in new[] { "after=7", "after=9223372036854775807", "type=PACK_OPENED" })
            Assert.Equal("""{"data":[],"hasMore":false,"nextCursor":null}""", (await ada.Api.GetAsync($"{book.Path}/receipts?{none}")).GetRawText());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=501", "limit")]
    [InlineData("limit=-1", "limit")]
    [InlineData("limit=1.0", "limit")]
    [InlineData("limit=", "limit")]
    [InlineData("limit=1&limit=2", "limit")]
    [InlineData("after=-1", "after")]
    [InlineData("after=9223372036854775808", "after")]
    [InlineData("after=abc", "after")]
    [InlineData("type=save", "type")]
    [InlineData("type=", "type")]
    [InlineData("type=A&type=B", "type")]
    public async Task A_page_of_receipts_that_cannot_be_is_refused(string query, string parameter)
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        Assert.Equal([parameter], (await book.Api.NotGivenAsync("invalid-request", $"{book.Path}/receipts?{query}")).Places());
    }

    [Fact]
    public async Task A_page_of_receipts_holds_100_unless_asked_and_500_at_most()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        for (var i = 0; i < 100; i++) await book.SaveAsync(i);

        var page = await book.Api.GetAsync($"{book.Path}/receipts");
        Assert.Equal((100, true, "100"), (page.GetProperty("data").GetArrayLength(), page.GetProperty("hasMore").GetBoolean(), page.GetProperty("nextCursor").GetString()));
        Assert.Equal(101, (await book.Api.GetAsync($"{book.Path}/receipts?limit=500")).GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task A_receipt_is_served_in_the_bytes_that_are_stored()
    {
        var ada = await shared.NewCollectorAsync();
        var book = await ada.OpenBookAsync();
        await book.SaveAsync(new JsonObject { ["ü"] = "<&>", ["n"] = 1.5e-7 });
        var list = await book.ReceiptsAsync();
        foreach (var receipt in list)
        {
            var eventId = receipt.GetProperty("eventId").GetString()!;
            using var response = await ada.Api.Http.GetAsync($"/v1/receipts/{eventId}");
            Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("max-age=31536000, private, immutable", CacheControlOf(response));
            var served = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal(shared.Host.Data.Event(book.Prefix, eventId), served);
            Assert.Equal(receipt.GetRawText(), System.Text.Encoding.UTF8.GetString(served));
        }
    }

    [Fact]
    public async Task Private_answers_are_not_kept_by_caches()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync();
        foreach (var path in new[] { "/v1/accounts", book.Path, $"{book.Path}/receipts", $"{book.Path}/snapshot", $"{book.Path}/bundle", "/v1/receipts/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9" })
        {
            using var response = await book.Api.Http.GetAsync(path);
            Assert.Equal("no-store", CacheControlOf(response));
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    [Fact]
    public async Task The_trust_file_is_open_and_everything_else_is_not()
    {
        var nobody = shared.Host.Anonymous();
        using var trust = await nobody.GetAsync("/.well-known/concord-trust.json");
        Assert.Equal((HttpStatusCode.OK, "application/json"), (trust.StatusCode, trust.Content.Headers.ContentType!.MediaType));
        Assert.Equal("max-age=300, public", CacheControlOf(trust));
        Assert.NotNull(TrustFile.Parse(await trust.Content.ReadAsByteArrayAsync()).Policy);

        foreach (var path in new[] { "/v1/accounts", "/v1/collections", "/v1/pixbooks", "/v1/receipts/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9", "/v1/collections/garden-birds/versions/v1/cards/robin.png" })
        {
            using var response = await nobody.GetAsync(path);
            await response.ProblemAsync("unauthenticated");
        }

        using var command = await nobody.PostAsync("/v1/accounts/commands/create", Http.Json("""{"name":"Nobody's"}"""));
        await command.ProblemAsync("unauthenticated");
    }

    [Fact]
    public async Task A_bundle_of_a_book_and_of_each_of_its_receipts_verifies_offline()
    {
        var ada = await shared.NewCollectorAsync();
        var book = await ada.OpenBookAsync();
        var instance = (await book.GrantAsync(shared.Operator, "robin"))["cardInstanceId"];
        await book.SaveAsync(new string('x', 100_000));
        await Commands.RotateAsync(ada.Api, ada.IdentityId);
        await book.SaveAsync("by the second key");
        await book.DiscardAsync(instance);

        var whole = await VerifyBundleAsync(ada.Api, $"{book.Path}/bundle");
        AssertGood(whole);
        Assert.Equal(["platform-keys", "identity", "pixbook"], whole.Streams.Select(stream => stream.Stream.Type));
        Assert.Equal([NotCheckedKind.Head, NotCheckedKind.KeyHistoryHead, NotCheckedKind.IdempotencyKeys], whole.NotChecked.Select(item => item.Kind).Distinct().Order());

        foreach (var receipt in await book.ReceiptsAsync())
        {
            var one = await VerifyBundleAsync(ada.Api, $"/v1/receipts/{receipt.GetProperty("eventId").GetString()}/bundle");
            AssertGood(one, mayLackOwner: true);
            Assert.Equal(receipt.GetProperty("streamVersion").GetInt64(), one.Streams[^1].To);
        }
    }

    [Fact]
    public async Task A_receipt_of_any_stream_is_served_and_bundled()
    {
        var ada = shared.NewUser();
        var account = await Commands.CreateAccountAsync(ada, "A");
        var identity = await Commands.CreateIdentityAsync(ada, account["accountId"], "A");
        var collection = await shared.Operator.DoAsync("/v1/collections/commands/publish", Commands.Birds("any-birds"));
        var platform = (await shared.Host.Data.ReadAsync("pixpax/platform/keys/"))[0].EventId.ToString();
        foreach (var eventId in new[] { account.EventId, identity.EventId, collection.EventId, platform })
        {
            Assert.Equal(eventId, (await ada.GetAsync($"/v1/receipts/{eventId}")).GetProperty("eventId").GetString());
            AssertGood(await VerifyBundleAsync(ada, $"/v1/receipts/{eventId}/bundle"));
        }
    }

    [Fact]
    public async Task A_bundle_with_one_character_changed_does_not_verify()
    {
        var book = await (await shared.NewCollectorAsync()).OpenBookAsync("Untouched");
        var bundle = await book.Api.BytesAsync($"{book.Path}/bundle");
        bundle[bundle.AsSpan().IndexOf("Untouched"u8)] ^= 1;
        var report = await BundleVerifier.VerifyAsync(new MemoryStream(bundle), await TrustAsync());
        Assert.Equal([FailureKind.ContentMismatch], report.Failures.Select(failure => failure.Kind));
    }

    private async Task<VerificationReport> VerifyBundleAsync(Api api, string path)
    {
        using var response = await api.Http.GetAsync(path);
        Assert.Equal("application/jsonl", response.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith(".receipts.jsonl", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'), StringComparison.Ordinal);
        return await BundleVerifier.VerifyAsync(await response.Content.ReadAsStreamAsync(), await TrustAsync());
    }

    private async Task<TrustFile> TrustAsync() => TrustFile.Parse(await shared.Host.Anonymous().GetByteArrayAsync("/.well-known/concord-trust.json"));

    /// <summary>Nothing broken, and nothing left unchecked for want of input, but for who owns a book whose first receipt is not there.</summary>
    private static void AssertGood(VerificationReport report, bool mayLackOwner = false)
    {
        Assert.True(report.IsGood, string.Join('\n', report.Failures));
        Assert.DoesNotContain(report.NotChecked, item => item.IsForWantOfInput && !(mayLackOwner && item.Kind == NotCheckedKind.IssuerPolicy));
    }

    private static void AssertMembers(JsonElement element, params string[] names) => Assert.Equal(names, element.EnumerateObject().Select(member => member.Name));

    private static IEnumerable<string> Ids(IEnumerable<JsonElement> items, string name) => items.Select(item => item.GetProperty(name).GetString()!);

    private static IEnumerable<int> Versions(IEnumerable<JsonElement> receipts) => receipts.Select(receipt => receipt.GetProperty("streamVersion").GetInt32());

    private static string CacheControlOf(HttpResponseMessage response) => string.Join(", ", response.Headers.CacheControl!.ToString().Split(", ").Order(
        Comparer<string>.Create((left, right) => Rank(left).CompareTo(Rank(right)))));

    private static int Rank(string directive) => directive switch { "private" or "public" => 1, "immutable" => 2, _ => 0 };
}
