using System.Text.Json.Nodes;
using Microsoft.Playwright;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Modules.Collections;

namespace Concord.Browser.Tests.Album;

/// <summary>The album's pages, and who gets to see them.</summary>
[Collection(AlbumTestsCollection.Name)]
public sealed class StickersTests(AlbumHost host, Chromium chromium)
{
    [SkippableFact]
    public async Task An_album_shows_what_is_there_what_is_missing_and_what_is_over()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(context, host);
        var page = album.Page;

        Assert.Equal("Ada’s birds", await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync());
        Assert.Equal("3 of 8 stickers · 37 % · 1 spare", await page.Locator(".completion p").InnerTextAsync());
        Assert.Equal(["Songbirds", "Visitors"], await page.Locator(".series h3").AllInnerTextsAsync());
        Assert.Equal(["2 of 4 · 1 spare", "1 of 4"], await page.Locator(".series .count").AllInnerTextsAsync());
        Assert.Equal("Visitors", await page.Locator(".series", new() { Has = page.GetByText("Retired", new() { Exact = true }) }).Locator("h3").InnerTextAsync());

        // As a screen reader says them: filled slots are buttons, and empty ones say what is missing.
        Assert.Equal(1, await page.GetByRole(AriaRole.Button, new() { Name = "Robin , 2 copies" }).CountAsync());
        Assert.Equal(1, await page.GetByRole(AriaRole.Button, new() { Name = "Kingfisher , shiny" }).CountAsync());
        Assert.Equal(["Blackbird", "Kingfisher", "Robin"], (await page.GetByRole(AriaRole.Img).EvaluateAllAsync<string?[]>("all => all.map(one => one.getAttribute('aria-label'))")).OfType<string>().Where(label => label.Length > 0).Order(StringComparer.Ordinal));
        Assert.Equal(["02Blue Tit, missing", "04Goldfinch, missing", "01Barn Owl, missing", "02Great Spotted Woodpecker, missing", "04Magpie, missing"], await page.Locator(".empty-slot").AllTextContentsAsync());
        Assert.Equal("×2", await page.Locator(".badge").InnerTextAsync());
        Assert.Empty(album.Complaints);
    }

    [SkippableFact]
    public async Task Every_pixel_of_a_card_has_its_colour_and_is_enlarged_by_a_whole_number()
    {
        Chromium.Require();
        var content = CollectionFolder.Read(CollectionFolder.PublishBody(CollectionFolder.Shipped, Collector.Collection, "v1"));
        var card = content.FindCard("kingfisher")!;
        var colors = content.PaletteOf(card).Colors;
        var expected = Enumerable.Range(0, 256).SelectMany(i => colors[card.Grid[i % 16, i / 16]] is var color ? new[] { (int)(color >> 16 & 255), (int)(color >> 8 & 255), (int)(color & 255), (int)(color >> 24) } : []);

        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(context, host);
        var canvas = album.Page.Locator(".sticker canvas[aria-label=Kingfisher]");
        Assert.Equal(expected, await canvas.EvaluateAsync<int[]>("canvas => [...canvas.getContext('2d').getImageData(0, 0, 16, 16).data]"));
        Assert.Equal("96 × 96", await canvas.EvaluateAsync<string>("canvas => `${canvas.getBoundingClientRect().width} × ${canvas.getBoundingClientRect().height}`"));
        Assert.Equal("pixelated", await canvas.EvaluateAsync<string>("canvas => getComputedStyle(canvas).imageRendering"));
    }

    [SkippableFact]
    public async Task A_card_tells_which_receipts_brought_it()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(context, host);
        await album.Page.Locator(".sticker", new() { HasText = "Robin" }).ClickAsync();

        Assert.Equal("Robin", await album.Sheet.GetByRole(AriaRole.Heading, new() { Level = 2 }).InnerTextAsync());
        Assert.Equal(["Receipt 2", "Receipt 5"], await album.Sheet.Locator(".copies button").AllInnerTextsAsync());
        await album.Sheet.GetByRole(AriaRole.Button, new() { Name = "Receipt 5" }).ClickAsync();
        await album.Sheet.GetByRole(AriaRole.Heading, new() { Name = "Receipt 5: Robin was added from a grant" }).WaitForAsync();
        Assert.Empty(album.Complaints);
    }

    [SkippableFact]
    public async Task Each_version_has_pages_of_its_own_and_what_no_collection_lists_is_not_lost()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await Commands.PublishBirdsAsync(host.Host.Operator(), collectionId: "other-birds");
        var book = await host.Ada.OpenBookAsync();
        await book.GrantAsync(host.Host.Operator(), "robin");
        await host.Host.Operator().DoAsync($"{book.Path}/commands/add-card", Commands.Card("magpie", collectionId: "other-birds"));
        await context.RouteAsync("**/stickerbook", async route =>
        {
            // As it is where the collection never came to.
            var answer = await route.FetchAsync();
            var json = JsonNode.Parse(await answer.TextAsync())!;
            var magpie = json["versions"]![1]!["series"]![1]!["slots"]![3]!;
            json["unlisted"] = new JsonArray(new JsonObject
            {
                ["cardInstanceId"] = magpie["instances"]![0]!["cardInstanceId"]!.DeepClone(), ["cardId"] = "magpie", ["collectionId"] = "other-birds", ["collectionVersion"] = "v1",
                ["slotIndex"] = 3, ["itemHash"] = magpie["itemHash"]!.DeepClone(), ["source"] = "grant", ["addedAtVersion"] = 3,
            });
            (magpie["count"], magpie["instances"]) = (0, new JsonArray());
            await route.FulfillAsync(new() { Response = answer, Body = json.ToJsonString() });
        });
        var album = await AlbumPage.OpenAsync(context, host, book.Id);
        Assert.Equal(["Garden Birds v1", "Garden Birds v1", "Cards that no collection lists"], await album.Page.Locator(".stickers h2").AllInnerTextsAsync());
        Assert.Equal("magpie of other-birds v1", await album.Page.Locator(".unlisted li").InnerTextAsync());

        // It is counted too when the receipts are added up.
        await album.VerifyAsync("Good");
        Assert.Equal("The 2 stickers above are what these receipts add up to.", await album.Page.Locator(".findings li").Nth(1).InnerTextAsync());
    }

    [SkippableFact]
    public async Task In_development_one_says_who_one_is_and_a_stranger_finds_nothing()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.NewAsync(context, user: null);
        await album.GoToAsync(host, host.Book.Id);
        await album.Page.GetByLabel("Sign in as").FillAsync("mallory");
        await album.Page.GetByRole(AriaRole.Button, new() { Name = "Open the album" }).ClickAsync();
        await album.Page.GetByRole(AriaRole.Heading, new() { Name = "There is no such album" }).WaitForAsync();
        Assert.Equal(0, await album.Page.Locator(".sticker").CountAsync());
        Assert.DoesNotContain("birds", await album.Page.Locator("main").InnerTextAsync(), StringComparison.OrdinalIgnoreCase);

        await album.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await album.Page.GetByLabel("Sign in as").FillAsync(AlbumHost.User);
        await album.Page.Keyboard.PressAsync("Enter");
        await album.UntilShownAsync();
        await album.Page.ReloadAsync();
        await album.UntilShownAsync();
    }

    [SkippableTheory]
    [InlineData("https://id.example/sign-in", true)]
    [InlineData("", false)]
    [InlineData("javascript:alert(1)", false)]
    public async Task Elsewhere_one_is_sent_to_sign_in(string url, bool leads)
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.NewAsync(context);
        await context.RouteAsync("**/album/*", async route =>
        {
            var shell = await route.FetchAsync();
            var text = (await shell.TextAsync()).Replace("content=\"development\"", "content=\"session\"", StringComparison.Ordinal).Replace("name=\"pixpax-sign-in-url\" content=\"\"", $"name=\"pixpax-sign-in-url\" content=\"{url}\"", StringComparison.Ordinal);
            await route.FulfillAsync(new() { Response = shell, Body = text });
        });
        await album.GoToAsync(host, host.Book.Id);
        await album.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in to see this album" }).WaitForAsync();
        Assert.Equal(0, await album.Page.GetByLabel("Sign in as").CountAsync());
        Assert.Equal(leads ? 1 : 0, await album.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in" }).CountAsync());
    }

    [SkippableFact]
    public async Task Names_are_text_whatever_they_say()
    {
        Chromium.Require();
        const string Markup = "<img src=x onerror=\"window.taken = true\"><script>window.taken = true</script>";
        await using var context = await chromium.NewContextAsync();
        var book = await host.Ada.OpenBookAsync($"\u202e{Markup}👩‍👩‍👧‍👦");
        await book.GrantAsync(host.Host.Operator(), "robin");
        var album = await AlbumPage.OpenAsync(context, host, book.Id);
        Assert.Contains(Markup, await album.Page.Locator("h1").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("isolate", await album.Page.Locator("h1 bdi").EvaluateAsync<string>("name => getComputedStyle(name).unicodeBidi"));

        // What no command lets in: a host that lies, or one with other rules.
        await context.RouteAsync("**/stickerbook", async route =>
        {
            var answer = await route.FetchAsync();
            var json = JsonNode.Parse(await answer.TextAsync())!;
            json["name"] = string.Concat(Enumerable.Repeat("M👩‍👩‍👧‍👦\u202e", 1_000));
            var series = json["versions"]![0]!["series"]![0]!;
            series["name"] = new string('W', 10_000);
            series["slots"]![0]!["label"] = Markup + new string('W', 10_000);
            series["slots"]![0]!["cardId"] = "\" onload=\"window.taken = true";
            await route.FulfillAsync(new() { Response = answer, Body = json.ToJsonString() });
        });
        await album.Page.ReloadAsync();
        await album.UntilShownAsync();
        Assert.InRange((await album.Page.Locator("h1").InnerTextAsync()).Length, 10, 2_000);
        await album.AssertFitsAsync(360);
        await album.Page.Locator(".sticker").First.ClickAsync();
        await album.AssertFitsAsync(360);
        await album.ScreenshotAsync("hostile-phone");

        Assert.Null(await album.Page.EvaluateAsync<bool?>("() => window.taken ?? null"));
        Assert.Equal(1, await album.Page.Locator("img").CountAsync());
        Assert.Empty(album.Complaints);
    }
}
