using Microsoft.Playwright;

namespace Concord.Browser.Tests.Album;

/// <summary>Whoever uses it, with whatever they have.</summary>
[Collection(AlbumTestsCollection.Name)]
public sealed class AccessTests(AlbumHost host, Chromium chromium)
{
    [SkippableTheory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task No_rule_of_accessibility_is_broken(ColorScheme scheme)
    {
        Chromium.Require();
        await Axe.RequireAsync();
        await using var context = await chromium.NewContextAsync(scheme);
        await Axe.AddAsync(context);
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Good");
        await album.Page.Locator(".unchecked summary").ClickAsync();
        Assert.Empty(await Axe.SeriousAsync(album.Page));

        await album.OpenReceiptAsync(5);
        await album.Sheet.Locator("summary", new() { HasText = "exact" }).ClickAsync();
        Assert.Empty(await Axe.SeriousAsync(album.Page));

        await album.Page.Keyboard.PressAsync("Escape");
        await album.Page.Locator(".sticker").First.ClickAsync();
        Assert.Empty(await Axe.SeriousAsync(album.Page));
    }

    [SkippableFact]
    public async Task Nor_where_one_signs_in_or_where_something_is_wrong()
    {
        Chromium.Require();
        await Axe.RequireAsync();
        await using var context = await chromium.NewContextAsync(ColorScheme.Dark);
        await Axe.AddAsync(context);
        var stranger = await AlbumPage.NewAsync(context, user: null);
        await stranger.GoToAsync(host, host.Book.Id);
        await stranger.Page.GetByLabel("Sign in as").WaitForAsync();
        Assert.Empty(await Axe.SeriousAsync(stranger.Page));

        await using var other = await chromium.NewContextAsync();
        await Axe.AddAsync(other);
        await other.RouteAsync("**/bundle", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("\"cardId\":\"blackbird\"", "\"cardId\":\"blackbirb\"", StringComparison.Ordinal) });
        });
        var album = await AlbumPage.OpenAsync(other, host);
        await album.VerifyAsync("Not good");
        Assert.Empty(await Axe.SeriousAsync(album.Page));
    }

    [SkippableFact]
    public async Task Everything_is_done_by_the_keyboard_alone()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(context, host);
        var keyboard = album.Page.Keyboard;
        await keyboard.PressAsync("Tab");
        Assert.Equal("To the stickers", await FocusedAsync(album));
        await AssertSeenAsync(album);
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("Tab");
        Assert.Equal("Verify in this browser", await FocusedAsync(album));
        await AssertSeenAsync(album);
        await keyboard.PressAsync("Enter");
        await album.ExpectVerdictAsync("Good");
        Assert.Equal("Verify again", await FocusedAsync(album));

        // On to the newest receipt; in its sheet the focus goes round, and comes back to where it was.
        await TabToAsync(album, "Goldfinch was taken out");
        await keyboard.PressAsync("Enter");
        await album.Sheet.GetByText("This receipt is good").WaitForAsync();
        Assert.StartsWith("Receipt 8: Goldfinch was taken out", await FocusedAsync(album), StringComparison.Ordinal);
        await TabToAsync(album, "Receipt 7");
        await AssertSeenAsync(album);
        await keyboard.PressAsync("Enter");
        await album.Sheet.GetByRole(AriaRole.Heading, new() { Name = "Receipt 7:" }).WaitForAsync();
        for (var n = 0; n < 12; n++)
        {
            await keyboard.PressAsync("Tab");
            Assert.True(await album.Page.EvaluateAsync<bool>("() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null"));
        }

        // Verified from there, everything behind the sheet is drawn anew; what the focus comes back to is not.
        await album.Sheet.GetByRole(AriaRole.Button, new() { Name = "Verify in this browser" }).FocusAsync();
        await keyboard.PressAsync("Enter");
        await album.Sheet.GetByText("This receipt is good").WaitForAsync();
        await keyboard.PressAsync("Escape");
        Assert.Equal("Goldfinch was taken out, discarded", await FocusedAsync(album));

        // And back up to a sticker.
        await album.Page.Locator("h1").ClickAsync();
        await TabToAsync(album, "Robin");
        await AssertSeenAsync(album);
        await keyboard.PressAsync("Enter");
        await album.Sheet.GetByRole(AriaRole.Heading, new() { Name = "Robin" }).WaitForAsync();
        Assert.Empty(album.Complaints);
    }

    [SkippableFact]
    public async Task It_fits_a_phone_and_a_window_at_four_times_the_size()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync(ColorScheme.Dark);
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Good");
        await album.AssertFitsAsync(360);
        await album.AssertFitsAsync(640);
        // WCAG 2.2, 1.4.10: 1280 pixels at 400 %.
        await album.AssertFitsAsync(320);
        await album.OpenReceiptAsync(5);
        await album.AssertFitsAsync(320);
        await album.AssertFitsAsync(360);
    }

    [SkippableFact]
    public async Task Who_wants_no_motion_gets_none()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(context, host);
        await album.Page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });
        Assert.Equal(0, await album.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('*')].filter(one => !['0s', ''].includes(getComputedStyle(one).transitionDuration) || getComputedStyle(one).animationName !== 'none').length"));
        Assert.Equal("auto", await album.Page.EvaluateAsync<string>("() => getComputedStyle(document.documentElement).scrollBehavior"));
    }

    private static Task<string> FocusedAsync(AlbumPage album) => album.Page.EvaluateAsync<string>("() => `${document.activeElement.querySelector('canvas')?.getAttribute('aria-label') ?? ''} ${document.activeElement.innerText.replace(/\\s+/g, ' ')}`.trim()");

    /// <summary>Where the focus is, is seen: an outline, of something that is in the window, once that has come to rest.</summary>
    private static async Task AssertSeenAsync(AlbumPage album) =>
        await album.Page.WaitForFunctionAsync("""
            () => {
              const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
              const { top, bottom, width } = document.activeElement.getBoundingClientRect();
              return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 1 && bottom > 0 && top < innerHeight;
            }
            """);

    private static async Task TabToAsync(AlbumPage album, string text)
    {
        for (var n = 0; n < 40; n++)
        {
            await album.Page.Keyboard.PressAsync("Tab");
            if ((await FocusedAsync(album)).StartsWith(text, StringComparison.Ordinal)) return;
        }

        Assert.Fail($"Nothing that begins with \"{text}\" is reached by Tab.");
    }
}
