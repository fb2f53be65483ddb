using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace PixPax.Client.Tests;

/// <summary>The host itself, as a process of its own on a folder of its own: what the clients speak to.</summary>
public sealed partial class LiveHost : IAsyncLifetime
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly string Program = typeof(Program).Assembly.Location;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("pixpax-client-");
    private readonly ConcurrentQueue<string> _output = new();
    private Process? _process;

    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    public static string PublishFile => Path.Combine(Path.GetDirectoryName(Program)!, "SampleCollections", "garden-birds-v1.publish.json");

    public string Output => string.Join('\n', _output);

    public PixPaxClient As(string userId, Action<PixPaxClientOptions>? configure = null)
    {
        var options = new PixPaxClientOptions { BaseAddress = Address, AccessToken = _ => new("dev:" + userId) };
        configure?.Invoke(options);
        return new PixPaxClient(options);
    }

    public Task InitializeAsync() => StartAsync();

    /// <summary>Starts it, the second time at the same address.</summary>
    public async Task StartAsync()
    {
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var start = new ProcessStartInfo("dotnet",
            [Program, "--environment", "Development", "--urls", Address.ToString(), "--PixPax:Data", _data.FullName,
             "--PixPax:Limits:Reads", "Off", "--PixPax:Limits:Commands", "Off", "--PixPax:Limits:Address", "Off"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("ASPNETCORE_", StringComparison.Ordinal) || name.StartsWith("PixPax", StringComparison.OrdinalIgnoreCase) || name == "DOTNET_ENVIRONMENT").ToArray())
            start.Environment.Remove(name);
        var process = _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Read(line.Data);
        process.ErrorDataReceived += (_, line) => Read(line.Data);
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The host ended.\n{Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Address = await listening.Task.WaitAsync(StartLimit);

        void Read(string? line)
        {
            if (line is null)
                return;
            _output.Enqueue(line);
            if (Listening().Match(line) is { Success: true } match)
                listening.TrySetResult(new Uri(match.Groups["address"].Value));
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async Task DisposeAsync()
    {
        await KillAsync();
        _data.Delete(recursive: true);
    }

    [GeneratedRegex(@"Now listening on: (?<address>http://[0-9a-z.:\[\]]+)")]
    private static partial Regex Listening();
}

[CollectionDefinition(Name)]
public sealed class LiveHostCollection : ICollectionFixture<LiveHost>
{
    public const string Name = "one running host";
}
