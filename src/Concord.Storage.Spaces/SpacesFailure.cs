using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Xml;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Concord.Receipts.Storage;

namespace Concord.Storage.Spaces;

/// <summary>What a failed request means: the one exception of the seam, whether the service asked to slow down, and for how long.</summary>
internal sealed record SpacesFailure(ObjectStoreException Exception, bool IsSlowDown, TimeSpan? RetryAfter)
{
    /// <summary>Judges an exception of the SDK or the transport.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="attempt">What was attempted: "create", "read".</param>
    /// <param name="options">Where.</param>
    /// <param name="key">The key, or the prefix of a listing.</param>
    /// <param name="timeout">The time that the attempt had, if it ran out of it.</param>
    public static SpacesFailure Of(Exception exception, string attempt, SpacesOptions options, string? key, TimeSpan? timeout)
    {
        var what = $"Could not {attempt} s3://{options.Bucket}/{options.Prefix}{key} at {options.Endpoint}";
        if (exception is ObjectStoreException known)
            return new(known, IsSlowDown: false, RetryAfter: null);
        if (timeout is { } time)
            return Transient($"{what}: no answer within {time.TotalSeconds:0.#} s. Check the network and the service; it may pass by itself.");
        // An answer that broke off within its error: whatever its status, nobody knows what it said.
        if (exception is AmazonUnmarshallingException { InnerException: XmlException } cut)
            return Transient($"{what}: the answer ({(int)cut.StatusCode}) broke off or is no XML. Check the network and what stands between; it may pass by itself.");
        if (exception is AmazonServiceException { StatusCode: not 0 } refusal)
            return OfAnswer(refusal, what, key);
        if (exception is AmazonClientException && exception.Message.Contains("credential", StringComparison.OrdinalIgnoreCase))
            return new(new ObjectStoreException($"{what}: no credentials were found. {CredentialsAdvice}", key, isTransient: false, exception), false, null);
        if (IsTransport(exception))
            return Transient($"{what}: {exception.Message} Check the endpoint, the network and the service; it may pass by itself.");
        return new(new ObjectStoreException($"{what}: {exception.Message}", key, isTransient: false, exception), false, null);

        SpacesFailure Transient(string message) => new(new ObjectStoreException(message, key, isTransient: true, exception), false, null);
    }

    private const string CredentialsAdvice =
        "Configure an access key and its secret, or provide them the way the AWS SDK finds them (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile).";

    private static SpacesFailure OfAnswer(AmazonServiceException refusal, string what, string? key)
    {
        var isSlowDown = refusal.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests || refusal.ErrorCode is "SlowDown" or "Throttling";
        // 409: another request was at the same object. RequestTimeout: the service did not get our body. BadDigest: it got another one.
        var isTransient = isSlowDown || (int)refusal.StatusCode >= 500
            || refusal.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.Conflict
            || refusal.ErrorCode is "RequestTimeout" or "BadDigest" or "IncompleteBody" or "InternalError";
        var message = $"{what}: {(int)refusal.StatusCode} {refusal.ErrorCode}. {Advice(refusal)}";
        return new(new ObjectStoreException(message, key, isTransient, refusal), isSlowDown, RetryAfterOf(refusal));
    }

    private static string Advice(AmazonServiceException refusal) => refusal.ErrorCode switch
    {
        "NoSuchBucket" => "There is no such bucket. Make it, with versioning and Object Lock off, or correct the name.",
        "InvalidAccessKeyId" => "The service does not know this access key. Check it, and that it is one of this endpoint.",
        "SignatureDoesNotMatch" => "The signature is not accepted. Check the secret access key and the region.",
        "AccessDenied" => "These credentials may not do this. Give them the permissions of the bucket policy in deploy/spaces.",
        "RequestTimeTooSkewed" => "The clock of this machine is too far from the service's. Set it by NTP.",
        "XAmzContentSHA256Mismatch" => "The service computed another hash of the body. Something between changes requests; connect without it.",
        "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" =>
            "The endpoint or region is not the bucket's. Use the endpoint of its region, and the region's slug.",
        "QuotaExceeded" or "InsufficientCapacity" => "The storage or its quota is full. Make room, then try again.",
        "SlowDown" => "The service asks to slow down, and did not take it in several attempts. Try again later.",
        "NotImplemented" or "MethodNotAllowed" => "The service does not have this operation. It cannot keep receipts.",
        _ when (int)refusal.StatusCode >= 500 => "The service failed. It may pass by itself; its status page may say more.",
        _ when refusal.StatusCode == HttpStatusCode.Conflict => "Another request was at the same object. It passes by itself.",
        _ => $"The service says: {refusal.Message}",
    };

    // RFC 9110, section 10.2.3: seconds. A date is not made by any service of this kind.
    private static TimeSpan? RetryAfterOf(AmazonServiceException refusal) =>
        refusal.InnerException is HttpErrorResponseException { Response: { } response } && response.IsHeaderPresent("Retry-After")
        && double.TryParse(response.GetHeaderValue("Retry-After"), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400))
            : null;

    private static bool IsTransport(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
            if (exception is System.Net.Http.HttpRequestException or IOException or SocketException or OperationCanceledException or WebException)
                return true;
        return false;
    }
}
