using System.Diagnostics;
using System.Text;
using Concord.Cli.Running;

namespace Concord.Cli.Tests;

/// <summary>What a run of the tool did: its exit code, and what it wrote.</summary>
internal sealed record Run(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string LastLine => Output.TrimEnd('\n').Split('\n')[^1];

    /// <summary>Runs it inside of this process: fast, for many cases.</summary>
    public static Task<Run> HereAsync(params string[] arguments) => HereAsync([], CancellationToken.None, arguments);

    public static async Task<Run> HereAsync(byte[] input, CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var terminal = new Terminal(new MemoryStream(input), output, error, isErrorWatched: false);
        var exitCode = await Tool.RunAsync(arguments, terminal, cancellationToken);
        return new Run(exitCode, output.ToArray(), error.ToString()).WithoutStackTrace();
    }

    /// <summary>Runs the built program, as a user does.</summary>
    public static Task<Run> ProgramAsync(params string[] arguments) => ProgramAsync([], arguments);

    public static async Task<Run> ProgramAsync(byte[] input, params string[] arguments)
    {
        using var process = Start(arguments);
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        var read = process.StandardOutput.BaseStream.CopyToAsync(output);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want to know.
        }
        await process.WaitForExitAsync();
        await read;
        return new Run(process.ExitCode, output.ToArray(), await error).WithoutStackTrace();
    }

    public static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "concord.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>No exception reaches the user as a stack trace, whatever the test is about.</summary>
    private Run WithoutStackTrace()
    {
        foreach (var text in new[] { Output, Error })
        {
            Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
            Assert.DoesNotContain("Unhandled exception", text, StringComparison.Ordinal);
            Assert.DoesNotContain("should not have happened", text, StringComparison.Ordinal);
        }
        return this;
    }
}
