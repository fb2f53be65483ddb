using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>
/// The program itself, as a process of its own on a data folder: started, killed, started again. It is stopped at the end of the
/// test, whatever happens, and what it wrote to its console stands in the message of every failure that <see cref="Api"/> reports.
/// </summary>
internal sealed partial class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    /// <summary>What is tested is the host, by few users who are in a hurry.</summary>
    private static readonly string[] Unlimited = ["--PixPax:Limits:Reads", "Off", "--PixPax:Limits:Commands", "Off", "--PixPax:Limits:Address", "Off"];

    private static readonly string Program = typeof(Program).Assembly.Location;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output;
    private readonly ConcurrentBag<HttpClient> _clients = [];
    private readonly SocketsHttpHandler _handler = new() { MaxConnectionsPerServer = 256, AllowAutoRedirect = false };

    private HostProcess(Process process, ConcurrentQueue<string> output, DataFolder data, Uri address) =>
        (_process, _output, Data, Address) = (process, output, data, address);

    public DataFolder Data { get; }

    public Uri Address { get; }

    public string Output => string.Join('\n', _output);

    /// <summary>Starts a host on a data folder and waits until it says that it is ready.</summary>
    public static async Task<HostProcess> StartAsync(DataFolder data, string environment = "Development", params string[] arguments)
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new ConcurrentQueue<string>();
        var process = Launch(["--environment", environment, "--urls", "http://127.0.0.1:0", "--PixPax:Data", data.Path, .. Unlimited, .. arguments], line =>
        {
            output.Enqueue(line);
            if (Listening().Match(line) is { Success: true } match) listening.TrySetResult(new Uri(match.Groups["address"].Value));
        });
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The host ended with {process.ExitCode}."));
        process.EnableRaisingEvents = true;
        try
        {
            var host = new HostProcess(process, output, data, await listening.Task.WaitAsync(StartLimit));
            using var ready = await host.Anonymous().GetAsync("/health/ready");
            Assert.True(ready.StatusCode == HttpStatusCode.OK, await ready.Content.ReadAsStringAsync());
            return host;
        }
        catch (Exception exception)
        {
            Kill(process);
            throw new InvalidOperationException($"The host did not start: {exception.Message}\n{string.Join('\n', output)}", exception);
        }
    }

    /// <summary>Runs the program to its end: for what it refuses, and for commands that are no server.</summary>
    public static async Task<ProgramRun> RunAsync(params string[] arguments)
    {
        var output = new ConcurrentQueue<string>();
        using var process = Launch(arguments, output.Enqueue);
        using var limit = new CancellationTokenSource(StartLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new ProgramRun(process.ExitCode, string.Join('\n', output));
        }
        catch (OperationCanceledException)
        {
            throw new InvalidOperationException($"The program did not end.\n{string.Join('\n', output)}");
        }
        finally
        {
            Kill(process);
        }
    }

    public Api As(string userId) => new(Client(new AuthenticationHeaderValue("Bearer", "dev:" + userId)), userId, () => Output);

    public Api Operator() => As("operator");

    public HttpClient Anonymous() => Client(null);

    /// <summary>SIGTERM: the way in which an orchestrator stops a process.</summary>
    public void AskToStop() => Assert.Equal(0, Signal(_process.Id, 15));

    public async Task<int> WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>A client of another address of this host.</summary>
    public HttpClient At(Uri address)
    {
        var client = Anonymous();
        client.BaseAddress = address;
        return client;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        Kill(_process);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        foreach (var client in _clients) client.Dispose();
        _handler.Dispose();
        _process.Dispose();
    }

    private static Process Launch(IEnumerable<string> arguments, Action<string> onLine)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The environment is an argument of each test; what the runner's shell happens to hold must not decide.
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray()) start.Environment.Remove(name);

        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Forward(line.Data);
        process.ErrorDataReceived += (_, line) => Forward(line.Data);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Kill(process);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;

        void Forward(string? line)
        {
            if (line is not null) onLine(line);
        }
    }

    private static bool IsSetting(string name) =>
        name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("PixPax", StringComparison.OrdinalIgnoreCase)
        || name.Equals("DOTNET_ENVIRONMENT", StringComparison.OrdinalIgnoreCase);

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

    private HttpClient Client(AuthenticationHeaderValue? authorization)
    {
        var client = new HttpClient(_handler, disposeHandler: false) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(100) };
        client.DefaultRequestHeaders.Authorization = authorization;
        _clients.Add(client);
        return client;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Signal(int process, int signal);

    [GeneratedRegex(@"Now listening on: (?<address>http://[0-9a-z.:\[\]]+)")]
    private static partial Regex Listening();
}

/// <summary>How a run of the program ended, and what it said, on either stream.</summary>
internal sealed record ProgramRun(int ExitCode, string Output)
{
    /// <summary>The program declined, in words for whoever started it: no stack trace.</summary>
    public void AssertRefused(string because)
    {
        Assert.True(ExitCode == 2, $"Exit code {ExitCode}: {Output}");
        Assert.Contains(because, Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", Output, StringComparison.Ordinal);
    }
}
