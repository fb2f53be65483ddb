using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Modules.Pixbooks;

/// <summary>A book as an album. Each test has its own collection and its own collector.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class StickerbookTests(SharedEdge shared)
{
    private readonly InProcessHost _host = shared.Host;

    [Fact]
    public async Task An_empty_book_shows_every_slot_of_the_newest_version()
    {
        var birds = await PublishAsync("v1", "v2");
        var book = await OpenAsync(birds);
        var album = await ReadAsync(book);

        Assert.Equal((0, 8, 0, 0), CompletionOf(album));
        var version = album.GetProperty("versions").EnumerateArray().Single();
        Assert.Equal("v2", version.GetProperty("version").GetString());
        Assert.Equal(["Songbirds", "Visitors"], version.GetProperty("series").EnumerateArray().Select(series => series.GetProperty("name").GetString()));
        Assert.Equal(["robin", "blue-tit", "blackbird", "goldfinch"], SlotsOf(album).Take(4).Select(slot => slot.GetProperty("cardId").GetString()));
        Assert.All(SlotsOf(album), slot => Assert.Equal((0, 0, 0), (slot.GetProperty("count").GetInt32(), slot.GetProperty("spares").GetInt32(), slot.GetProperty("instances").GetArrayLength())));
    }

    [Fact]
    public async Task Copies_fill_slots_and_what_is_over_is_spare()
    {
        var birds = await PublishAsync("v1");
        var book = await OpenAsync(birds);
        await book.GrantAsync(birds, "robin");
        var second = await book.GrantAsync(birds, "robin");
        await book.GrantAsync(birds, "kingfisher");
        var gone = await book.GrantAsync(birds, "magpie");
        await book.DiscardAsync(gone["cardInstanceId"]);
        var album = await ReadAsync(book);

        Assert.Equal((2, 8, 3, 1), CompletionOf(album));
        Assert.Equal([(1, 4, 2, 1), (1, 4, 1, 0)], album.GetProperty("versions")[0].GetProperty("series").EnumerateArray().Select(CompletionOf));
        var robin = SlotOf(album, "robin");
        Assert.Equal((2, 1), (robin.GetProperty("count").GetInt32(), robin.GetProperty("spares").GetInt32()));
        Assert.Equal([2, second.StreamVersion], robin.GetProperty("instances").EnumerateArray().Select(copy => copy.GetProperty("addedAtVersion").GetInt64()));
        Assert.Equal(second["cardInstanceId"], robin.GetProperty("instances")[1].GetProperty("cardInstanceId").GetString());
        Assert.Equal(0, SlotOf(album, "magpie").GetProperty("count").GetInt32());
        Assert.Equal(6, album.GetProperty("streamVersion").GetInt64());
        Assert.Equal(0, album.GetProperty("unlisted").GetArrayLength());
    }

    [Fact]
    public async Task A_slot_has_what_it_takes_to_draw_its_card()
    {
        var birds = await PublishAsync("v1");
        var book = await OpenAsync(birds);
        var slot = SlotOf(await ReadAsync(book), "kingfisher");
        var card = await book.Api.GetAsync($"/v1/collections/{birds}/versions/v1/cards/kingfisher");

        Assert.Equal(("Kingfisher", "shiny", 2), (slot.GetProperty("label").GetString(), slot.GetProperty("role").GetString(), slot.GetProperty("slotIndex").GetInt32()));
        Assert.Equal(card.GetProperty("itemHash").GetString(), slot.GetProperty("itemHash").GetString());
        Assert.Equal(card.GetProperty("picture").GetString(), slot.GetProperty("picture").GetString());
        Assert.Equal(128, Convert.FromBase64String(slot.GetProperty("grid").GetString()!).Length);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await book.Api.BytesAsync(slot.GetProperty("picture").GetString()!))[..4]);
    }

    [Fact]
    public async Task Cards_of_several_versions_and_collections_stand_in_pages_of_their_own_and_a_new_version_empties_no_full_book()
    {
        var (birds, others) = (await PublishAsync("v1", "v2"), await PublishAsync("v1"));
        var book = await OpenAsync(birds);
        await book.GrantAsync(others, "robin");
        Assert.Equal([(birds, "v2"), (others, "v1")], VersionsOf(await ReadAsync(book)));

        await book.GrantAsync(birds, "robin", "v1");
        Assert.Equal([(birds, "v1"), (others, "v1")], VersionsOf(await ReadAsync(book)));

        await book.GrantAsync(birds, "robin", "v2");
        var album = await ReadAsync(book);
        Assert.Equal([(birds, "v1"), (birds, "v2"), (others, "v1")], VersionsOf(album));
        Assert.Equal((3, 24, 3, 0), CompletionOf(album));
    }

    [Fact]
    public async Task Its_tag_tells_of_the_book_and_of_its_collections()
    {
        var birds = await PublishAsync("v1");
        var book = await OpenAsync(birds);
        await book.GrantAsync(birds, "robin");
        var first = await TagAsync(book);
        Assert.Matches("^\"2-[0-9a-f]{8}\"$", first);
        Assert.Equal(HttpStatusCode.NotModified, await StatusAsync(book, first));

        // Nothing happened to the book, and the album shows something else.
        await _host.Operator().DoAsync($"/v1/collections/{birds}/commands/retire-series", new JsonObject { ["seriesId"] = "visitors" });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(book, first));
        var album = await ReadAsync(book);
        Assert.Equal([false, true], album.GetProperty("versions")[0].GetProperty("series").EnumerateArray().Select(series => series.GetProperty("isRetired").GetBoolean()));

        var second = await TagAsync(book);
        await book.GrantAsync(birds, "robin");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(book, second));
    }

    [Fact]
    public async Task It_waits_for_a_version_like_every_read_of_a_book()
    {
        var birds = await PublishAsync("v1");
        var book = await OpenAsync(birds);
        var waiting = book.Api.GetAsync($"{book.Path}/stickerbook?minVersion=2");
        await book.GrantAsync(birds, "robin");
        Assert.Equal(2, (await waiting).GetProperty("streamVersion").GetInt64());
        await book.Api.NotGivenAsync("invalid-request", $"{book.Path}/stickerbook?minVersion=0");
    }

    [Fact]
    public async Task Reading_it_writes_nothing_and_a_collection_that_is_not_published_is_no_error()
    {
        var book = await OpenAsync("never-published-" + World.NewName("birds"));
        var before = _host.Data.Contents();
        var album = await ReadAsync(book);
        Assert.Equal((0, 0, 0, 0), CompletionOf(album));
        Assert.Empty(album.GetProperty("versions").EnumerateArray());
        Assert.Equal(before, _host.Data.Contents());
    }

    [Fact]
    public async Task A_card_that_no_collection_lists_is_shown_by_its_ids()
    {
        using var data = new DataFolder();
        Collector ada;
        string bookId;
        await using (var host = InProcessHost.Start(new Stage { Data = data }))
        {
            await Commands.PublishBirdsAsync(host.Operator());
            ada = await Collector.JoinAsync(host.As("ada"));
            var book = await ada.OpenBookAsync();
            await book.GrantAsync(host.Operator(), "robin");
            bookId = book.Id;
        }

        // The book was taken to a store that never had the collection.
        Directory.Delete(data.FileOf("pixpax/collections"), recursive: true);
        await using (var host = InProcessHost.Start(new Stage { Data = data }))
        {
            var album = await host.As("ada").GetAsync($"/v1/pixbooks/{bookId}/stickerbook");
            Assert.Empty(album.GetProperty("versions").EnumerateArray());
            var card = album.GetProperty("unlisted").EnumerateArray().Single();
            Assert.Equal(("robin", "garden-birds", "v1"), (card.GetProperty("cardId").GetString(), card.GetProperty("collectionId").GetString(), card.GetProperty("collectionVersion").GetString()));
        }
    }

    private async Task<string> PublishAsync(params string[] versions)
    {
        var collectionId = World.NewName("birds");
        foreach (var version in versions) await _host.Operator().DoAsync("/v1/collections/commands/publish", Commands.Birds(collectionId, version));
        return collectionId;
    }

    private async Task<OwnBook> OpenAsync(string collectionId)
    {
        var collector = await Collector.JoinAsync(_host.As(World.NewName("ada")));
        var body = Commands.NewBook(collector.AccountId, collector.IdentityId);
        body["collectionId"] = collectionId;
        return new OwnBook(new Book(collector.Api, collector.AccountId, (await collector.Api.DoAsync("/v1/pixbooks/commands/create", body))["bookId"]), _host.Operator());
    }

    private static Task<JsonElement> ReadAsync(OwnBook book) => book.Api.GetAsync($"{book.Path}/stickerbook");

    private static async Task<string> TagAsync(OwnBook book)
    {
        using var response = await book.Api.Http.GetAsync($"{book.Path}/stickerbook");
        return response.Headers.ETag!.Tag;
    }

    private static async Task<HttpStatusCode> StatusAsync(OwnBook book, string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{book.Path}/stickerbook");
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        using var response = await book.Api.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static (int Unique, int Total, int Cards, int Spares) CompletionOf(JsonElement part)
    {
        var completion = part.GetProperty("completion");
        return (completion.GetProperty("unique").GetInt32(), completion.GetProperty("total").GetInt32(), completion.GetProperty("cards").GetInt32(), completion.GetProperty("spares").GetInt32());
    }

    private static IEnumerable<(string? CollectionId, string? Version)> VersionsOf(JsonElement album) =>
        album.GetProperty("versions").EnumerateArray().Select(version => (version.GetProperty("collectionId").GetString(), version.GetProperty("version").GetString()));

    private static IEnumerable<JsonElement> SlotsOf(JsonElement album) =>
        album.GetProperty("versions").EnumerateArray().SelectMany(version => version.GetProperty("series").EnumerateArray()).SelectMany(series => series.GetProperty("slots").EnumerateArray());

    private static JsonElement SlotOf(JsonElement album, string cardId) => SlotsOf(album).Single(slot => slot.GetProperty("cardId").GetString() == cardId);

    private sealed record OwnBook(Book Book, Api Operator)
    {
        public Api Api => Book.Api;

        public string Path => Book.Path;

        public Task<Answer> GrantAsync(string collectionId, string cardId, string version = "v1") => Operator.DoAsync($"{Path}/commands/add-card", Commands.Card(cardId, version, collectionId));

        public Task<Answer> DiscardAsync(string cardInstanceId) => Book.DiscardAsync(cardInstanceId);
    }
}
