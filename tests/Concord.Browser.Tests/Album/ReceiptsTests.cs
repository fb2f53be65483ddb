using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Concord.Browser.Tests.Album;

/// <summary>The timeline, and what is behind a receipt.</summary>
[Collection(AlbumTestsCollection.Name)]
public sealed class ReceiptsTests(AlbumHost host, Chromium chromium)
{
    [SkippableFact]
    public async Task What_happened_is_told_newest_first()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(context, host);

        Assert.Equal(
            [
                "Goldfinch was taken out, discarded", "Goldfinch was added from a grant", "Kingfisher was added from a grant", "Robin was added from a grant",
                "The book was saved", "Blackbird was added from a grant", "Robin was added from a grant", "The book was opened",
            ],
            await album.Page.Locator(".event-open").AllInnerTextsAsync());
        var receipts = await host.Book.ReceiptsAsync();
        Assert.Equal(receipts.Select(receipt => receipt.GetProperty("createdAt").GetString()).Reverse(), await album.Page.Locator(".event time").EvaluateAllAsync<string[]>("all => all.map(time => time.dateTime)"));
        Assert.Equal(receipts.Select(receipt => receipt.GetProperty("hash").GetString()![7..15]).Reverse(), await album.Page.Locator(".event code").AllInnerTextsAsync());
        Assert.Equal($"All {AlbumHost.Receipts} receipts are shown.", await album.Page.Locator(".more .told").InnerTextAsync());
    }

    [SkippableFact]
    public async Task Older_receipts_come_when_they_are_asked_for()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var book = await host.Ada.OpenBookAsync();
        await book.GrantAsync(host.Host.Operator(), "robin");
        for (var page = 0; page < 22; page++) await book.SaveAsync(new JsonObject { ["page"] = page });
        var album = await AlbumPage.OpenAsync(context, host, book.Id);
        Assert.Equal(20, await album.Events.CountAsync());

        var more = album.Page.GetByRole(AriaRole.Button, new() { Name = "Show older receipts" });
        await more.ClickAsync();
        await album.Page.GetByText("All 24 receipts are shown.").WaitForAsync();
        Assert.Equal(24, await album.Events.CountAsync());
        Assert.False(await more.IsVisibleAsync());
        // Who pressed it goes on where the new ones begin.
        Assert.Contains("receipt 4 ·", await album.Page.Locator(".event:focus-within").InnerTextAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_receipt_opens_to_its_place_in_the_chain_and_to_its_very_bytes()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var receipts = await host.Book.ReceiptsAsync();
        var album = await AlbumPage.OpenAsync(context, host);
        await album.OpenReceiptAsync(5);

        Assert.StartsWith("Version 5 of 8", await album.Sheet.Locator(".chain p").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal(receipts.Skip(3).Take(3).Select(receipt => receipt.GetProperty("hash").GetString()![7..15]), await album.Sheet.Locator(".link code").AllInnerTextsAsync());
        Assert.Equal(receipts[4].GetProperty("prevHash").GetString(), await album.Sheet.Locator("dt:text-is('Hash before') + dd").InnerTextAsync());
        Assert.Equal(receipts[4].GetRawText(), JsonNode.Parse(await album.Sheet.Locator("pre").First.InnerTextAsync())!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

        await album.Sheet.Locator("summary", new() { HasText = "exact" }).ClickAsync();
        var bytes = await host.Book.Api.BytesAsync($"/v1/receipts/{receipts[4].GetProperty("eventId").GetString()}");
        Assert.Equal(Encoding.UTF8.GetString(bytes), await album.Sheet.Locator("pre.exact").InnerTextAsync());
        await album.Sheet.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await album.Sheet.GetByText("Copied.").WaitForAsync();
        Assert.Equal(Encoding.UTF8.GetString(bytes), await album.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));

        await album.Sheet.GetByRole(AriaRole.Button, new() { Name = "After: receipt 6" }).ClickAsync();
        await album.Sheet.GetByRole(AriaRole.Heading, new() { Name = "Receipt 6: Kingfisher was added from a grant" }).WaitForAsync();
        await album.Page.Keyboard.PressAsync("Escape");
        Assert.Equal(0, await album.Sheet.CountAsync());
        Assert.Contains("receipt 5 ·", await album.Page.Locator(".event:focus-within").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Empty(album.Complaints);
    }

    [SkippableFact]
    public async Task What_turns_text_around_is_shown_by_its_number_and_copied_as_it_is()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        var book = await host.Ada.OpenBookAsync();
        await book.SaveAsync(new JsonObject { ["note"] = "\u202eevil\u200b, \"quoted\" \\ }{ ][" });
        var album = await AlbumPage.OpenAsync(context, host, book.Id);
        await album.OpenReceiptAsync(2);

        await album.Sheet.Locator("summary", new() { HasText = "exact" }).ClickAsync();
        var shown = await album.Sheet.Locator("pre.exact").InnerTextAsync();
        Assert.Contains("\\u202eevil\\u200b", shown, StringComparison.Ordinal);
        await album.Sheet.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await album.Sheet.GetByText("Copied.").WaitForAsync();
        var stored = await book.Api.BytesAsync($"/v1/receipts/{(await book.ReceiptsAsync())[1].GetProperty("eventId").GetString()}");
        Assert.Equal(Encoding.UTF8.GetString(stored), await album.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
    }
}
