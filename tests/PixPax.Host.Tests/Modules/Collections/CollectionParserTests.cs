using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.Modules.Collections;

public sealed class CollectionParserTests
{
    // The file's first card is the barn owl: bodies come in the order of file names, the index has its own.
    public static TheoryData<string, string?, string> Breaks => new()
    {
        { "/collectionId", "\"garden birds\"", "/collectionId" },
        { "/version", "\"v2\"", "/collection/version" },
        { "/version", "\"v2\"", "/index/version" },
        { "/collection", "[]", "/collection" },
        { "/collection/gridSize", null, "/collection/gridSize" },
        { "/collection/gridSize", "32", "/collection/gridSize" },
        { "/collection/gridSize", "\"16\"", "/collection/gridSize" },
        { "/collection/name", "\"\"", "/collection/name" },
        { "/collection/theme", "1", "/collection/theme" },
        { "/collection/collectionId", "\"other\"", "/collection/collectionId" },
        { "/collection/createdAt", "\"yesterday\"", "/collection/createdAt" },
        { "/collection/issuer", "{\"name\":\"a\",\"url\":\"b\"}", "/collection/issuer/url" },
        { "/collection/palette", "[]", "/collection/palette" },
        { "/collection/palette/colors", "[0]", "/collection/palette/colors" },
        { "/collection/palette/colors", null, "/collection/palette/colors" },
        { "/collection/palette/colors/0", "4278190080", "/collection/palette/colors/0" },
        { "/collection/palette/colors/3", "1", "/collection/palette/colors/3" },
        { "/collection/palette/colors/3", "-1", "/collection/palette/colors/3" },
        { "/collection/palette/colors/3", "4294967296", "/collection/palette/colors/3" },
        { "/index/series", "{}", "/index/series" },
        { "/index/series/0/seriesId", "\"visitors\"", "/index/series/1/seriesId" },
        { "/index/series/0/seriesId", "\"other\"", "/index/cardMap/robin/seriesId" },
        { "/index/series/0/name", null, "/index/series/0/name" },
        { "/index/cards", null, "/index/cards" },
        { "/index/cards/1", "\"robin\"", "/index/cards/1" },
        { "/index/cards/1", "\"\"", "/index/cards/1" },
        { "/index/cards/1", "\"wren\"", "/index/cardMap/wren" },
        { "/index/cards/1", "\"wren\"", "/index/cardMap/blue-tit" },
        { "/index/cards/1", "\"wren\"", "/cards" },
        { "/index/cardMap", null, "/index/cardMap" },
        { "/index/cardMap/robin", null, "/index/cardMap/robin" },
        { "/index/cardMap/wren", "{}", "/index/cardMap/wren" },
        { "/index/cardMap/robin/slotIndex", "-1", "/index/cardMap/robin/slotIndex" },
        { "/index/cardMap/robin/slotIndex", "0.5", "/index/cardMap/robin/slotIndex" },
        { "/index/cardMap/robin/role", "\"\"", "/index/cardMap/robin/role" },
        { "/cards", "{}", "/cards" },
        { "/cards/0", "7", "/cards/0" },
        { "/cards/0/cardId", "\"wren\"", "/cards/0/cardId" },
        { "/cards/0/cardId", "\"robin\"", "/cards/6/cardId" },
        { "/cards/0/seriesId", "\"songbirds\"", "/cards/0/seriesId" },
        { "/cards/0/slotIndex", "3", "/cards/0/slotIndex" },
        { "/cards/0/role", "\"shiny\"", "/cards/0/role" },
        { "/cards/0/label", null, "/cards/0/label" },
        { "/cards/0/attributes", "[]", "/cards/0/attributes" },
        { "/cards/0/price", "1", "/cards/0/price" },
        { "/cards/0/renderPayload", null, "/cards/0/renderPayload" },
        { "/cards/0/renderPayload/gridSize", "8", "/cards/0/renderPayload/gridSize" },
        { "/cards/0/renderPayload/gridB64", "\"\"", "/cards/0/renderPayload/gridB64" },
        { "/cards/0/renderPayload/gridB64", "\"AAAA\"", "/cards/0/renderPayload/gridB64" },
        { "/cards/0/renderPayload/palette", "{}", "/cards/0/renderPayload/palette/colors" },
    };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void What_breaks_a_rule_is_named_by_its_place(string place, string? value, string pointer)
    {
        var body = GardenBirds();
        Set(body, place, value);

        var errors = CollectionFolder.Errors(body, out var content);

        Assert.Null(content);
        Assert.Contains(pointer, errors.All.Select(error => error.Pointer));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData(" ")]
    [InlineData("=")]
    public void A_grid_has_one_spelling(string added)
    {
        var body = GardenBirds();
        var grid = body["cards"]![0]!["renderPayload"]!["gridB64"]!.GetValue<string>();
        body["cards"]![0]!["renderPayload"]!["gridB64"] = grid + added;
        Assert.Equal(["/cards/0/renderPayload/gridB64"], CollectionFolder.Errors(body, out _).All.Select(error => error.Pointer));
    }

    [Fact]
    public void Stray_bits_behind_a_grid_are_refused()
    {
        var body = GardenBirds();
        var grid = body["cards"]![0]!["renderPayload"]!["gridB64"]!.GetValue<string>();
        body["cards"]![0]!["renderPayload"]!["gridB64"] = grid[..^2] + (char)(grid[^2] + 1) + "=";
        Assert.Single(CollectionFolder.Errors(body, out _).All);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var body = GardenBirds();
        Set(body, "/collection/gridSize", "8");
        Set(body, "/index/cardMap/robin/slotIndex", "-1");
        Set(body, "/cards/2/label", null);
        Assert.Equal(3, CollectionFolder.Errors(body, out _).All.Count);
    }

    [Fact]
    public void Attributes_hold_whatever_the_author_wants()
    {
        var body = GardenBirds();
        Set(body, "/cards/0/attributes", """{"wings":{"span":[85,95]},"night":true}""");
        Assert.True(CollectionFolder.Read(body).FindCard("barn-owl")!.Attributes!.Value.GetProperty("night").GetBoolean());
    }

    [Fact]
    public void Only_the_grid_size_of_the_description_is_required()
    {
        var body = GardenBirds();
        Set(body, "/collection", """{"gridSize":16}""");
        var content = CollectionFolder.Read(body);
        Assert.Null(content.Name);
        Assert.Same(PixPax.Host.Modules.Collections.Palette.Default, content.PaletteOf(content.Cards[0]));
    }

    [Fact]
    public void Cards_are_in_the_order_of_the_index_and_not_of_the_body()
    {
        var content = CollectionFolder.Read(GardenBirds());
        Assert.Equal("robin", content.Cards[0].CardId);
        Assert.Equal("magpie", content.Cards[^1].CardId);
    }

    private static JsonObject GardenBirds() => CollectionFolder.PublishBody(CollectionFolder.Shipped, "garden-birds", "v1");

    private static void Set(JsonNode body, string place, string? value)
    {
        var steps = place.Split('/')[1..];
        foreach (var step in steps[..^1]) body = body is JsonArray array ? array[int.Parse(step)]! : body[step]!;
        if (body is JsonArray last) last[int.Parse(steps[^1])] = JsonNode.Parse(value!);
        else if (value is null) body.AsObject().Remove(steps[^1]);
        else body[steps[^1]] = JsonNode.Parse(value);
    }
}
