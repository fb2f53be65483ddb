using Concord.Receipts.Storage;
using Concord.Receipts.Tests.Storage;
using Concord.Samples;

namespace Concord.Cli.Tests;

/// <summary>A sample store as files: the folder <c>data</c>, the trust file, and a bundle of the whole.</summary>
internal sealed class SampleFiles : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SampleFiles()
    {
    }

    public SampleStore Sample { get; private set; } = null!;

    public string Data => _folder["data"];

    public string Trust => _folder["trust.json"];

    public string Bundle => _folder["all.receipts.jsonl"];

    public string AnnasBook => _folder["data/pixpax/pixbooks/ANNA/ANNABOOK"];

    public string this[string name] => _folder[name];

    public static async Task<SampleFiles> CreateAsync()
    {
        var files = new SampleFiles();
        files.Sample = await SampleStore.CreateAsync(new FileObjectStore(files.Data));
        await File.WriteAllBytesAsync(files.Trust, files.Sample.TrustFile);
        await File.WriteAllBytesAsync(files.Bundle, await files.Sample.BundleAsync());
        return files;
    }

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_folder[name], content);
        return _folder[name];
    }

    /// <summary>Changes one byte of a file, in the middle of the first place where a text stands.</summary>
    public static void Tamper(string path, string text)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.True(at >= 0, $"{text} is not in {path}");
        bytes[at + (text.Length / 2)] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Gets every file and folder with its time of change, to see whether anything was written.</summary>
    public static List<string> Snapshot(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Prepend(folder).Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O}").Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Sample?.Dispose();
        _folder.Dispose();
    }
}
