using System.Text;
using System.Text.Json.Nodes;
using Concord.Samples.Tests;
using Microsoft.Playwright;
using PixPax.Host.Tests.EndToEnd;

namespace Concord.Browser.Tests.Album;

/// <summary>Verifying and exporting in the page.</summary>
[Collection(AlbumTestsCollection.Name)]
public sealed class ProofTests(AlbumHost host, Chromium chromium)
{
    [SkippableFact]
    public async Task A_book_verifies_in_the_browser_and_goes_on_without_a_network()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Good");
        var found = await album.Page.Locator(".findings li").AllInnerTextsAsync();
        Assert.Equal("10 receipts in 3 streams: every hash, every signature, every link.", found[0]);
        Assert.Equal("The 4 stickers above are what these receipts add up to.", found[1]);
        Assert.Contains("this host’s own word, and this browser heard it for the first time", found[2], StringComparison.Ordinal);
        Assert.Equal(["head", "idempotency-keys", "key-history-head"], await album.Page.Locator(".unchecked dt").AllTextContentsAsync());
        Assert.Equal(Enumerable.Repeat("verified", AlbumHost.Receipts), await album.Page.Locator(".event .tag").AllInnerTextsAsync());

        await context.SetOfflineAsync(true);
        album.Requests.Clear();
        await album.OpenReceiptAsync(3);
        await album.Sheet.GetByRole(AriaRole.Button, new() { Name = "Verify in this browser" }).ClickAsync();
        await album.Sheet.GetByText("This receipt is good").WaitForAsync();
        await album.Page.Keyboard.PressAsync("Escape");
        await album.ExpectVerdictAsync("Good");
        Assert.Contains("the same first key", (await album.Page.Locator(".findings li").AllInnerTextsAsync())[2], StringComparison.Ordinal);

        // One's own trust file: the right one, one of another platform, and none at all.
        var trust = await TrustAsync();
        await TakeTrustAsync(album, "mine.json", trust);
        await album.Page.GetByText("Every receipt verifies against your trust file.").WaitForAsync();
        Assert.Contains("your file mine.json", await album.Page.Locator(".trust").InnerTextAsync(), StringComparison.Ordinal);
        var other = JsonNode.Parse(trust)!;
        other["platformKeyIds"] = new JsonArray("sha256:" + new string('0', 64));
        await TakeTrustAsync(album, "theirs.json", other.ToJsonString());
        await album.ExpectVerdictAsync("Not good");
        Assert.DoesNotContain("verified", await album.Page.Locator(".event .tag").AllInnerTextsAsync());
        await TakeTrustAsync(album, "nonsense.json", "{}");
        await album.ExpectVerdictAsync("It could not be verified");
        await album.Page.GetByRole(AriaRole.Button, new() { Name = "Use the host’s again" }).ClickAsync();
        await album.ExpectVerdictAsync("Good");

        Assert.Empty(album.Requests);
        Assert.Empty(album.Complaints);
    }

    [SkippableFact]
    public async Task Without_a_network_from_the_start_it_says_that_there_is_no_proof()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        var album = await AlbumPage.OpenAsync(context, host);
        await context.SetOfflineAsync(true);
        await album.VerifyAsync("It could not be verified");
        Assert.Contains("There is no network.", await album.Verdict.InnerTextAsync(), StringComparison.Ordinal);
        await context.SetOfflineAsync(false);
        await album.VerifyAsync("Good");
    }

    [SkippableTheory]
    [InlineData("\"cardId\":\"blackbird\"", "\"cardId\":\"blackbirb\"", "hash-mismatch", 3)]
    [InlineData("\"type\":\"PIXBOOK_SAVE\"", "\"type\":\"PIXBOOK_SAVF\"", "hash-mismatch", 4)]
    [InlineData("\"signature\":\"ecdsa-p256:", "\"signature\":\"ecdsa-p384:", "malformed", 1)]
    public async Task A_tampered_bundle_is_red_and_names_the_rule(string from, string to, string rule, int version)
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await TamperAsync(context, "**/bundle", text =>
        {
            var book = text.IndexOf("\"type\":\"PIXBOOK_CREATED\"", StringComparison.Ordinal);
            var line = text.LastIndexOf('\n', book);
            return text[..line] + text[line..].ReplaceFirst(from, to);
        });
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Not good");

        Assert.Contains(rule, await album.Page.Locator(".proof .failures .rule").AllInnerTextsAsync() is var rules ? string.Join('\n', rules) : "", StringComparison.Ordinal);
        Assert.Contains("bad", await album.Verdict.GetAttributeAsync("class"), StringComparison.Ordinal);
        await album.OpenReceiptAsync(version);
        await album.Sheet.GetByText("This receipt is not good").WaitForAsync();
        if (version == 3) await album.ScreenshotAsync("tampered");
        Assert.Empty(album.Complaints);
    }

    [SkippableFact]
    public async Task A_page_that_shows_other_stickers_than_the_receipts_add_up_to_is_red()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await TamperAsync(context, "**/stickerbook", text =>
        {
            var album = JsonNode.Parse(text)!;
            var empty = album["versions"]![0]!["series"]![0]!["slots"]![1]!;
            empty["count"] = 1;
            empty["instances"] = new JsonArray(new JsonObject { ["cardInstanceId"] = "MADE-UP", ["source"] = "grant", ["addedAtVersion"] = 3 });
            return album.ToJsonString();
        });
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Not good");
        Assert.Contains("not those that the receipts add up to: 1 differ", await album.Page.Locator(".finding.bad").InnerTextAsync(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_timeline_that_shows_another_receipt_than_the_bundle_is_red()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await TamperAsync(context, "**/receipts?**", text => text.ReplaceFirst("\"kind\":\"grant\"", "\"kind\":\"trade\""));
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("Good");
        Assert.Equal("not the one in the bundle", await album.Events.Filter(new() { HasText = "receipt 2 ·" }).Locator(".tag").InnerTextAsync());
    }

    [SkippableFact]
    public async Task A_first_key_that_changes_is_told_until_it_is_accepted()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await context.AddInitScriptAsync($$"""localStorage.getItem('pixpax-album:first-key') ?? localStorage.setItem('pixpax-album:first-key', JSON.stringify({ ids: ['sha256:{{new string('a', 64)}}'], since: '2026-01-02T03:04:05.000Z' }))""");
        var album = await AlbumPage.OpenAsync(context, host);
        await album.VerifyAsync("The first key has changed");
        Assert.Contains("sha256:" + new string('a', 64), await album.Page.Locator(".finding.partly").InnerTextAsync(), StringComparison.Ordinal);
        await album.Page.ReloadAsync();
        await album.UntilShownAsync();
        await album.VerifyAsync("The first key has changed");

        await album.Page.GetByRole(AriaRole.Button, new() { Name = "Trust the new first key from now on" }).ClickAsync();
        await album.ExpectVerdictAsync("Good");
        await album.Page.ReloadAsync();
        await album.UntilShownAsync();
        await album.VerifyAsync("Good");
    }

    [SkippableFact]
    public async Task What_is_exported_is_accepted_by_the_tool()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        using var folder = new TemporaryFolder();
        var album = await AlbumPage.OpenAsync(context, host);
        var download = await album.Page.RunAndWaitForDownloadAsync(() => album.Page.GetByRole(AriaRole.Button, new() { Name = "Export bundle" }).ClickAsync());

        Assert.Equal($"ada-s-birds-{host.Book.Id}.receipts.jsonl", download.SuggestedFilename);
        await download.SaveAsAsync(folder[download.SuggestedFilename]);
        Assert.Equal(await host.Book.Api.BytesAsync($"{host.Book.Path}/bundle"), await File.ReadAllBytesAsync(folder[download.SuggestedFilename]));
        await File.WriteAllTextAsync(folder["trust.json"], await TrustAsync());
        await ConcordTool.VerifyAsync(folder[download.SuggestedFilename], folder["trust.json"]);
        Assert.Empty(album.Complaints);
    }

    private async Task<string> TrustAsync() => await host.Host.Anonymous().GetStringAsync("/.well-known/concord-trust.json");

    private static async Task TakeTrustAsync(AlbumPage album, string name, string text)
    {
        await album.Page.Locator("#trust-file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(text) });
        await album.Page.Locator(".trust").GetByText(name).WaitForAsync();
    }

    /// <summary>Somebody between the host and the page.</summary>
    internal static Task TamperAsync(IBrowserContext context, string pattern, Func<string, string> change) =>
        context.RouteAsync(pattern, async route =>
        {
            var answer = await route.FetchAsync();
            var text = await answer.TextAsync();
            var changed = change(text);
            Assert.NotEqual(text, changed);
            await route.FulfillAsync(new() { Response = answer, Body = changed });
        });
}

internal static class Text
{
    public static string ReplaceFirst(this string text, string old, string other) =>
        text.IndexOf(old, StringComparison.Ordinal) is >= 0 and var at ? text[..at] + other + text[(at + old.Length)..] : text;
}
