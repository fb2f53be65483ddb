using Amazon.S3;
using Amazon.S3.Model;
using Concord.Receipts.Storage;
using Concord.Storage.Spaces.Tests.Rgw;
using Concord.Testing;

namespace Concord.Storage.Spaces.Tests;

/// <summary>What a start-up finds out about a bucket, on the real server.</summary>
public sealed class SpacesProbeTests
{
    [Fact]
    public async Task A_good_bucket_passes_every_line_and_keeps_nothing_of_the_probe()
    {
        using var store = new SpacesObjectStore(await TestBucket<SpacesProbeTests>.OptionsAsync());
        var report = await store.ProbeAsync();
        Assert.True(report.IsGood);
        Assert.Equal(["clock", "versioning", "object lock", "create", "create again", "content", "list", "delete"], report.Lines.Select(line => line.Name));
        Assert.All(report.Lines, line => Assert.Equal(ProbeVerdict.Passed, line.Verdict));
        Assert.Empty(await store.ListAsync("").ToListAsync());
    }

    [Theory]
    [InlineData("Enabled", "Versioning is enabled", "create again")]
    [InlineData("Suspended", "Versioning is suspended", null)]
    public async Task A_bucket_with_versioning_is_refused_on_or_suspended(string status, string because, string? alsoFails)
    {
        var bucket = $"versioned-{status.ToLowerInvariant()}";
        using (var admin = TestBucket.Client((await RgwCluster.SharedAsync()).First.Endpoint))
        {
            await admin.PutBucketAsync(bucket);
            await admin.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = bucket, VersioningConfig = new S3BucketVersioningConfig { Status = status } });
        }
        var report = await ProbeAsync(bucket);
        Assert.False(report.IsGood);
        Assert.Contains(because, Line(report, "versioning").Detail, StringComparison.Ordinal);
        // Not a matter of taste: this server lets the second create through.
        if (alsoFails is not null)
            Assert.Equal(ProbeVerdict.Failed, Line(report, alsoFails).Verdict);
    }

    [Fact]
    public async Task A_bucket_with_object_lock_is_refused()
    {
        using (var admin = TestBucket.Client((await RgwCluster.SharedAsync()).First.Endpoint))
            await admin.PutBucketAsync(new PutBucketRequest { BucketName = "locked-bucket", ObjectLockEnabledForBucket = true });
        var report = await ProbeAsync("locked-bucket");
        Assert.False(report.IsGood);
        Assert.Equal(ProbeVerdict.Failed, Line(report, "versioning").Verdict);
        Assert.Contains("Object Lock is on", Line(report, "object lock").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_said_to_be_not_there()
    {
        var report = await ProbeAsync("no-such-bucket");
        Assert.False(report.IsGood);
        Assert.Contains("There is no such bucket. Make it", Line(report, "create").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_fails_one_line()
    {
        var options = TestBucket.Options(new Uri("http://127.0.0.1:1"), "receipts", "");
        options.MaxAttempts = 2;
        using var store = new SpacesObjectStore(options);
        var line = Assert.Single((await store.ProbeAsync()).Lines);
        Assert.Equal(ProbeVerdict.Failed, line.Verdict);
        Assert.Contains("Check the endpoint", line.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, ProbeVerdict.Passed)]
    [InlineData(20, ProbeVerdict.Warned)]
    [InlineData(-20, ProbeVerdict.Warned)]
    [InlineData(120, ProbeVerdict.Failed)]
    [InlineData(-120, ProbeVerdict.Failed)]
    public async Task A_clock_that_is_off_is_told_and_refused_when_it_is_far_off(int seconds, ProbeVerdict verdict)
    {
        var options = await TestBucket<SpacesProbeTests>.OptionsAsync();
        options.TimeProvider = new FixedClock(TimeProvider.System.GetUtcNow().AddSeconds(seconds));
        using var store = new SpacesObjectStore(options);
        Assert.Equal(verdict, Line(await store.ProbeAsync(), "clock").Verdict);
    }

    private static async Task<ProbeReport> ProbeAsync(string bucket)
    {
        using var store = new SpacesObjectStore(TestBucket.Options((await RgwCluster.SharedAsync()).First.Endpoint, bucket, ""));
        return await store.ProbeAsync();
    }

    private static ProbeLine Line(ProbeReport report, string name) => Assert.Single(report.Lines, line => line.Name == name);
}
