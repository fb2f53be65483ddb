using System.Text.Json.Nodes;
using Microsoft.Playwright;
using PixPax.Host.Tests.EndToEnd;

namespace Concord.Browser.Tests.Album;

/// <summary>What the page shows, beside what the receipts of this book say.</summary>
[Collection(AlbumTestsCollection.Name)]
public sealed class ShownTests(AlbumHost host, Chromium chromium)
{
    [SkippableFact]
    public async Task A_copy_that_is_in_two_slots_is_not_what_the_receipts_add_up_to()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await TamperSlotsAsync(context, slots =>
        {
            // The same slot twice, so that the copies in it are the right ones, only once too often.
            var again = slots[0]!.DeepClone();
            (again["count"], again["slotIndex"]) = (again["instances"]!.AsArray().Count, 4);
            slots.Add(again);
        });
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Not good");
        Assert.Contains("not those that the receipts add up to: 2 differ", await album.Page.Locator(".finding.bad").InnerTextAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Nor_is_a_count_that_is_larger_than_its_copies_and_it_is_not_drawn()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await TamperSlotsAsync(context, slots => (slots[0]!["count"], slots[0]!["spares"]) = (9, 8));
        var album = await AlbumPage.OpenAsync(context, host);
        Assert.Equal("×2", await album.Page.Locator(".badge").InnerTextAsync());
        Assert.Equal("3 of 8 stickers · 37 % · 1 spare", await album.Page.Locator(".completion p").InnerTextAsync());
        await album.VerifyAsync("Not good");
        Assert.Contains("not those that the receipts add up to: 1 differ", await album.Page.Locator(".finding.bad").InnerTextAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_genuine_receipts_of_another_book_are_not_this_books()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var other = await host.Ada.OpenBookAsync("Another");
        var bundle = await host.Ada.Api.BytesAsync($"{other.Path}/bundle");
        await context.RouteAsync("**/bundle", route => route.FulfillAsync(new() { BodyBytes = bundle }));
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Not good");
        Assert.Equal("The host gave another book’s receipts.", await album.Page.Locator(".finding.bad").InnerTextAsync());
        Assert.Equal(Enumerable.Repeat("not in the bundle", AlbumHost.Receipts), await album.Page.Locator(".event .tag").AllInnerTextsAsync());

        // Nor is the key that they are good by remembered as this host's.
        Assert.Null(await album.Page.EvaluateAsync<string?>("() => localStorage.getItem('pixpax-album:first-key')"));
    }

    [SkippableFact]
    public async Task A_history_that_begins_late_is_not_the_whole_one()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await ProofTests.TamperAsync(context, "**/bundle", text =>
        {
            var lines = text.Split('\n').ToList();
            var header = JsonNode.Parse(lines[0])!;
            header["streams"]!.AsArray().Single(stream => stream!["stream"]!["type"]!.GetValue<string>() == "pixbook")!["from"] = 2;
            lines[0] = header.ToJsonString();
            var first = lines.FindIndex(line => line.Contains("\"type\":\"PIXBOOK_CREATED\"", StringComparison.Ordinal));
            lines.RemoveAt(first);
            while (lines[first].StartsWith("{\"content\":", StringComparison.Ordinal)) lines.RemoveAt(first);
            return string.Join('\n', lines);
        });
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Not good");
        Assert.Equal("The bundle begins at version 2: what the book was before is not in it.", await album.Page.Locator(".finding.bad").InnerTextAsync());
        Assert.DoesNotContain("verified", await album.Page.Locator(".event .tag").AllInnerTextsAsync());
    }

    [SkippableFact]
    public async Task What_stands_behind_a_forged_receipt_is_not_called_verified()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await ProofTests.TamperAsync(context, "**/bundle", text => text.ReplaceFirst("\"cardId\":\"blackbird\"", "\"cardId\":\"blackbirb\""));
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Not good");
        Assert.Equal(["fits", "fits", "fits", "fits", "fits", "hash-mismatch", "verified", "verified"], await album.Page.Locator(".event .tag").AllInnerTextsAsync());
        await album.OpenReceiptAsync(4);
        await album.Sheet.GetByText("This receipt fits").WaitForAsync();
    }

    /// <summary>Somebody between the host and the page, who changes the slots of the first series: robin's is the first.</summary>
    private static Task TamperSlotsAsync(IBrowserContext context, Action<JsonArray> change) =>
        ProofTests.TamperAsync(context, "**/stickerbook", text =>
        {
            var album = JsonNode.Parse(text)!;
            change(album["versions"]![0]!["series"]![0]!["slots"]!.AsArray());
            return album.ToJsonString();
        });
}
