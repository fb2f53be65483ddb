using System.Collections.Concurrent;
using System.Diagnostics;
using Concord.Samples.Tests;

namespace Concord.Browser.Tests.SignIn;

/// <summary>The host, as the program that it is, on a folder and a port of its own.</summary>
internal sealed class PixPaxHost : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TemporaryFolder _folder;
    private readonly ConcurrentQueue<string> _output;

    private PixPaxHost(Process process, TemporaryFolder folder, ConcurrentQueue<string> output, string address) => (_process, _folder, _output, Address) = (process, folder, output, address);

    public string Address { get; }

    public string Output => string.Join('\n', _output);

    /// <summary>Starts it at <c>http://localhost</c>: of that name are the passkey, and the cookie.</summary>
    public static async Task<PixPaxHost> StartAsync(params string[] settings)
    {
        var (folder, output, listening) = (new TemporaryFolder(), new ConcurrentQueue<string>(), new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
        var program = Path.Combine(Repository.PathOf("src/PixPax.Host"), Path.GetRelativePath(Repository.PathOf("tests/Concord.Browser.Tests"), AppContext.BaseDirectory), "PixPax.Host.dll");
        var start = new ProcessStartInfo("dotnet", [program, "--environment", "Development", "--urls", "http://127.0.0.1:0", "--PixPax:Data", folder.Path, .. settings]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The host ended.\n{string.Join('\n', output)}"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new PixPaxHost(process, folder, output, (await listening.Task.WaitAsync(StartLimit)).Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

        void Read(string? line)
        {
            if (line is null) return;
            output.Enqueue(line);
            if (line.IndexOf("Now listening on: ", StringComparison.Ordinal) is >= 0 and var at) listening.TrySetResult(line[(at + "Now listening on: ".Length)..].Trim());
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill(_process);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, or was disposed of.
        }
    }
}
