using System.Diagnostics;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>The <c>concord</c> tool as it was built with these tests: it is a program of its own, and shares nothing with the host.</summary>
internal static class ConcordTool
{
    /// <summary>Verifies a bundle, and expects that it is good.</summary>
    public static async Task VerifyAsync(string bundle, string trust)
    {
        var tool = Find();
        using var process = Process.Start(new ProcessStartInfo("dotnet", [tool, "verify", bundle, "--trust", trust]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"concord verify: {process.ExitCode}\n{said}\n{await error}");
    }

    private static string Find()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        for (var folder = output; folder is not null; folder = folder.Parent)
        {
            var tool = Path.Combine(folder.FullName, "src", "Concord.Cli", "bin", output.Parent!.Name, output.Name, "concord.dll");
            if (File.Exists(tool)) return tool;
        }

        throw new FileNotFoundException("The concord tool is not built. Build the solution first.");
    }
}
