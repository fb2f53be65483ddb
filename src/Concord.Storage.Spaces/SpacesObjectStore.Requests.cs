using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Concord.Receipts.Storage;

namespace Concord.Storage.Spaces;

public sealed partial class SpacesObjectStore
{
    [SuppressMessage("Security", "CA5351", Justification = "Content-MD5 (RFC 1864) is how S3 checks that a body arrived as it was sent; it secures nothing.")]
    private PutObjectRequest PutRequest(string key, ReadOnlyMemory<byte> content, bool isCreate) => new()
    {
        BucketName = _options.Bucket,
        Key = _options.Prefix + key,
        InputStream = AsStream(content),
        ContentType = key.EndsWith(".json", StringComparison.Ordinal) ? "application/json" : "application/octet-stream",
        MD5Digest = Convert.ToBase64String(MD5.HashData(content.Span)),
        // One hash over the whole body, which every service checks, instead of signed chunks, which some do not take.
        UseChunkEncoding = false,
        IfNoneMatch = isCreate ? "*" : null,
    };

    private static MemoryStream AsStream(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(content.ToArray(), writable: false);

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string key, SpacesRetry.Attempt attempt)
    {
        try
        {
            var request = new GetObjectRequest { BucketName = _options.Bucket, Key = _options.Prefix + key };
            using var response = await _client.GetObjectAsync(request, attempt.Token).ConfigureAwait(false);
            var length = response.ContentLength;
            if (length > IObjectStore.MaxObjectBytes)
            {
                throw new ObjectStoreException(
                    $"Could not read {key}: it has {length} bytes, and an object at most {IObjectStore.MaxObjectBytes}. It was not written by this store; move it away.", key);
            }
            attempt.AllowFor(length);
            var content = GC.AllocateUninitializedArray<byte>((int)Math.Max(length, 0));
            // Cut off before its end, it is a failure of the transport, and tried again.
            await response.ResponseStream.ReadExactlyAsync(content, attempt.Token).ConfigureAwait(false);
            // Something between may leave the length out, and what is not said to be there would be an empty object.
            if (await response.ResponseStream.ReadAsync(new byte[1], attempt.Token).ConfigureAwait(false) != 0)
                throw new IOException("The response is longer than it says.");
            return content;
        }
        catch (AmazonS3Exception refusal) when (refusal.StatusCode == HttpStatusCode.NotFound && refusal.ErrorCode is "NoSuchKey" or "NotFound")
        {
            return null;
        }
    }

    private async IAsyncEnumerable<string> KeysAsync(string prefix, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = PageAsync(prefix, after, null, stop.Token);
        try
        {
            while (next is not null)
            {
                var page = await next.ConfigureAwait(false);
                // On its way while the names of this one are worked on.
                next = page.IsTruncated == true ? PageAsync(prefix, after, page.NextContinuationToken, stop.Token) : null;
                foreach (var found in page.S3Objects ?? [])
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    // The SDK leaves names as they travelled.
                    var name = page.Encoding == EncodingType.Url ? WebUtility.UrlDecode(found.Key) : found.Key;
                    if (name[_options.Prefix.Length..] is var key && IsKey(key))
                        yield return key;
                }
            }
        }
        finally
        {
            // Left early: nobody waits for the page that is on its way.
            await stop.CancelAsync().ConfigureAwait(false);
            if (next is not null)
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<ListObjectsV2Response> PageAsync(string prefix, string? after, string? token, CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request
        {
            BucketName = _options.Bucket,
            Prefix = _options.Prefix + prefix,
            StartAfter = string.IsNullOrEmpty(after) ? null : _options.Prefix + after,
            MaxKeys = _options.ListPage,
            ContinuationToken = token,
            // Names of strangers may have characters that no XML can carry.
            Encoding = EncodingType.Url,
        };
        return _retry.RunAsync("list", prefix, attempt => _client.ListObjectsV2Async(request, attempt.Token), cancellationToken);
    }

    // What stands in the bucket under a name that is no key is not ours to list: no call of the seam could read it.
    private static bool IsKey(string name)
    {
        try
        {
            ObjectKey.Validate(name);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static void ValidateContent(ReadOnlyMemory<byte> content)
    {
        if (content.Length > IObjectStore.MaxObjectBytes)
            throw new ArgumentException($"An object has at most {IObjectStore.MaxObjectBytes} bytes; these are {content.Length}.", nameof(content));
    }
}
