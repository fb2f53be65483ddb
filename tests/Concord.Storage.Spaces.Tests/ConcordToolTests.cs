using Amazon.S3;
using Amazon.S3.Model;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Storage.Spaces.Tests.Rgw;
using Concord.Storage.Spaces.Writer;

namespace Concord.Storage.Spaces.Tests;

/// <summary>The tool, as a program, on a bucket.</summary>
public sealed class ConcordToolTests : IDisposable
{
    private const string Layout = """{"format":"concord-layout","version":1,"streams":{"tally":{"prefix":"tallies/{tallyId}/"},"platform-keys":{"prefix":"platform-keys/"}}}""";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("concord-tool-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_store_in_a_bucket_is_verified_checked_exported_and_imported()
    {
        var options = await TestBucket<ConcordToolTests>.OptionsAsync();
        using var store = new SpacesObjectStore(options);
        await Tally.FoundAsync(store);
        foreach (var tally in new[] { "A", "B" })
            await new TallyWriter(store).StrokeAsync(tally, "one", strokes: 3);
        var place = $"s3://{options.Bucket}/{options.Prefix.TrimEnd('/')}";
        var (bundle, layout) = (PathOf("all.receipts.jsonl"), PathOf("layout.json"));
        await File.WriteAllTextAsync(layout, Layout);

        // Without a trust file, whose platform it is cannot be checked: 3.
        await RunsAsync(3, "INCOMPLETE", "verify", $"{place}/tallies/A", "--keys", place);
        await RunsAsync(0, null, "export", place, "-o", bundle);
        await RunsAsync(0, null, "export", place, "--stream", "tallies/A", "-o", PathOf("one.receipts.jsonl"));

        var copy = $"s3://{options.Bucket}/{options.Prefix}copy";
        await RunsAsync(3, "INCOMPLETE", "import", bundle, copy, "--layout", layout);
        await RunsAsync(3, "INCOMPLETE", "fsck", copy, "--layout", layout);
        var copied = TestBucket.Options(options.Endpoint!, options.Bucket, options.Prefix + "copy/");
        using (var other = new SpacesObjectStore(copied))
            Assert.Equal((await store.GetAsync(StreamLayout.Commit(Tally.PrefixOf("A"), 1)))!.Value.ToArray(), (await other.GetAsync(StreamLayout.Commit(Tally.PrefixOf("A"), 1)))!.Value.ToArray());

        // One changed byte is found where it is.
        var key = StreamLayout.Commit(Tally.PrefixOf("B"), 1);
        var bytes = (await store.GetAsync(key))!.Value.ToArray();
        bytes[bytes.AsSpan().IndexOf("STROKE"u8)] ^= 1;
        await store.PutAsync(key, bytes);
        Assert.Contains($"{place}/{key}", (await RunsAsync(1, "FAILED", "verify", place)).Output, StringComparison.Ordinal);

        async Task<ProgramRun> RunsAsync(int exitCode, string? lastLine, params string[] arguments)
        {
            var run = await ProgramRun.ConcordAsync(options.Endpoint!, arguments);
            Assert.True(run.ExitCode == exitCode, $"{string.Join(' ', arguments)}: {run.ExitCode}\n{run.Output}");
            if (lastLine is not null)
                Assert.Equal(lastLine, run.LastLine);
            return run;
        }
    }

    [Fact]
    public async Task The_doctor_says_of_a_bucket_and_of_a_folder_whether_receipts_may_be_kept_there()
    {
        var options = await TestBucket<ConcordToolTests>.OptionsAsync();
        using (var admin = TestBucket.Client(options.Endpoint!))
        {
            await admin.PutBucketAsync("doctor-versioned");
            await admin.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = "doctor-versioned", VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled } });
        }
        var good = await ProgramRun.ConcordAsync(options.Endpoint!, "doctor", $"s3://{options.Bucket}/{options.Prefix}");
        Assert.True((good.ExitCode, good.LastLine) == (0, "OK"), good.Output);
        Assert.Contains("passed: create again: A second create of the same object is refused.", good.Output, StringComparison.Ordinal);

        var bad = await ProgramRun.ConcordAsync(options.Endpoint!, "doctor", "s3://doctor-versioned");
        Assert.True((bad.ExitCode, bad.LastLine) == (1, "FAILED"), bad.Output);
        Assert.Contains("failed: versioning: Versioning is enabled", bad.Output, StringComparison.Ordinal);
        var refused = await ProgramRun.ConcordAsync(options.Endpoint!, "import", PathOf("none"), "s3://doctor-versioned/x");
        Assert.True(refused.ExitCode == 2, refused.Output);
        Assert.Contains("cannot keep receipts: versioning", refused.Output, StringComparison.Ordinal);

        var folder = await ProgramRun.ConcordAsync(options.Endpoint!, "doctor", _folder.FullName);
        Assert.True((folder.ExitCode, folder.LastLine) == (0, "OK"), folder.Output);
        Assert.Empty(await new FileObjectStore(_folder.FullName).ListAsync("").ToListAsync());
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
