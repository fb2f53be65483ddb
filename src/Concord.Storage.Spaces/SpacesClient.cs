using Amazon.Runtime;
using Amazon.S3;

namespace Concord.Storage.Spaces;

/// <summary>Makes the SDK's client, with the settings that Ceph needs and that leave retries to us.</summary>
internal static class SpacesClient
{
    public static AmazonS3Client Create(SpacesOptions options, HttpClient http)
    {
        var config = new AmazonS3Config
        {
            ServiceURL = options.Endpoint!.AbsoluteUri,
            AuthenticationRegion = options.Region,
            ForcePathStyle = options.ForcePathStyle,
            // The SDK's default checksums travel in a trailer that RADOS Gateway answers with 400 XAmzContentSHA256Mismatch.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // Every repetition is ours to decide on.
            MaxErrorRetry = 0,
            ThrottleRetries = false,
            // A clock that is off is told by the probe, not corrected behind its back.
            DisableClockSkewCorrection = true,
            Timeout = System.Threading.Timeout.InfiniteTimeSpan,
            HttpClientFactory = new OneHttpClient(http),
            // Requests and responses belong in no log.
            LogMetrics = false,
            LogResponse = false,
        };
        return options.AccessKeyId is { Length: > 0 } id
            ? new AmazonS3Client(new BasicAWSCredentials(id, options.SecretAccessKey), config)
            : new AmazonS3Client(config);
    }

    /// <summary>Makes the transport. Connections are renewed now and then, so that a service that moved is found.</summary>
    public static HttpMessageHandler CreateHandler(SpacesOptions options) => new WithoutExpect(new SocketsHttpHandler
    {
        ConnectTimeout = options.ConnectTimeout,
        MaxConnectionsPerServer = options.MaxConnections,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        AllowAutoRedirect = false,
        UseCookies = false,
    });

    // The SDK asks with Expect: 100-continue before each body: a round trip that costs more than most of the bodies.
    private sealed class WithoutExpect(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.ExpectContinue = false;
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class OneHttpClient(HttpClient http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
