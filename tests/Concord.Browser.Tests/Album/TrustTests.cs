using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Concord.Browser.Tests.Album;

/// <summary>By whose trust file a verdict is, also where it is changed while the verifier works.</summary>
[Collection(AlbumTestsCollection.Name)]
public sealed class TrustTests(AlbumHost host, Chromium chromium)
{
    // The worker gets what it is asked only when the test lets it.
    private const string HoldWorker = """
        window.held = [];
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (...message) { window.held ? window.held.push(() => post.apply(this, message)) : post.apply(this, message); };
        window.release = () => { const all = window.held; window.held = null; for (const one of all) one(); };
        """;

    [SkippableFact]
    public async Task A_trust_file_that_is_chosen_while_the_verifier_works_is_the_one_that_judges()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await context.AddInitScriptAsync(HoldWorker);
        var album = await AlbumPage.OpenAsync(context, host);
        var other = JsonNode.Parse(await TrustAsync())!;
        other["platformKeyIds"] = new JsonArray("sha256:" + new string('0', 64));

        await album.Page.Locator(".proof .primary").ClickAsync();
        await UntilHeldAsync(album);
        await TakeTrustAsync(album, "theirs.json", other.ToJsonString());
        await album.Page.EvaluateAsync("() => release()");
        await album.Verdict.WaitForAsync();
        Assert.Equal("Not good", await album.Page.Locator(".proof .verdict-title").InnerTextAsync());
        Assert.Contains("by your file theirs.json", await album.Page.Locator(".findings").InnerTextAsync(), StringComparison.Ordinal);
        Assert.Null(await SeenAsync(album));
    }

    [SkippableFact]
    public async Task Nor_is_the_hosts_key_remembered_from_a_run_by_another_file()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await context.AddInitScriptAsync(HoldWorker);
        var album = await AlbumPage.OpenAsync(context, host);
        await TakeTrustAsync(album, "mine.json", await TrustAsync());
        await album.Page.Locator(".proof .primary").ClickAsync();
        await UntilHeldAsync(album);
        await album.Page.GetByRole(AriaRole.Button, new() { Name = "Use the host’s again" }).ClickAsync();
        await album.Page.EvaluateAsync("() => release()");

        await album.Page.GetByText("Every receipt verifies against the trust file of this host.").WaitForAsync();
        var ids = JsonNode.Parse(await TrustAsync())!["platformKeyIds"]!.AsArray().Select(id => id!.GetValue<string>());
        Assert.Equal(ids, JsonNode.Parse((await SeenAsync(album))!)!["ids"]!.AsArray().Select(id => id!.GetValue<string>()));
    }

    [SkippableFact]
    public async Task The_focus_stays_where_one_chooses_a_trust_file_when_a_verdict_comes()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        await context.AddInitScriptAsync(HoldWorker);
        var album = await AlbumPage.OpenAsync(context, host);
        await album.Page.Locator(".proof .primary").ClickAsync();
        await UntilHeldAsync(album);
        await album.Page.Locator("#trust-file").FocusAsync();
        await album.Page.EvaluateAsync("() => release()");
        await album.ExpectVerdictAsync("Good");
        Assert.Equal("trust-file", await album.Page.EvaluateAsync<string>("() => document.activeElement.id"));
    }

    private static Task UntilHeldAsync(AlbumPage album) => album.Page.WaitForFunctionAsync("() => window.held.length === 1");

    private static Task<string?> SeenAsync(AlbumPage album) => album.Page.EvaluateAsync<string?>("() => localStorage.getItem('pixpax-album:first-key')");

    private Task<string> TrustAsync() => host.Host.Anonymous().GetStringAsync("/.well-known/concord-trust.json");

    private static async Task TakeTrustAsync(AlbumPage album, string name, string text)
    {
        await album.Page.Locator("#trust-file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(text) });
        await album.Page.Locator(".trust").GetByText(name).WaitForAsync();
    }
}
