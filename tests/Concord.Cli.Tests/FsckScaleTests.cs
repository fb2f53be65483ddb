using System.Diagnostics;
using System.Globalization;
using System.Text;
using Concord.Receipts;
using Concord.Receipts.Storage;
using Concord.Receipts.Tests.Storage;
using Concord.Samples;
using Xunit.Abstractions;

namespace Concord.Cli.Tests;

/// <summary>
/// How much memory a check takes, as the program is run. CONCORD_FSCK_RECEIPTS=100000 (eng/long/fsck.sh) makes the larger store that large,
/// and the smaller a tenth of it.
/// </summary>
public sealed class FsckScaleTests(ITestOutputHelper output)
{
    private static readonly int Receipts = int.Parse(Environment.GetEnvironmentVariable("CONCORD_FSCK_RECEIPTS") ?? "1000", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("many streams")]
    [InlineData("one stream")]
    public async Task Ten_times_the_receipts_take_no_more_memory(string shape)
    {
        var small = await MeasureAsync(shape, Receipts / 10);
        var large = await MeasureAsync(shape, Receipts);
        // Names of a folder are held up to two pages of the listing, and of one stream its idempotency keys: some 40 MB at the very most,
        // where the receipts themselves would be hundreds.
        var growth = (large.PeakBytes - small.PeakBytes) / (1024.0 * 1024);
        Assert.True(growth < 48, $"{growth:F0} MB more for {Receipts} receipts than for {Receipts / 10}");
    }

    private async Task<(long PeakBytes, TimeSpan Took)> MeasureAsync(string shape, int receipts)
    {
        using var folder = new TemporaryFolder();
        var trust = await MakeAsync(folder.Path, receipts, shape == "one stream" ? 1 : Math.Max(1, receipts / 500));
        var (peak, took) = await RunAsync(folder["data"], trust);
        var line = string.Create(CultureInfo.InvariantCulture, $"fsck: {shape}, {receipts} receipts: peak working set {peak / (1024.0 * 1024):F1} MB, {took.TotalSeconds:F1} s");
        output.WriteLine(line);
        if (Environment.GetEnvironmentVariable("CONCORD_FSCK_FIGURES") is { Length: > 0 } figures)
            await File.AppendAllTextAsync(figures, line + "\n");
        return (peak, took);
    }

    /// <summary>Runs a check until it was looked at to its end.</summary>
    private static async Task<(long PeakBytes, TimeSpan Took)> RunAsync(string data, string trust)
    {
        for (var attempt = 1; ; attempt++)
        {
            var started = DateTime.Now;
            using var process = Run.Start("fsck", data, "--trust", trust);
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync();
            var told = process.StandardOutput.ReadToEndAsync();
            var (peak, looked) = (0L, started);
            do
            {
                if (PeakOf(process) is > 0 and var now)
                    (peak, looked) = (now, DateTime.Now);
            }
            while (!process.WaitForExit(2));
            Assert.Equal("", await error);
            Assert.EndsWith("OK\n", await told, StringComparison.Ordinal);
            Assert.Equal(0, process.ExitCode);
            // On a busy machine nobody may have looked for long before it ended, and the mark is not its highest.
            if (process.ExitTime - looked < TimeSpan.FromMilliseconds(30))
                return (peak, process.ExitTime - started);
            Assert.True(attempt < 20, "The machine is too busy to look at a process until it ends.");
        }
    }

    // The kernel's own high-water mark; it is gone with the process.
    private static long PeakOf(Process process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    // Made in memory and written as plain files: nobody waits for a hundred thousand flushes.
    private static async Task<string> MakeAsync(string folder, int receipts, int books)
    {
        var store = new MemoryObjectStore();
        using var sample = await SampleStore.CreatePlatformAsync(store);
        await sample.AddIdentityAsync(SampleStore.AnnasIdentity, "Anna");
        for (var book = 0; book < books; book++)
        {
            var id = StreamId.Create("pixbook", ("accountId", "ANNA"), ("bookId", $"BOOK{book}"));
            await sample.AddBookAsync(id, SampleStore.AnnasIdentity);
            // One receipt a commit: the most objects.
            for (var i = 4; i < receipts / books; i++)
                await sample.AppendAsync(SampleStore.Book, id, "ANNAID", new ReceiptDraft("PIXBOOK_SAVE", Encoding.UTF8.GetBytes($$"""{"n":{{i}},"snapshot":"{{new string('x', 400)}}"}""")));
            await WriteAsync(store, Path.Combine(folder, "data"), SampleStore.Book.PrefixOf(id));
        }
        await WriteAsync(store, Path.Combine(folder, "data"), "");
        var trust = Path.Combine(folder, "trust.json");
        await File.WriteAllBytesAsync(trust, sample.TrustFile);
        return trust;
    }

    private static async Task WriteAsync(MemoryObjectStore store, string folder, string prefix)
    {
        await foreach (var key in store.ListAsync(prefix))
        {
            var path = Path.Combine(folder, key);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, (await store.GetAsync(key))!.Value.ToArray());
            if (prefix.Length > 0)
                await store.DeleteAsync(key);
        }
    }
}
