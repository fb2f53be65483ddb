using System.Net;
using System.Net.Http.Headers;

namespace PixPax.Client.Transport;

/// <summary>
/// Sends requests, and again those that are safe to repeat: reads, and commands, which carry their key. What is no success becomes an exception
/// here, so that everything behind it deals with answers.
/// </summary>
internal sealed class RetryHandler(PixPaxClientOptions options, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    public const string IdempotencyKey = "Idempotency-Key";

    private readonly RetryPolicy _policy = options.Retry;
    private readonly TimeProvider _time = options.Time;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var key = request.Headers.TryGetValues(IdempotencyKey, out var keys) ? keys.First() : null;
        var isRepeatable = key is not null || request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        if (request.Content is { } content)
            await content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false); // the same bytes in each attempt
        var start = _time.GetTimestamp();
        for (var attempts = 1; ; attempts++)
        {
            if (options.AccessToken is { } accessToken)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await accessToken(cancellationToken).ConfigureAwait(false));
            TimeSpan? pause;
            try
            {
                var response = await AttemptAsync(request, cancellationToken).ConfigureAwait(false);
                if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
                    return response;
                using (response)
                {
                    var retryAfter = RetryAfterOf(response);
                    pause = isRepeatable && IsTransient(response.StatusCode) ? Pause(attempts, start, retryAfter) : null;
                    if (pause is null)
                        throw await PixPaxProblemException.ReadAsync(response, retryAfter, key, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (IsNetworkFailure(exception) && !cancellationToken.IsCancellationRequested)
            {
                pause = isRepeatable ? Pause(attempts, start, null) : null;
                if (pause is null)
                    throw new PixPaxUnreachableException(key, attempts, exception);
            }
            await Task.Delay(pause.Value, _time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_policy.AttemptTimeout, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        var response = await base.SendAsync(request, stop.Token).ConfigureAwait(false);
        try
        {
            // A small answer belongs to its attempt: one that breaks off is tried again. A file is read as it comes.
            if (response.Content.Headers.ContentType?.MediaType is "application/json" or "application/problem+json")
                await response.Content.LoadIntoBufferAsync(stop.Token).ConfigureAwait(false);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private TimeSpan? Pause(int attempts, long start, TimeSpan? retryAfter) =>
        _policy.PauseBefore(attempts, _time.GetElapsedTime(start), retryAfter, Random.Shared.NextDouble());

    /// <summary><c>Retry-After</c> (RFC 9110, 10.2.3): seconds, or a date.</summary>
    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > _time.GetUtcNow() ? date - _time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private static bool IsTransient(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    // A time-out of an attempt comes as a cancellation that the caller did not ask for.
    private static bool IsNetworkFailure(Exception exception) => exception is HttpRequestException or IOException or OperationCanceledException;
}
