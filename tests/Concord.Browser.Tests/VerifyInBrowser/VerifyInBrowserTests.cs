using System.Text;
using Concord.Samples.Tests;
using Microsoft.Playwright;

namespace Concord.Browser.Tests.VerifyInBrowser;

public sealed class VerifyInBrowserTests(PublishedPage published, Chromium chromium, QuickStartFolder quickStart)
    : IClassFixture<PublishedPage>, IClassFixture<Chromium>, IClassFixture<QuickStartFolder>
{
    [SkippableFact]
    public async Task A_good_bundle_verifies_against_its_trust_file_and_nothing_is_sent()
    {
        Chromium.Require();
        await using var server = await PageServer.StartAsync(published.Root);
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server);
        await UntilOfflineReadyAsync(page.Page);
        page.Requests.Clear();
        await page.Page.GetByLabel("Trust file").SetInputFilesAsync(quickStart.Trust);
        await page.Page.GetByLabel("Bundle").SetInputFilesAsync(quickStart.Bundle);

        await ExpectVerdictAsync(page.Page, "Good", "All 3 receipts verify against the trust file.");
        var notChecked = await page.Page.Locator(".unchecked dt").AllTextContentsAsync();
        Assert.Equal(["head", "idempotency-keys", "key-history-head"], notChecked);
        Assert.Contains("notes shopping", await page.Page.GetByRole(AriaRole.Table).InnerTextAsync(), StringComparison.Ordinal);
        await ScreenshotAsync(page.Page, "good-light");
        Assert.Empty(page.Requests);
        Assert.Empty(page.Complaints);
    }

    [SkippableFact]
    public async Task The_bad_receipt_of_a_tampered_bundle_is_named()
    {
        Chromium.Require();
        await using var server = await PageServer.StartAsync(published.Root);
        await using var context = await chromium.NewContextAsync(ColorScheme.Dark);
        var page = await OpenAsync(context, server);
        await DropAsync(page.Page, quickStart.Tampered("bread", "stone"), quickStart.Trust);

        await ExpectVerdictAsync(page.Page, "Not good", "1 rule is broken in tampered.receipts.jsonl.");
        var failure = await page.Page.Locator(".failures li").InnerTextAsync();
        Assert.Contains("hash-mismatch", failure, StringComparison.Ordinal);
        Assert.Contains("tampered.receipts.jsonl:4", failure, StringComparison.Ordinal);
        Assert.Contains("notes shopping", failure, StringComparison.Ordinal);
        Assert.Contains("version 2, 01", failure, StringComparison.Ordinal);
        await ScreenshotAsync(page.Page, "tampered-dark");
        Assert.Empty(page.Complaints);
    }

    [SkippableFact]
    public async Task A_signature_of_nobody_is_found_without_the_platforms_ecdsa()
    {
        Chromium.Require();
        await using var server = await PageServer.StartAsync(published.Root);
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server);
        // The first character of the last signature: the hash is right, the signature is not.
        var bundle = await File.ReadAllTextAsync(quickStart.Bundle);
        var at = bundle.LastIndexOf("ecdsa-p256:", StringComparison.Ordinal) + "ecdsa-p256:".Length;
        var forged = quickStart.Write("forged.receipts.jsonl", bundle[..at] + (bundle[at] == 'A' ? 'B' : 'A') + bundle[(at + 1)..]);
        await page.Page.GetByLabel("Bundle").SetInputFilesAsync(forged);

        await ExpectVerdictAsync(page.Page, "Not good", "1 rule is broken");
        var failure = await page.Page.Locator(".failures li").InnerTextAsync();
        Assert.Contains("signature-invalid", failure, StringComparison.Ordinal);
        Assert.Contains("version 2", failure, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Without_a_trust_file_a_bundle_only_agrees_with_itself()
    {
        Chromium.Require();
        await using var server = await PageServer.StartAsync(published.Root);
        await using var context = await chromium.NewContextAsync();
        var page = await OpenAsync(context, server);
        await page.Page.GetByLabel("Bundle").SetInputFilesAsync(quickStart.Bundle);
        await ExpectVerdictAsync(page.Page, "It agrees with itself", "nothing says whose receipts these are");
        await ScreenshotAsync(page.Page, "untrusted-light");

        // The trust file comes later, and judges the bundle that is there.
        await page.Page.GetByLabel("Trust file").SetInputFilesAsync(quickStart.Trust);
        await ExpectVerdictAsync(page.Page, "Good", "All 3 receipts");

        await page.Page.GetByLabel("Trust file").SetInputFilesAsync(quickStart.Bundle);
        await ExpectVerdictAsync(page.Page, "It could not be verified", "trust file");
    }

    [SkippableFact]
    public async Task Once_loaded_it_needs_no_network()
    {
        Chromium.Require();
        await using var context = await chromium.NewContextAsync();
        PageUnderTest page;
        await using (var server = await PageServer.StartAsync(published.Root))
        {
            page = await OpenAsync(context, server);
            await UntilOfflineReadyAsync(page.Page);
        }
        // The server is gone.
        await page.Page.GetByLabel("Bundle").SetInputFilesAsync(quickStart.Bundle);
        await ExpectVerdictAsync(page.Page, "It agrees with itself", "All 3 receipts");

        await page.Page.ReloadAsync();
        await DropAsync(page.Page, quickStart.Tampered("milk", "wine"), quickStart.Trust);
        await ExpectVerdictAsync(page.Page, "Not good", "1 rule is broken");
        Assert.Contains("version 1", await page.Page.Locator(".failures li").InnerTextAsync(), StringComparison.Ordinal);
        await page.Page.SetViewportSizeAsync(390, 844);
        await ScreenshotAsync(page.Page, "offline-narrow");
    }

    private static async Task<PageUnderTest> OpenAsync(IBrowserContext context, PageServer server)
    {
        var page = new PageUnderTest(await context.NewPageAsync());
        await page.Page.GotoAsync(server.Address);
        await page.Page.GetByRole(AriaRole.Heading, new() { Name = "Verify receipts" }).WaitForAsync(new() { Timeout = 90_000 });
        return page;
    }

    private static async Task UntilOfflineReadyAsync(IPage page) =>
        await page.GetByText("it works without a network from here on").WaitForAsync(new() { Timeout = 90_000 });

    private static async Task ExpectVerdictAsync(IPage page, string title, string text)
    {
        await page.GetByRole(AriaRole.Heading, new() { Name = title, Exact = true }).WaitForAsync(new() { Timeout = 90_000 });
        Assert.Contains(text, await page.Locator(".verdict").InnerTextAsync(), StringComparison.Ordinal);
    }

    /// <summary>Drops files in the middle of the page, not on an input.</summary>
    private static async Task DropAsync(IPage page, params IEnumerable<string> paths)
    {
        await page.GetByRole(AriaRole.Heading, new() { Name = "Verify receipts" }).WaitForAsync(new() { Timeout = 90_000 });
        await page.EvaluateAsync(
            """
            files => {
              const dropped = new DataTransfer();
              for (const { name, text } of files) dropped.items.add(new File([text], name));
              document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer: dropped, bubbles: true, cancelable: true }));
            }
            """,
            paths.Select(path => new { name = Path.GetFileName(path), text = File.ReadAllText(path, Encoding.UTF8) }).ToArray());
    }

    private static async Task ScreenshotAsync(IPage page, string name) =>
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.PathOf($"artifacts/screenshots/verify-in-browser-{name}.png"), FullPage = true });

    private sealed class PageUnderTest
    {
        public PageUnderTest(IPage page)
        {
            Page = page;
            page.Request += (_, request) => Requests.Add(request.Url);
            page.PageError += (_, error) => Complaints.Add(error);
            page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning")
                    Complaints.Add(message.Text);
            };
        }

        public IPage Page { get; }

        public List<string> Requests { get; } = [];

        public List<string> Complaints { get; } = [];
    }
}
