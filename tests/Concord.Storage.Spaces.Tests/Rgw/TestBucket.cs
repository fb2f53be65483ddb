using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Concord.Storage.Spaces.Tests.Rgw;

/// <summary>A bucket on the shared cluster, one for each test class; each test has a prefix of its own in it.</summary>
/// <typeparam name="TClass">The test class.</typeparam>
internal static class TestBucket<TClass>
{
    private static readonly Lazy<Task<string>> Bucket = new(MakeAsync);

    /// <summary>Gives options for an empty place.</summary>
    public static async Task<SpacesOptions> OptionsAsync(Uri? endpoint = null)
    {
        var bucket = await Bucket.Value;
        var cluster = await RgwCluster.SharedAsync();
        return TestBucket.Options(endpoint ?? cluster.First.Endpoint, bucket, $"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}/");
    }

    private static async Task<string> MakeAsync()
    {
        var cluster = await RgwCluster.SharedAsync();
        var name = typeof(TClass).Name.ToLowerInvariant();
        using var client = TestBucket.Client(cluster.First.Endpoint);
        await client.PutBucketAsync(new PutBucketRequest { BucketName = name });
        return name;
    }
}

internal static class TestBucket
{
    public static SpacesOptions Options(Uri endpoint, string bucket, string prefix) => new()
    {
        Endpoint = endpoint,
        Bucket = bucket,
        Prefix = prefix,
        AccessKeyId = RgwCluster.AccessKeyId,
        SecretAccessKey = RgwCluster.SecretAccessKey,
    };

    /// <summary>Opens the SDK's client as an administrator would, for what is not of the store.</summary>
    public static AmazonS3Client Client(Uri endpoint) => new(
        new BasicAWSCredentials(RgwCluster.AccessKeyId, RgwCluster.SecretAccessKey),
        new AmazonS3Config
        {
            ServiceURL = endpoint.AbsoluteUri,
            AuthenticationRegion = "us-east-1",
            ForcePathStyle = true,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
}
