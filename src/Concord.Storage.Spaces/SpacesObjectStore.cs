using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Concord.Receipts.Storage;

namespace Concord.Storage.Spaces;

/// <summary>Keeps each object under its key in a bucket of a service that speaks S3: DigitalOcean Spaces, Ceph RADOS Gateway, Amazon S3.</summary>
/// <remarks>
/// <para>A create is a PUT with <c>If-None-Match: *</c> (RFC 9110, section 13.1.2), so the bucket has versioning and Object Lock off:
/// with versioning, RADOS Gateway lets a second create through. <see cref="ProbeAsync"/> finds that out before anything is stored.</para>
/// <para>A call that fails in a way that may pass is repeated here, with jitter; creates are repeated with the same bytes, and the one
/// that finds an object says <see cref="CreateOutcome.AlreadyExists"/>, which may be what an earlier attempt of the same call stored.
/// Safe for concurrent use. One instance a process is enough: it holds the connections.</para>
/// </remarks>
public sealed partial class SpacesObjectStore : IObjectStore, IObjectEraser, IDisposable
{
    private readonly SpacesOptions _options;
    private readonly SpacesRetry _retry;
    private readonly HttpClient _http;
    private readonly AmazonS3Client _client;

    /// <summary>Opens a store. No request is made before the first call.</summary>
    /// <param name="options">The options. They are not to be changed afterwards.</param>
    /// <exception cref="ArgumentException">An option is missing or cannot be used; the message says which, and no secret.</exception>
    public SpacesObjectStore(SpacesOptions options)
        : this(options, handler => handler)
    {
    }

    internal SpacesObjectStore(SpacesOptions options, Func<HttpMessageHandler, HttpMessageHandler> wrap)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join(' ', faults), nameof(options));
        _options = options;
        _retry = new SpacesRetry(options);
        _http = new HttpClient(wrap(SpacesClient.CreateHandler(options))) { Timeout = Timeout.InfiniteTimeSpan };
        _client = SpacesClient.Create(options, _http);
    }

    /// <inheritdoc/>
    public async ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ValidateContent(content);
        // An attempt without an answer may have landed, or may land still. Trying again tells: the service takes one of them, and if the
        // object is there, whoever made it, every later one is refused. Only the bytes tell whose it is, and those the caller compares.
        return await _retry.RunAsync("create", key, async attempt =>
        {
            try
            {
                attempt.AllowFor(content.Length);
                await _client.PutObjectAsync(PutRequest(key, content, isCreate: true), attempt.Token).ConfigureAwait(false);
                return CreateOutcome.Created;
            }
            catch (AmazonS3Exception refusal) when (refusal.StatusCode == HttpStatusCode.PreconditionFailed)
            {
                return CreateOutcome.AlreadyExists;
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ValidateContent(content);
        await _retry.RunAsync("put", key, attempt =>
        {
            attempt.AllowFor(content.Length);
            return _client.PutObjectAsync(PutRequest(key, content, isCreate: false), attempt.Token);
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        return await _retry.RunAsync("read", key, attempt => ReadAsync(key, attempt), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidatePrefix(prefix);
        if (after is not null)
            ObjectKey.ValidatePrefix(after);
        return KeysAsync(prefix, after, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        await _retry.RunAsync("delete", key, attempt => _client.DeleteObjectAsync(
            new DeleteObjectRequest { BucketName = _options.Bucket, Key = _options.Prefix + key }, attempt.Token), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }
}
