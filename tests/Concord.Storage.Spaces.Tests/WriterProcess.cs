using System.Collections.Concurrent;
using System.Diagnostics;
using Concord.Storage.Spaces.Tests.Rgw;

namespace Concord.Storage.Spaces.Tests;

/// <summary>A stroke that a writer was told to be committed.</summary>
internal sealed record Acknowledged(string Key, long Version, string Hash);

/// <summary>The writer, as a process of its own.</summary>
internal sealed class WriterProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private WriterProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => _lines.Enqueue(line.Data ?? "");
    }

    public int Id => _process.Id;

    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>What it said was committed, so far.</summary>
    public IReadOnlyList<Acknowledged> Acknowledgements =>
        [.. _lines.Select(line => line.Split(' ')).Where(words => words is ["Committed" or "Replayed", _, _, _]).Select(words => new Acknowledged(words[1], long.Parse(words[2]), words[3]))];

    public static async Task<WriterProcess> StartAsync(string mode, SpacesOptions options, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Concord.Storage.Spaces.Writer.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, mode, options.Endpoint!.AbsoluteUri, options.Bucket, options.Prefix, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["AWS_ACCESS_KEY_ID"] = RgwCluster.AccessKeyId;
        start.Environment["AWS_SECRET_ACCESS_KEY"] = RgwCluster.SecretAccessKey;
        var writer = new WriterProcess(Process.Start(start)!);
        writer._process.BeginOutputReadLine();
        writer._process.BeginErrorReadLine();
        await writer.UntilAsync("ready");
        return writer;
    }

    public void Go()
    {
        _process.StandardInput.WriteLine("go");
        _process.StandardInput.Flush();
    }

    public async Task UntilAsync(string line)
    {
        while (!_lines.Contains(line))
        {
            Assert.False(_ended.Task.IsCompleted, $"It ended: {string.Join('\n', _lines)}");
            await Task.Delay(5);
        }
    }

    public async Task EndsAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        await _process.WaitForExitAsync(limit.Token);
        await _ended.Task.WaitAsync(limit.Token);
        Assert.True(_process.ExitCode == 0, string.Join('\n', _lines));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            _ended.TrySetResult();
        else
            _lines.Enqueue(line);
    }
}
