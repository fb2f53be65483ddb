using Microsoft.Playwright;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Modules.Collections;

namespace Concord.Browser.Tests.Album;

/// <summary>The page with a real collection, as people look at it: for the pictures of the docs, and for whoever reviews them.</summary>
[Collection(AlbumTestsCollection.Name)]
public sealed class PicturesTests(AlbumHost host, Chromium chromium)
{
    private static readonly string[] Held =
    [
        "penguin-01", "frog-06", "capybara-04", "axolotl-03", "frog-01", "capybara-02", "duck-05", "capybara-12", "axolotl-05", "capybara-01", "frog-03", "penguin-07",
        "capybara-05", "axolotl-12", "duck-02", "capybara-08", "frog-04", "axolotl-01", "capybara-06", "frog-09", "capybara-03", "duck-11", "axolotl-08", "frog-07",
        "capybara-10", "penguin-12", "capybara-07", "frog-10", "axolotl-02", "duck-04", "capybara-11", "frog-04", "penguin-01", "capybara-02", "capybara-05", "frog-12",
    ];

    [SkippableFact]
    public async Task A_real_collection_is_an_album()
    {
        Chromium.Require();
        var folder = CollectionFolder.Real();
        Skip.If(folder is null, "The real collections are not on this machine (shared/data/pixpax-collections; CONCORD_SHARED names another shared folder).");

        var op = host.Host.Operator();
        await op.DoAsync("/v1/collections/commands/publish", CollectionFolder.PublishBody(folder, "pixel-animals", "v1"));
        var body = Commands.NewBook(host.Ada.AccountId, host.Ada.IdentityId, "Ada’s pixel zoo");
        body["collectionId"] = "pixel-animals";
        var book = new Book(host.Ada.Api, host.Ada.AccountId, (await host.Ada.Api.DoAsync("/v1/pixbooks/commands/create", body))["bookId"]);
        foreach (var cardId in Held) await op.DoAsync($"{book.Path}/commands/add-card", Commands.Card(cardId, "v1", "pixel-animals"));
        await op.DoAsync("/v1/collections/pixel-animals/commands/retire-series", new System.Text.Json.Nodes.JsonObject { ["seriesId"] = "duck" });
        await book.SaveAsync(new System.Text.Json.Nodes.JsonObject { ["page"] = 1 });

        await using var light = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(light, host, book.Id);
        await album.Page.SetViewportSizeAsync(1400, 1240);
        Assert.Equal("32 of 60 stickers · 53 % · 4 spares", await album.Page.Locator(".completion p").InnerTextAsync());
        Assert.Equal(5, await album.Page.Locator(".series").CountAsync());
        await album.ScreenshotAsync("light");

        await album.VerifyAsync("Good");
        await album.ScreenshotAsync("verified");
        await album.OpenReceiptAsync(37);
        await album.Sheet.GetByText("This receipt is good").WaitForAsync();
        await album.ScreenshotAsync("receipt");

        await using var dark = await chromium.NewContextAsync(ColorScheme.Dark);
        var phone = await AlbumPage.OpenAsync(dark, host, book.Id);
        await phone.AssertFitsAsync(390);
        await phone.Page.SetViewportSizeAsync(390, 1180);
        await phone.ScreenshotAsync("dark-phone");
        Assert.Empty(album.Complaints);
        Assert.Empty(phone.Complaints);
    }
}
