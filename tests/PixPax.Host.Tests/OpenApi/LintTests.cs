using System.Diagnostics;
using Xunit.Sdk;

namespace PixPax.Host.Tests.OpenApi;

/// <summary>The committed documents, by a linter that others use (Redocly), with the rules that stand beside it in <c>tests/servers/openapi-lint</c>.</summary>
public sealed class LintTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static string Folder => Path.Combine(Repository.Folder(), "tests", "servers", "openapi-lint");

    [SkippableTheory]
    [InlineData(ApiDocument.Path)]
    // 3.0 has no way to say "a thing or null" that both generators and the linter read; the examples are held against 3.1.
    [InlineData("docs/openapi/pixpax-v1.openapi30.json", "--skip-rule", "no-invalid-media-type-examples")]
    public async Task The_linter_finds_nothing(string document, params string[] options)
    {
        if (!await IsThereAsync("npm")) SkipUnlessCi("npm is missing (Debian: apt-get install nodejs npm): the description of the API was not linted.");
        if (IsStale()) Require(await RunAsync("npm", "ci", "--no-audit", "--no-fund"), "npm ci");

        Require(await RunAsync(Path.Combine(Folder, "node_modules", ".bin", "redocly"), ["lint", "--config", "redocly.yaml", .. options, Path.Combine(Repository.Folder(), document)]), document);
    }

    private static bool IsStale()
    {
        var installed = Path.Combine(Folder, "node_modules", ".package-lock.json");
        return !File.Exists(installed) || File.GetLastWriteTimeUtc(installed) < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json"));
    }

    private static void SkipUnlessCi(string why)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true") throw new XunitException(why);
        Skip.If(true, why);
    }

    private static async Task<bool> IsThereAsync(string program)
    {
        try
        {
            return (await RunAsync(program, "--version")).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static void Require((int ExitCode, string Output) run, string what) => Assert.True(run.ExitCode == 0, $"{what}: {run.Output}");

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // It neither tells anybody that it ran, nor asks whether it is the newest.
        start.Environment["REDOCLY_TELEMETRY"] = "off";
        start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true";
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
