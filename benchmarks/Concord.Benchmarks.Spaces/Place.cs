using Amazon.S3;
using Amazon.S3.Model;
using Concord.Storage.Spaces;
using Concord.Storage.Spaces.Tests.Rgw;

namespace Concord.Benchmarks.Spaces;

/// <summary>A bucket on a server of its own: as the store reaches it, and as the SDK's client alone does, with the same settings.</summary>
internal sealed class Place : IAsyncDisposable
{
    private const string Bucket = "benchmarks";

    private readonly RgwCluster _cluster;
    private readonly HttpClient _http;

    private Place(RgwCluster cluster)
    {
        _cluster = cluster;
        Options = new SpacesOptions
        {
            Endpoint = cluster.First.Endpoint,
            Bucket = Bucket,
            AccessKeyId = RgwCluster.AccessKeyId,
            SecretAccessKey = RgwCluster.SecretAccessKey,
            RequestTimeout = TimeSpan.FromSeconds(60),
            MaxConnections = 256,
        };
        Store = new SpacesObjectStore(Options);
        _http = new HttpClient(SpacesClient.CreateHandler(Options)) { Timeout = Timeout.InfiniteTimeSpan };
        Client = SpacesClient.Create(Options, _http);
    }

    public SpacesOptions Options { get; }

    public SpacesObjectStore Store { get; }

    public AmazonS3Client Client { get; }

    public static async Task<Place> OpenAsync()
    {
        var place = new Place(await RgwCluster.StartAsync());
        await place.Client.PutBucketAsync(new PutBucketRequest { BucketName = Bucket });
        return place;
    }

    /// <summary>The PUT that everything is measured against: unconditional, by the SDK alone, with nothing of ours but the body.</summary>
    public async Task PutAsync(string key, byte[] body) => await Client.PutObjectAsync(new PutObjectRequest
    {
        BucketName = Bucket,
        Key = key,
        InputStream = new MemoryStream(body, writable: false),
        UseChunkEncoding = false,
    });

    /// <summary>The GET that reading is measured against.</summary>
    public async Task<int> GetAsync(string key)
    {
        using var response = await Client.GetObjectAsync(new GetObjectRequest { BucketName = Bucket, Key = key });
        var bytes = new byte[response.ContentLength];
        await response.ResponseStream.ReadExactlyAsync(bytes);
        return bytes.Length;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _http.Dispose();
        Store.Dispose();
        await _cluster.DisposeAsync();
    }
}
