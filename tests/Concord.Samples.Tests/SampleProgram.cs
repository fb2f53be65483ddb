using System.Diagnostics;

namespace Concord.Samples.Tests;

/// <summary>Runs a sample as its readers do: as a program of its own.</summary>
internal static class SampleProgram
{
    public static async Task<(int ExitCode, string[] Lines, string Errors)> RunAsync(string name, params IEnumerable<string> arguments) =>
        await StartAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, name + ".dll"), .. arguments]);

    public static async Task<(int ExitCode, string[] Lines, string Errors)> StartAsync(
        string program, IEnumerable<string> arguments, string? folder = null, TimeSpan? limit = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? Path.GetTempPath(),
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(limit ?? TimeSpan.FromMinutes(1));
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end: {await output}{await errors}");
        }
        return (process.ExitCode, (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), await errors);
    }
}
