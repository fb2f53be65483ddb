using Amazon.S3;
using Amazon.S3.Model;
using Concord.Receipts.Storage;
using Concord.Storage.Spaces.Tests.Rgw;

namespace Concord.Storage.Spaces.Tests;

/// <summary>What is wrong with a bucket, a key or a network is said as what it is, with what to do, and never with a secret.</summary>
public sealed class SpacesFailureTests
{
    [Fact]
    public async Task An_object_in_a_bucket_that_is_not_there_is_a_failure_and_not_an_absent_object()
    {
        using var store = new SpacesObjectStore(TestBucket.Options((await RgwCluster.SharedAsync()).First.Endpoint, "no-such-bucket", ""));
        foreach (var call in Calls(store))
        {
            var exception = await Assert.ThrowsAsync<ObjectStoreException>(call);
            Assert.False(exception.IsTransient);
            Assert.Contains("404 NoSuchBucket. There is no such bucket. Make it", exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(RgwCluster.AccessKeyId, "not-the-secret-of-anybody", "Check the secret access key")]
    [InlineData("UNKNOWNACCESSKEY", "not-the-secret-of-anybody", "does not know this access key")]
    public async Task Credentials_that_are_not_accepted_are_told_without_their_secret(string id, string secret, string advice)
    {
        var options = await TestBucket<SpacesFailureTests>.OptionsAsync();
        (options.AccessKeyId, options.SecretAccessKey) = (id, secret);
        using var store = new SpacesObjectStore(options);
        foreach (var call in Calls(store))
        {
            var exception = await Assert.ThrowsAsync<ObjectStoreException>(call);
            Assert.False(exception.IsTransient);
            Assert.Contains(advice, exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, $"{exception}", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_a_failure_that_may_pass_and_is_told_soon()
    {
        var options = TestBucket.Options(new Uri("http://127.0.0.1:1"), "receipts", "");
        options.MaxAttempts = 3;
        using var store = new SpacesObjectStore(options);
        foreach (var call in Calls(store))
            Assert.True((await Assert.ThrowsAsync<ObjectStoreException>(call)).IsTransient);
    }

    [Fact]
    public async Task What_others_keep_in_the_bucket_is_not_listed_and_in_nobodys_way()
    {
        var options = await TestBucket<SpacesFailureTests>.OptionsAsync();
        options.ListPage = 2;
        using var store = new SpacesObjectStore(options);
        using (var admin = TestBucket.Client(options.Endpoint!))
        {
            foreach (var stranger in new[] { "a b", "a+b", "a%2Fb", "ü/ß", "☃", ".hidden", "a/", "a//b", new string('x', 200) })
                await admin.PutObjectAsync(new PutObjectRequest { BucketName = options.Bucket, Key = options.Prefix + stranger, ContentBody = "not ours" });
        }
        string[] keys = ["0", "a-b", "a/b", "b", "z"];
        foreach (var key in keys)
            await store.CreateAsync(key, new byte[] { 1 });
        Assert.Equal(keys, await store.ListAsync("").ToListAsync());
    }

    [Fact]
    public async Task Two_prefixes_of_one_bucket_do_not_see_each_other()
    {
        var one = await TestBucket<SpacesFailureTests>.OptionsAsync();
        var other = await TestBucket<SpacesFailureTests>.OptionsAsync();
        using var first = new SpacesObjectStore(one);
        using var second = new SpacesObjectStore(other);
        await first.CreateAsync("a", new byte[] { 1 });
        Assert.Null(await second.GetAsync("a"));
        Assert.Equal(CreateOutcome.Created, await second.CreateAsync("a", new byte[] { 2 }));
        Assert.Equal(["a"], await second.ListAsync("").ToListAsync());
    }

    private static Func<Task>[] Calls(SpacesObjectStore store) =>
    [
        async () => await store.GetAsync("key"),
        async () => await store.CreateAsync("key", new byte[] { 1 }),
        async () => await store.PutAsync("key", new byte[] { 1 }),
        async () => await store.ListAsync("").ToListAsync(),
        async () => await store.DeleteAsync("key"),
    ];
}
