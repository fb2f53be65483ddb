using System.ComponentModel;
using System.Diagnostics;

namespace Concord.Models.Tests;

/// <summary>The model with its parameters, made into a verifier by SPIN and a C compiler in a folder of its own.</summary>
internal sealed class AppendModel : IDisposable
{
    private const string File = "append.pml";
    private const string Trail = File + ".trail";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("concord-model-");
    private readonly string[] _parameters;
    private readonly bool _liveness;

    private AppendModel(string parameters, bool liveness)
    {
        _parameters = [.. parameters.Split(' ').Select(parameter => "-D" + parameter)];
        _liveness = liveness;
    }

    /// <param name="parameters">The model's parameters, separated by blanks, such as <c>WRITERS=3 LIVE</c>.</param>
    /// <param name="liveness">Whether to look for cycles, not only for assertions and dead ends.</param>
    public static AppendModel Compile(string parameters, bool liveness = false)
    {
        RequireTools();
        var model = new AppendModel(parameters, liveness);
        try
        {
            System.IO.File.Copy(Path.Combine(Repository(), "docs", "models", File), Path.Combine(model._folder.FullName, File));
            model.RunOrFail("spin", ["-a", .. model._parameters, File]);
            // Not optimised: at this size that costs more than it saves. Without partial order reduction: it gains little here,
            // and a search without it rests on nothing but the model.
            string[] options = liveness ? ["-DNOFAIR"] : ["-DSAFETY", "-DNOCLAIM"];
            model.RunOrFail("gcc", [.. "-O0 -w -DNOREDUCE -DCOLLAPSE -DVECTORSZ=2048 -DMEMLIM=2048".Split(' '), .. options, "-o", "pan", "pan.c"]);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Searches all states.</summary>
    public Verdict Check()
    {
        string[] options = _liveness ? ["-m100000", "-w20", "-a"] : ["-m100000", "-w20"];
        return new Verdict(Run(Path.Combine(_folder.FullName, "pan"), options).Output);
    }

    /// <summary>What happens on the way to the error that the search found.</summary>
    public string ReplayTrail() => Run("spin", ["-t", "-k", Trail, .. _parameters, File]).Output;

    public void Dispose() => _folder.Delete(recursive: true);

    private static void RequireTools()
    {
        string[] missing = [.. new[] { "spin", "gcc" }.Where(tool => !IsThere(tool))];
        if (missing.Length == 0)
            return;
        var message = $"The append model was not checked without {string.Join(" and ", missing)} (Debian: apt-get install spin gcc libc6-dev).";
        Assert.False(Environment.GetEnvironmentVariable("CI") == "true", message);
        Skip.If(true, message);
    }

    private static bool IsThere(string tool)
    {
        var folders = Environment.GetEnvironmentVariable("PATH") ?? "";
        return folders.Split(Path.PathSeparator).Any(folder => System.IO.File.Exists(Path.Combine(folder, tool)));
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !System.IO.File.Exists(Path.Combine(folder.FullName, "Concord.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run below the repository.");
    }

    private void RunOrFail(string program, string[] arguments)
    {
        var (exitCode, output) = Run(program, arguments);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {exitCode}:\n{output}");
    }

    private (int ExitCode, string Output) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new Win32Exception();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Deadline))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} {string.Join(' ', arguments)} did not end in {Deadline.TotalSeconds} s.");
        }
        return (process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
    }
}
