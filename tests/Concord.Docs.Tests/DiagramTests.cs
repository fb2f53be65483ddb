using System.Diagnostics;

namespace Concord.Docs.Tests;

/// <summary>The diagrams are code too: they parse.</summary>
public sealed class DiagramTests
{
    [SkippableFact]
    public async Task Every_diagram_parses()
    {
        var hasPlantUml = File.Exists("/usr/bin/plantuml");
        Assert.True(hasPlantUml || Environment.GetEnvironmentVariable("CI") != "true", "CI needs plantuml; eng/test.sh installs it.");
        Skip.If(!hasPlantUml, "Checking the diagrams needs plantuml; eng/test.sh installs it.");

        var diagrams = Directory.GetFiles(Path.Combine(Repository.Root, "docs", "diagrams"), "*.puml");
        Assert.True(diagrams.Length >= 3);
        var start = new ProcessStartInfo("/usr/bin/plantuml", ["-checkonly", .. diagrams]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, error + await output);
    }
}
