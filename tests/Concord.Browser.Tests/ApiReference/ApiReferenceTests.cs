using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using Concord.Samples.Tests;
using Microsoft.Playwright;

namespace Concord.Browser.Tests.ApiReference;

/// <summary>The host's page about its own API.</summary>
public sealed partial class ApiReferenceTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task It_shows_the_API_and_asks_nobody_but_the_host()
    {
        Chromium.Require();
        using var data = new TemporaryFolder();
        var (host, address) = await StartHostAsync(data.Path);
        using var process = host;
        try
        {
            await using var context = await chromium.NewContextAsync();
            var page = await context.NewPageAsync();
            var (asked, complaints) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
            page.Request += (_, request) => asked.Enqueue(request.Url);
            page.PageError += (_, error) => complaints.Enqueue(error);
            page.Console += (_, message) =>
            {
                if (message.Type is "error" or "warning") complaints.Enqueue(message.Text);
            };
            await page.GotoAsync(address + "/docs/");
            await page.GetByRole(AriaRole.Heading, new() { Name = "PixPax", Exact = true }).First.WaitForAsync(new() { Timeout = 60_000 });
            await page.GetByText("Identities").First.WaitForAsync(new() { Timeout = 60_000 });
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Repository.PathOf("artifacts/screenshots/api-reference.png") });

            Assert.Contains(address + "/openapi/v1.json", asked);
            Assert.All(asked, url => Assert.True(url.StartsWith(address + "/", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal) || url.StartsWith("blob:", StringComparison.Ordinal), url));
            Assert.Empty(complaints);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<(Process Host, string Address)> StartHostAsync(string data)
    {
        var program = Repository.PathOf($"src/PixPax.Host/bin/{new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name}/net10.0/PixPax.Host.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--environment", "Development", "--urls", "http://127.0.0.1:0", "--PixPax:Data", data]) { RedirectStandardOutput = true };
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The host ended."));
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null && Listening().Match(line.Data) is { Success: true } match) listening.TrySetResult(match.Groups[1].Value);
        };
        process.Start();
        process.BeginOutputReadLine();
        return (process, await listening.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    [GeneratedRegex(@"Now listening on: (http://[0-9.:]+)")]
    private static partial Regex Listening();
}
