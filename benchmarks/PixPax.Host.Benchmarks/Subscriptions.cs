using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace PixPax.Host.Benchmarks;

/// <summary>How soon a commit is a frame, at the replica that made it and at another, and what a subscriber's socket costs.</summary>
internal static class Subscriptions
{
    public static async Task MeasureAsync(string hostProgram, string report, bool isQuick)
    {
        var (saves, sockets, rounds) = isQuick ? (30, 200, 1) : (400, 2_000, 3);
        await using var replicas = await Replicas.StartAsync(hostProgram);
        var before = Report.Load();
        var (here, there, answers) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++) await MeasureLatencyAsync(replicas, saves / rounds, here, there, answers);
        var memory = await MeasureMemoryAsync(replicas, sockets);
        var after = Report.Load();
        await File.WriteAllTextAsync(report, string.Create(CultureInfo.InvariantCulture, $"""
            # Subscriptions

            Written by `eng/bench-subscriptions.sh`; do not edit. {TimeProvider.System.GetUtcNow():yyyy-MM-dd}. {Environment.ProcessorCount} cores, which both hosts, the database, the clients and
            neighbours share; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}. Load averages before and after: {before}; {after}. Two hosts on one folder
            (files, local keys) and one PostgreSQL; receipts of some 900 bytes; nothing here has a target.{(IsBusy(before) || IsBusy(after) ? " **Provisional: more than three processes wanted the cores.**" : "")}

            | from the commit until the frame is read by a WebSocket client ({here.Count} saves, one at a time) | p50 | p99 |
            |---|---|---|
            | at the replica that made the commit | {At(here, 0.5):F2} ms | {At(here, 0.99):F2} ms |
            | at the other replica, by NOTIFY and LISTEN | {At(there, 0.5):F2} ms | {At(there, 0.99):F2} ms |
            | for comparison: until the command's own answer is read | {At(answers, 0.5):F2} ms | {At(answers, 0.99):F2} ms |

            The commit is the moment at which the commit object appears in its folder (inotify, in the process that reads the frames). Behind it the host flushes the folder
            and publishes the event, with its flushes, before it tells anybody: most of the first row is that.

            | {sockets:N0} WebSockets, one subscription each, on one host | |
            |---|---|
            | resident memory before, and with all of them | {memory.Before / 1048576.0:F0} MB, {memory.After / 1048576.0:F0} MB |
            | a socket | **{(memory.After - memory.Before) / 1024.0 / sockets:F1} KB** |
            | processor time while nothing happens, heartbeats and pings included | {memory.IdleShare:P1} of a core |
            | one commit until the last of {memory.Followers:N0} followers of one book has read it | {memory.FanOutMilliseconds:F0} ms |

            Resident memory is the process's (`VmRSS`), with the server garbage collector that the host runs with: it holds more than is in use. Clients run in one process on the same cores.

            """));
        Console.WriteLine(await File.ReadAllTextAsync(report));
    }

    private static async Task MeasureLatencyAsync(Replicas replicas, int saves, List<double> here, List<double> there, List<double> answers)
    {
        var book = await replicas.BookAsync();
        using var near = await Listener.StartAsync(replicas.Left.Address, book);
        using var far = await Listener.StartAsync(replicas.Right.Address, book);
        var commits = Channel.CreateUnbounded<long>();
        using var watcher = new FileSystemWatcher(replicas.CommitsOf(book), "*.json");
        watcher.Created += (_, _) => commits.Writer.TryWrite(Stopwatch.GetTimestamp());
        watcher.EnableRaisingEvents = true;
        for (var n = -10; n < saves; n++)
        {
            await replicas.SaveAsync(book);
            var answered = Stopwatch.GetTimestamp();
            var committed = await commits.Reader.ReadAsync();
            var (nearAt, farAt) = (await near.NextAsync(), await far.NextAsync());
            // The first few are for warming up.
            if (n < 0) continue;
            here.Add(Stopwatch.GetElapsedTime(committed, nearAt).TotalMilliseconds);
            there.Add(Stopwatch.GetElapsedTime(committed, farAt).TotalMilliseconds);
            answers.Add(Stopwatch.GetElapsedTime(committed, answered).TotalMilliseconds);
        }
    }

    private static async Task<Memory> MeasureMemoryAsync(Replicas replicas, int sockets)
    {
        var books = new List<string>();
        for (var n = 0; n < Math.Max(1, sockets / 20); n++) books.Add(await replicas.BookAsync());
        var listeners = new List<Listener>();
        try
        {
            // What the first connections load is not theirs.
            for (var n = 0; n < 20; n++) listeners.Add(await Listener.StartAsync(replicas.Right.Address, books[n % books.Count]));
            var before = ResidentOf(replicas.Right.Process);
            for (var n = 0; n < sockets; n++) listeners.Add(await Listener.StartAsync(replicas.Right.Address, books[n % books.Count]));
            var after = ResidentOf(replicas.Right.Process);
            var (began, used) = (Stopwatch.GetTimestamp(), replicas.Right.ProcessorTime);
            // For as long as a few heartbeats: this is what is measured.
            await Task.Delay(TimeSpan.FromSeconds(35));
            var idle = (replicas.Right.ProcessorTime - used) / Stopwatch.GetElapsedTime(began);

            var followers = listeners.Where((_, n) => (n < 20 ? n : n - 20) % books.Count == 0).ToArray();
            var sent = Stopwatch.GetTimestamp();
            await replicas.SaveAsync(books[0]);
            var last = 0L;
            foreach (var follower in followers) last = Math.Max(last, await follower.NextAsync());
            return new Memory(before, after, idle, followers.Length, Stopwatch.GetElapsedTime(sent, last).TotalMilliseconds);
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    private static bool IsBusy(string load) => double.TryParse(load.Split(' ')[0], CultureInfo.InvariantCulture, out var one) && one > 3;

    private static long ResidentOf(Process process)
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    private static double At(List<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }

    private sealed record Memory(long Before, long After, double IdleShare, int Followers, double FanOutMilliseconds);
}
