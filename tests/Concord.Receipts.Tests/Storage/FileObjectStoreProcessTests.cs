using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Tests.Storage;

/// <summary>Several real processes on one folder, and processes that are killed.</summary>
public sealed class FileObjectStoreProcessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<Process> writers = [];

    public void Dispose()
    {
        foreach (Process writer in writers)
        {
            writer.Kill();
            writer.WaitForExit();
            writer.Dispose();
        }

        folder.Dispose();
    }

    [Fact]
    public async Task Of_several_processes_that_create_the_same_keys_exactly_one_creates_each()
    {
        const int keys = 200;
        Process[] racers = [.. Enumerable.Range(0, 4).Select(_ => Start("race", folder.Path))];
        await WhenReadyAsync(racers);
        FileObjectStore store = new(folder.Path);
        HashSet<int> winners = [];
        for (int number = 0; number < keys; number++)
        {
            // All four at once, and another one first each time.
            string key = $"race/{number:D5}/{number % 10}";
            for (int turn = 0; turn < racers.Length; turn++)
                await racers[(number + turn) % racers.Length].StandardInput.WriteLineAsync(key);
            string?[] outcomes = await Task.WhenAll(racers.Select(racer => racer.StandardOutput.ReadLineAsync()));

            int winner = Assert.Single(Enumerable.Range(0, racers.Length), racer => outcomes[racer] == "Created");
            Assert.Equal(racers.Length - 1, outcomes.Count(outcome => outcome == "AlreadyExists"));
            Assert.Equal($"{racers[winner].Id}", Encoding.ASCII.GetString((await store.GetAsync(key))!.Value.Span));
            winners.Add(winner);
        }

        // Else the processes ran one after the other, and this has shown nothing.
        Assert.InRange(winners.Count, 2, racers.Length);
        Assert.Equal(keys, await store.ListAsync("race/").CountAsync());
        Assert.Empty(Directory.EnumerateFiles(folder[".staging"]));
    }

    [SkippableFact]
    public async Task Every_object_of_a_killed_writer_is_whole_and_what_it_was_told_is_there()
    {
        Skip.If(OperatingSystem.IsWindows(), "a kill is not the same there");
        List<string> told = [];
        for (int round = 0; round < 4; round++)
        {
            Process[] loopers = [.. Enumerable.Range(0, 2).Select(number => Start("loop", folder.Path, $"{round}-{number}", "400000"))];
            await WhenReadyAsync(loopers);
            foreach (Process looper in loopers)
                await looper.StandardInput.WriteLineAsync("go");
            string[] outputs = await Task.WhenAll(loopers.Select((looper, number) => KillAfterAsync(looper, lines: 3 + (2 * round) + number)));
            told.AddRange(outputs.SelectMany(output => output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        }

        FileObjectStore store = new(folder.Path);
        List<string> keys = await store.ListAsync("").ToListAsync();
        Assert.Empty(told.Except(keys));
        foreach (string key in keys)
        {
            ReadOnlyMemory<byte> content = (await store.GetAsync(key))!.Value;
            Assert.Equal(400_000 + SHA256.HashSizeInBytes, content.Length);
            Assert.True(SHA256.HashData(content.Span[SHA256.HashSizeInBytes..]).AsSpan().SequenceEqual(content.Span[..SHA256.HashSizeInBytes]), key);
        }

        // Leftovers, if a kill came at such a moment, are no objects, and go in time.
        Assert.All(keys, key => Assert.StartsWith("loop/", key, StringComparison.Ordinal));
        await new FileObjectStore(folder.Path, new InTwoDays()).CreateAsync(keys[0], new byte[1]);
        Assert.Empty(Directory.EnumerateFiles(folder[".staging"]));
        Assert.Equal(keys, await store.ListAsync("").ToListAsync());
    }

    private Process Start(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Concord.Storage.RaceWriter.dll");
        Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        writers.Add(process);
        return process;
    }

    private static async Task WhenReadyAsync(Process[] started)
    {
        foreach (Process process in started)
        {
            Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());
            process.StandardInput.AutoFlush = true;
        }
    }

    // Somewhere in the middle of what it does next, and then whatever it had still said.
    private static async Task<string> KillAfterAsync(Process process, int lines)
    {
        StringBuilder output = new();
        for (int line = 0; line < lines; line++)
            output.Append(await process.StandardOutput.ReadLineAsync()).Append('\n');
        process.Kill();
        string rest = await process.StandardOutput.ReadToEndAsync();
        // A last line that was cut off by the kill was not told.
        output.Append(rest.AsSpan(0, rest.LastIndexOf('\n') + 1));
        await process.WaitForExitAsync();
        return output.ToString();
    }

    private sealed class InTwoDays : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromDays(2);
    }
}
