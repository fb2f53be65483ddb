using System.Text.RegularExpressions;
using Concord.Samples.Tests;
using Microsoft.Playwright;
using PixPax.Host.Tests.EndToEnd;

namespace Concord.Browser.Tests.Operations;

/// <summary>The page for operators, on a host with a store in which something is wrong.</summary>
public sealed class OperationsPageTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task An_operator_sees_every_stream_checks_all_of_them_and_is_told_which_receipt_was_changed()
    {
        Chromium.Require();
        using var data = new DataFolder();
        await using var host = await HostProcess.StartAsync(data);
        await Commands.PublishBirdsAsync(host.Operator());
        var book = await (await Collector.JoinAsync(host, "ada")).OpenBookAsync();
        await book.GrantAsync(host.Operator(), "robin");
        await using var context = await chromium.NewContextAsync();
        var (page, complaints) = await OpenAsync(context, host, "operator");

        var all = page.GetByRole(AriaRole.Button, new() { Name = "Check all streams" });
        await all.ClickAsync();
        var tally = page.Locator(".tally");
        await tally.GetByText(new Regex("^All of 5 streams, [0-9]+ receipts: nothing is wrong; the rows of 5 were not compared\\.$")).WaitForAsync();
        Assert.Equal(5, await page.Locator("#streams tr").CountAsync());
        Assert.Equal(5, await page.Locator("#streams .good", new() { HasText = "✓" }).CountAsync());
        await ScreenshotAsync(page, "operations-good");

        var commit = Directory.EnumerateFiles(data.FileOf(book.Prefix + "commits")).Order(StringComparer.Ordinal).Last();
        await File.WriteAllTextAsync(commit, (await File.ReadAllTextAsync(commit)).Replace("robin", "raven", StringComparison.Ordinal));
        await all.ClickAsync();
        var finding = page.Locator("#findings article");
        await finding.GetByText("hash-mismatch").First.WaitForAsync();
        Assert.Contains(book.Prefix, await finding.InnerTextAsync(), StringComparison.Ordinal);
        await tally.GetByText(new Regex("^All of 5 streams, [0-9]+ receipts: [0-9]+ finding")).WaitForAsync();
        await ScreenshotAsync(page, "operations-damaged");

        // A host that fails half-way is no good verdict.
        await page.RouteAsync("**/v1/admin/streams/check**", route => route.Request.Url.Contains("pixbooks", StringComparison.Ordinal) ? route.AbortAsync() : route.ContinueAsync());
        await all.ClickAsync();
        await tally.GetByText("Stopped, and not all was checked").WaitForAsync();
        Assert.Equal("Check all streams", await all.InnerTextAsync());
        Assert.Empty(complaints);
    }

    [SkippableFact]
    public async Task Whoever_is_no_operator_is_told_so_and_sees_nothing_in_the_dark_and_on_a_phone()
    {
        Chromium.Require();
        using var data = new DataFolder();
        await using var host = await HostProcess.StartAsync(data);
        await using var context = await chromium.NewContextAsync(ColorScheme.Dark);
        var (page, complaints) = await OpenAsync(context, host, "ada");
        await page.SetViewportSizeAsync(360, 740);

        await page.GetByText("not an operator").WaitForAsync();
        Assert.False(await page.Locator("#page").IsVisibleAsync());
        Assert.Equal(0, await page.Locator("#streams tr").CountAsync());
        await page.GetByLabel("Sign in as").FillAsync("operator");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Streams" }).WaitForAsync();
        await page.Locator("#streams tr").First.WaitForAsync();
        Assert.Equal(0, await page.EvaluateAsync<int>("Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"));
        await ScreenshotAsync(page, "operations-phone-dark");
        Assert.Empty(complaints);
    }

    private static async Task<(IPage, List<string>)> OpenAsync(IBrowserContext context, HostProcess host, string user)
    {
        var page = await context.NewPageAsync();
        var complaints = new List<string>();
        page.PageError += (_, error) => complaints.Add(error);
        page.Console += (_, message) =>
        {
            // That the host says no to who is not signed in is what the page is told, and no fault of it.
            if (message.Type == "error" && !message.Text.Contains("ERR_FAILED", StringComparison.Ordinal) && !message.Text.Contains("401", StringComparison.Ordinal) && !message.Text.Contains("403", StringComparison.Ordinal)) complaints.Add(message.Text);
        };
        await page.GotoAsync(new Uri(host.Address, "/operations").ToString());
        await page.GetByLabel("Sign in as").FillAsync(user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        return (page, complaints);
    }

    private static async Task ScreenshotAsync(IPage page, string name) =>
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.PathOf($"artifacts/screenshots/{name}.png"), FullPage = true });
}
