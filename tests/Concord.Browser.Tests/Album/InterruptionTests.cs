using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Concord.Browser.Tests.Album;

/// <summary>Answers that break off, and sheets that are closed before theirs comes.</summary>
[Collection(AlbumTestsCollection.Name)]
public sealed class InterruptionTests(AlbumHost host, Chromium chromium)
{
    [SkippableFact]
    public async Task An_album_that_breaks_off_is_told()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await BreakOffAsync(context, "**/stickerbook");
        var album = await AlbumPage.NewAsync(context);
        await album.GoToAsync(host, host.Book.Id);
        await album.Page.GetByRole(AriaRole.Heading, new() { Name = "The album cannot be shown" }).WaitForAsync();
        Assert.Contains("broke off", await album.Page.GetByRole(AriaRole.Alert).InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("", await album.Page.Locator("#status").InnerTextAsync());
        Assert.Empty(album.Complaints);
    }

    [SkippableFact]
    public async Task Receipts_that_break_off_are_told_and_asked_for_again()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var book = await host.Ada.OpenBookAsync();
        for (var page = 0; page < 24; page++) await book.SaveAsync(new JsonObject { ["page"] = page });
        var album = await AlbumPage.OpenAsync(context, host, book.Id);
        await BreakOffAsync(context, "**/receipts?**");

        await album.Page.GetByRole(AriaRole.Button, new() { Name = "Show older receipts" }).ClickAsync();
        await album.Page.GetByText("The receipts could not be read: The answer of the host broke off").WaitForAsync();
        Assert.True(await album.Page.GetByRole(AriaRole.Button, new() { Name = "Show older receipts" }).IsEnabledAsync());

        // Receipt 5 is not shown yet; its neighbour's sheet leads to it.
        await album.OpenReceiptAsync(6);
        await album.Sheet.GetByRole(AriaRole.Button, new() { Name = "Before: receipt 5" }).ClickAsync();
        await album.Sheet.GetByText("It could not be read: The answer of the host broke off").WaitForAsync();
        await album.Page.Keyboard.PressAsync("Escape");

        await context.UnrouteAllAsync();
        await album.Page.GetByRole(AriaRole.Button, new() { Name = "Show older receipts" }).ClickAsync();
        await album.Page.GetByText("All 25 receipts are shown.").WaitForAsync();
        Assert.Empty(album.Complaints);
    }

    [SkippableFact]
    public async Task A_sheet_that_was_closed_meanwhile_stays_closed()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var book = await host.Ada.OpenBookAsync();
        for (var page = 0; page < 24; page++) await book.SaveAsync(new JsonObject { ["page"] = page });
        var album = await AlbumPage.OpenAsync(context, host, book.Id);
        var asked = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await context.RouteAsync("**/receipts?**", async route =>
        {
            asked.TrySetResult();
            await closed.Task;
            await route.ContinueAsync();
        });

        await album.OpenReceiptAsync(7);
        await album.Sheet.GetByRole(AriaRole.Button, new() { Name = "Before: receipt 6" }).ClickAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(20));
        await album.Page.Keyboard.PressAsync("Escape");
        var answered = album.Page.WaitForResponseAsync(response => response.Url.Contains("/receipts?", StringComparison.Ordinal));
        closed.SetResult();
        await (await answered).FinishedAsync();
        // Whatever the page still had to do with the answer is done when it has painted again.
        await album.Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        Assert.Equal(0, await album.Sheet.CountAsync());
        Assert.Empty(album.Complaints);
    }

    /// <summary>Half of each answer, and then no more.</summary>
    private static Task BreakOffAsync(IBrowserContext context, string pattern) =>
        context.RouteAsync(pattern, async route =>
        {
            var answer = await route.FetchAsync();
            var text = await answer.TextAsync();
            await route.FulfillAsync(new() { Response = answer, Body = text[..(text.Length / 2)] });
        });
}
