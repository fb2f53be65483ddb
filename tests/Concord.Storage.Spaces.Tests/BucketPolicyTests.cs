using Amazon.S3;
using Amazon.S3.Model;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Storage.Spaces.Tests.Rgw;
using Concord.Storage.Spaces.Writer;

namespace Concord.Storage.Spaces.Tests;

/// <summary>The policy that is shipped, put on a bucket of the real server.</summary>
public sealed class BucketPolicyTests
{
    private const string Bucket = "policy-bucket";

    [Fact]
    public async Task Credentials_that_may_not_delete_are_enough_for_everything_but_erasure()
    {
        var cluster = await RgwCluster.SharedAsync();
        await cluster.AddUserAsync("writer", "WRITERKEY", "writer-secret-0123456789");
        await cluster.AddUserAsync("eraser", "ERASERKEY", "eraser-secret-0123456789");
        using (var admin = TestBucket.Client(cluster.First.Endpoint))
        {
            await admin.PutBucketAsync(Bucket);
            var policy = (await File.ReadAllTextAsync(Repository.PathOf("deploy/spaces/bucket-policy.json")))
                .Replace("BUCKET", Bucket, StringComparison.Ordinal).Replace("WRITER", "writer", StringComparison.Ordinal).Replace("ERASER", "eraser", StringComparison.Ordinal);
            await admin.PutBucketPolicyAsync(new PutBucketPolicyRequest { BucketName = Bucket, Policy = policy });
        }
        using var store = Open(cluster, "WRITERKEY", "writer-secret-0123456789");
        using var eraser = Open(cluster, "ERASERKEY", "eraser-secret-0123456789");

        var report = await store.ProbeAsync();
        Assert.True(report.IsGood, string.Join('\n', report.Lines));
        Assert.Contains("cannot delete", report.Lines[^1].Detail, StringComparison.Ordinal);

        await Tally.FoundAsync(store);
        Assert.Equal(AppendOutcome.Committed, (await new TallyWriter(store).StrokeAsync("T", "one", strokes: 3)).Outcome);
        Assert.Equal(AppendOutcome.Replayed, (await new TallyWriter(store).StrokeAsync("T", "one", strokes: 3)).Outcome);
        await store.PutAsync("pixpax/locators/tally/T.json", new byte[] { 1 });
        Assert.True((await Tally.CheckAsync(store)).IsClean);

        var commit = StreamLayout.Commit(Tally.PrefixOf("T"), 1);
        var content = "pixpax/pixbooks/A/B/content/" + new string('0', 64);
        await store.CreateAsync(content, new byte[] { 1 });
        foreach (var (who, key) in new[] { (store, commit), (store, content), (eraser, commit), (eraser, "pixpax/pixbooks/A/B/commits/content/1.json") })
        {
            var denied = await Assert.ThrowsAsync<ObjectStoreException>(async () => await who.DeleteAsync(key));
            Assert.Contains("deploy/spaces", denied.Message, StringComparison.Ordinal);
        }
        Assert.NotNull(await store.GetAsync(commit));

        await eraser.DeleteAsync(content);
        Assert.Null(await store.GetAsync(content));
        await Assert.ThrowsAsync<ObjectStoreException>(async () => await eraser.CreateAsync(content, new byte[] { 1 }));
    }

    private static SpacesObjectStore Open(RgwCluster cluster, string id, string secret)
    {
        var options = TestBucket.Options(cluster.First.Endpoint, Bucket, "");
        (options.AccessKeyId, options.SecretAccessKey) = (id, secret);
        return new SpacesObjectStore(options);
    }
}
