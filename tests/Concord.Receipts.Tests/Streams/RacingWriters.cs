using System.Diagnostics;
using System.Runtime.InteropServices;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Storage;
using Concord.Receipts.Verification;
using Concord.Storage.RaceWriter;

namespace Concord.Receipts.Tests.Streams;

/// <summary>A receipt that a writer was told of.</summary>
internal sealed record Acknowledged(string Key, AppendOutcome Outcome, long Version, string Hash);

/// <summary>Processes that append to one stream in one folder; killed with the test.</summary>
internal sealed class RacingWriters : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<System.Diagnostics.Process> _processes = [];

    private RacingWriters()
    {
    }

    private string Root => _folder["store"];

    private string Keys => _folder["keys"];

    public FileObjectStore Store => new(Root);

    public static async Task<RacingWriters> CreateAsync()
    {
        var racing = new RacingWriters();
        await new LocalSigningKeys(racing.Keys).CreateAsync(Appending.KeyName, 1);
        return racing;
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            // One that is stopped is killed as well.
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        _folder.Dispose();
    }

    /// <summary>Starts a process.</summary>
    public async Task<System.Diagnostics.Process> StartAsync(string verb, params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Concord.Storage.RaceWriter.dll");
        var process = System.Diagnostics.Process.Start(new ProcessStartInfo("dotnet", ["exec", program, verb, Root, Keys, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        _processes.Add(process);
        process.StandardInput.AutoFlush = true;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
        return process;
    }

    /// <summary>Starts processes that append, each of them with one receipt acknowledged: warm, and at the start together.</summary>
    public async Task<System.Diagnostics.Process[]> StartWritersAsync(int processes, int writers, int appends)
    {
        var before = _processes.Count;
        var started = await Task.WhenAll(Enumerable.Range(before, processes).Select(number => StartAsync("append", $"p{number}", $"{writers}", $"{appends}")));
        foreach (var process in started)
            await ReadAsync(process);
        foreach (var process in started)
            await process.StandardInput.WriteLineAsync("go");
        return started;
    }

    /// <summary>Gets what any of them was told of.</summary>
    public List<Acknowledged> Told { get; } = [];

    /// <summary>Reads the next answer of a process.</summary>
    public async Task ReadAsync(System.Diagnostics.Process process) => Told.Add(Parse((await process.StandardOutput.ReadLineAsync())!));

    /// <summary>Reads what processes say until they end.</summary>
    public async Task ReadToEndAsync(params System.Diagnostics.Process[] processes)
    {
        foreach (var all in await Task.WhenAll(processes.Select(process => process.StandardOutput.ReadToEndAsync())))
            // A last line that was cut off by a kill was not told.
            Told.AddRange(all[..(all.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse));
        foreach (var process in processes)
            await process.WaitForExitAsync();
    }

    public static void Stop(System.Diagnostics.Process process) => Signal(process, 19);

    public static void Resume(System.Diagnostics.Process process) => Signal(process, 18);

    /// <summary>One chain, whole and verified, that has every acknowledged receipt where its writer was told that it is.</summary>
    public async Task CheckAsync()
    {
        var stream = await StreamReplay.ReplayAsync(Store, Counter.Type, Counter.Id);
        var report = new VerificationReport();
        await StreamFolderVerifier.VerifyAsync(Store, Counter.Prefix, new StreamVerifierInput(), report);
        Assert.Empty(report.Failures);
        Assert.Equal((stream.Head.Version, stream.State.Sum), (report.Receipts, stream.Head.Version));

        var hashes = new Dictionary<long, string>();
        await foreach (var key in Store.ListAsync(StreamLayout.Commits(Counter.Prefix)))
        {
            Assert.Null(CommitObject.TryRead((await Store.GetAsync(key))!.Value, out var commit));
            foreach (var receipt in commit)
                hashes.Add(receipt.StreamVersion, receipt.Hash.ToString());
        }
        Assert.All(Told, told =>
        {
            Assert.Equal(AppendOutcome.Committed, told.Outcome);
            Assert.Equal(hashes[told.Version], told.Hash);
            Assert.Equal(told.Version, stream.Keys[told.Key].FirstVersion);
        });
        Assert.Equal(Told.Count, Told.DistinctBy(told => told.Key).Count());
        Assert.Equal(stream.Head.Version, await Store.ListAsync(StreamLayout.Events(Counter.Prefix)).CountAsync());
    }

    private static Acknowledged Parse(string line) =>
        line.Split(' ') is [var key, var outcome, var version, var hash] ? new(key, Enum.Parse<AppendOutcome>(outcome), long.Parse(version), hash) : throw new FormatException(line);

    private static void Signal(System.Diagnostics.Process process, int signal)
    {
        if (Kill(process.Id, signal) != 0)
            throw new InvalidOperationException($"Signal {signal} did not reach {process.Id}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
