using System.Collections.Concurrent;
using System.Diagnostics;
using Concord.Storage.Spaces.Tests.Rgw;

namespace Concord.Storage.Spaces.Tests;

/// <summary>A program of the repository as a process of its own, with the credentials of the test server in its environment.</summary>
internal sealed class ProgramRun : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ProgramRun(Process process) => _process = process;

    /// <summary>What it said, on either stream, so far.</summary>
    public string Output => string.Join('\n', _lines);

    public string LastLine => _lines.LastOrDefault(line => line.Length > 0) ?? "";

    public bool HasEnded => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public static ProgramRun Start(Uri endpoint, string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray())
            start.Environment.Remove(name);
        start.Environment["AWS_ENDPOINT_URL_S3"] = endpoint.AbsoluteUri;
        start.Environment["AWS_ACCESS_KEY_ID"] = RgwCluster.AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = RgwCluster.SecretAccessKey;
        var run = new ProgramRun(new Process { StartInfo = start });
        run._process.OutputDataReceived += (_, line) => run._lines.Enqueue(line.Data ?? "");
        run._process.ErrorDataReceived += (_, line) => run._lines.Enqueue(line.Data ?? "");
        run._process.Start();
        run._process.BeginOutputReadLine();
        run._process.BeginErrorReadLine();
        return run;
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<ProgramRun> ToEndAsync(Uri endpoint, string file, params string[] arguments)
    {
        var run = Start(endpoint, file, arguments);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await run._process.WaitForExitAsync(limit.Token);
        return run;
    }

    /// <summary>Runs <c>concord</c> to its end.</summary>
    public static Task<ProgramRun> ConcordAsync(Uri endpoint, params string[] arguments) =>
        ToEndAsync(endpoint, "dotnet", [Repository.Program("Concord.Cli", "concord"), .. arguments]);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static bool IsSetting(string name) =>
        name.StartsWith("AWS_", StringComparison.Ordinal) || name.StartsWith("PixPax", StringComparison.OrdinalIgnoreCase) || name.StartsWith("ASPNETCORE_", StringComparison.Ordinal);
}
