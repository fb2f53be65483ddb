using System.Diagnostics;
using System.Text.Json;
using Concord.Samples.Tests;
using Microsoft.Playwright;

namespace Concord.Browser.Tests.Album;

/// <summary>The accessibility rules of axe-core (WCAG 2.2, A and AA, and good practice), in the page.</summary>
internal static class Axe
{
    private static readonly string Folder = Repository.PathOf("tests/servers/axe");

    private static string Script => Path.Combine(Folder, "node_modules", "axe-core", "axe.min.js");

    /// <summary>Skips where the rules cannot be had; where the tests are the judge, that is a failure.</summary>
    public static async Task RequireAsync()
    {
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (installed.Exists && File.Exists(Script) && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"))) return;

        var problem = await InstallAsync();
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.True(problem is null, problem);
        Skip.If(problem is not null, problem);
    }

    /// <summary>Comes with every page of the context, beside the page's own scripts: its policy lets in no others.</summary>
    public static Task AddAsync(IBrowserContext context) => context.AddInitScriptAsync(scriptPath: Script);

    /// <summary>What breaks a rule seriously, as the rule and the elements that break it.</summary>
    public static async Task<IReadOnlyList<string>> SeriousAsync(IPage page)
    {
        var found = await page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(node => node.html.slice(0, 160) + ' ' + node.failureSummary) }))");
        // That there is nothing to find must not be because nothing was looked for.
        Assert.InRange(await page.EvaluateAsync<int>("async () => (await axe.run(document)).passes.length"), 15, 200);
        return [.. found.EnumerateArray()
            .Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical" or "moderate")
            .Select(violation => $"{violation.GetProperty("id").GetString()}: {violation.GetProperty("help").GetString()}\n  {string.Join("\n  ", violation.GetProperty("nodes").EnumerateArray())}")];
    }

    private static async Task<string?> InstallAsync()
    {
        try
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--no-audit", "--no-fund"]) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = npm.StandardError.ReadToEndAsync();
            await npm.StandardOutput.ReadToEndAsync();
            await npm.WaitForExitAsync();
            return npm.ExitCode == 0 ? null : $"npm ci in tests/servers/axe ended with {npm.ExitCode}: {await errors}";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "npm is missing: install it (Debian package 'npm') to hold the page to the accessibility rules.";
        }
    }
}
