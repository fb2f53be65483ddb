using Concord.Samples.Tests;
using Microsoft.Playwright;

namespace Concord.Browser.Tests.Album;

/// <summary>The page, as somebody uses it.</summary>
internal sealed class AlbumPage
{
    private AlbumPage(IPage page)
    {
        Page = page;
        page.Request += (_, request) => Requests.Add(request.Url);
        page.PageError += (_, error) => Complaints.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") Complaints.Add(message.Text);
        };
    }

    public IPage Page { get; }

    public List<string> Requests { get; } = [];

    /// <summary>What the browser had to complain of: errors, and what the page's own policy forbade.</summary>
    public List<string> Complaints { get; } = [];

    public ILocator Verdict => Page.Locator(".proof .verdict");

    public ILocator Sheet => Page.Locator("dialog[open]");

    public ILocator Events => Page.Locator(".timeline .event");

    public static async Task<AlbumPage> NewAsync(IBrowserContext context, string? user = AlbumHost.User)
    {
        if (user is not null) await context.AddInitScriptAsync($"sessionStorage.setItem('pixpax-album:development-user', '{user}')");
        return new AlbumPage(await context.NewPageAsync());
    }

    public static async Task<AlbumPage> OpenAsync(IBrowserContext context, AlbumHost host, string? bookId = null)
    {
        var page = await NewAsync(context);
        await page.GoToAsync(host, bookId ?? host.Book.Id);
        await page.UntilShownAsync();
        return page;
    }

    public async Task GoToAsync(AlbumHost host, string bookId) => await Page.GotoAsync(new Uri(host.Host.Address, "/album/" + bookId).AbsoluteUri);

    public async Task UntilShownAsync() => await Events.First.WaitForAsync();

    public async Task VerifyAsync(string expected)
    {
        await Page.Locator(".proof .primary").ClickAsync();
        await ExpectVerdictAsync(expected);
    }

    public async Task ExpectVerdictAsync(string expected) =>
        await Page.Locator(".proof .verdict-title").Filter(new() { HasText = expected }).WaitForAsync();

    /// <summary>Opens a receipt of the timeline.</summary>
    public async Task OpenReceiptAsync(int version)
    {
        await Events.Filter(new() { HasText = $"receipt {version} ·" }).Locator(".event-open").ClickAsync();
        await Sheet.GetByRole(AriaRole.Heading, new() { Name = $"Receipt {version}:" }).WaitForAsync();
    }

    /// <summary>No part of the page is wider than the window.</summary>
    public async Task AssertFitsAsync(int width)
    {
        await Page.SetViewportSizeAsync(width, 740);
        Assert.Equal(width, await Page.EvaluateAsync<int>("() => Math.max(innerWidth, document.documentElement.scrollWidth, document.querySelector('dialog[open]')?.scrollWidth ?? 0)"));
    }

    public async Task ScreenshotAsync(string name) => await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.PathOf($"artifacts/screenshots/album-{name}.png") });
}
