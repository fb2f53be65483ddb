using System.ComponentModel;
using System.Diagnostics;

namespace PixPax.Client.Tests.TypeScript;

/// <summary>The npm package, built from its sources.</summary>
public sealed class TypeScriptPackage : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Once, for all tests of this process: they read what is built.</summary>
    private static readonly Lazy<Task> Built = new(BuildAsync);

    public static string Folder { get; } = Path.Combine(Repository(AppContext.BaseDirectory), "clients", "typescript");

    public static bool IsNpmInstalled { get; } = IsInPath("npm") && IsInPath("node");

    /// <summary>Skips where there is no npm; where the tests are the judge, its absence is a failure.</summary>
    public static void Require()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            Assert.True(IsNpmInstalled, "npm is missing. eng/test.sh installs it where it may (Debian packages 'nodejs' and 'npm').");
        Skip.IfNot(IsNpmInstalled, "npm is missing: install Node.js 20 or later with npm (Debian packages 'nodejs' and 'npm') to run the tests of the TypeScript client.");
    }

    public Task InitializeAsync() => IsNpmInstalled ? Built.Value : Task.CompletedTask;

    private static async Task BuildAsync()
    {
        var installed = new FileInfo(Path.Combine(Folder, "node_modules", ".package-lock.json"));
        if (!installed.Exists || installed.LastWriteTimeUtc < File.GetLastWriteTimeUtc(Path.Combine(Folder, "package-lock.json")))
            await SucceedAsync("npm", "ci", "--no-audit", "--no-fund");
        await SucceedAsync("npm", "run", "--silent", "build");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Runs a program in the package's folder and gives what it wrote to its standard output.</summary>
    public static async Task<string> SucceedAsync(string program, params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}\n{error}");
        return output;
    }

    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end: {await output}{await error}");
        }
        return (process.ExitCode, await output, await error);
    }

    private static bool IsInPath(string program)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static string Repository(string folder) =>
        File.Exists(Path.Combine(folder, "Concord.sln")) ? folder : Repository(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository is not above the tests."));
}
