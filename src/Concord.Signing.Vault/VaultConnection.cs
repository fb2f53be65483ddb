using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Concord.Signing.Vault;

/// <summary>Sends requests: with a token, in their turn, within time, and again while what failed may pass by itself.</summary>
internal sealed class VaultConnection : IDisposable
{
    private const int MaxAnswer = 4 * 1024 * 1024;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private readonly VaultOptions _options;
    private readonly HttpClient _http;
    private readonly SemaphoreSlim _turns;
    private readonly VaultTokens _tokens;

    public VaultConnection(VaultOptions options, HttpClient http)
    {
        _options = options;
        _http = http;
        _turns = new SemaphoreSlim(options.MaxRequests, options.MaxRequests);
        _tokens = new VaultTokens(options, this);
    }

    /// <summary>Makes the transport. Connections are renewed now and then, so that a server that moved is found.</summary>
    public static HttpClient CreateHttpClient(VaultOptions options) => new(new SocketsHttpHandler
    {
        ConnectTimeout = options.ConnectTimeout,
        MaxConnectionsPerServer = options.MaxRequests,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Never a token to where an answer points.
        AllowAutoRedirect = false,
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends a request until it succeeds, fails for good, or was sent often enough.</summary>
    /// <returns><see langword="null"/> for an answer without content, and for a read of what is not there.</returns>
    public async Task<TAnswer?> SendAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody? body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, bool isRepeatable, CancellationToken cancellationToken)
        where TBody : class
        where TAnswer : class
    {
        using var clock = new CancellationTokenSource(_options.CallTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        try
        {
            for (int attempt = 1, logins = 0; ; attempt++)
            {
                TimeSpan pause;
                try
                {
                    var token = await _tokens.GetAsync(either.Token).ConfigureAwait(false);
                    try
                    {
                        return await AttemptAsync(method, path, body, bodyType, answerType, token, either.Token).ConfigureAwait(false);
                    }
                    catch (VaultException refused) when (refused.Status == 403 && logins++ == 0)
                    {
                        // A token that ran out and a policy that does not allow look alike: one new login, one repeat.
                        var another = await _tokens.ReplaceAsync(token, either.Token).ConfigureAwait(false);
                        if (another == token)
                            throw;
                        return await RepeatAsync(method, path, body, bodyType, answerType, another, either.Token).ConfigureAwait(false);
                    }
                }
                // A request that is refused for its rate was not carried out.
                catch (VaultException failure) when (
                    failure.MayRetry && attempt < _options.MaxAttempts && (isRepeatable || failure.Status == 429) && !(failure.RetryAfter > _options.MaxRetryAfter))
                {
                    pause = PauseAfter(attempt, failure);
                }
                await Task.Delay(pause, _options.TimeProvider, either.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (OperationCanceledException) when (clock.IsCancellationRequested)
        {
            throw VaultFailure.OfTimeout(What(method, path), _options.CallTimeout);
        }
    }

    private async Task<TAnswer?> RepeatAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody? body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, string token, CancellationToken cancellationToken)
        where TBody : class
        where TAnswer : class
    {
        try
        {
            return await AttemptAsync(method, path, body, bodyType, answerType, token, cancellationToken).ConfigureAwait(false);
        }
        catch (VaultException refused) when (refused.Status == 403)
        {
            _tokens.WasInVain(token);
            throw;
        }
    }

    /// <summary>Sends a request once, when it is its turn.</summary>
    public async Task<TAnswer?> AttemptAsync<TBody, TAnswer>(
        HttpMethod method, string path, TBody? body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> answerType, string? token, CancellationToken cancellationToken)
        where TBody : class
        where TAnswer : class
    {
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var clock = new CancellationTokenSource(_options.RequestTimeout, _options.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
            try
            {
                using var request = Request(method, path, body, bodyType, token);
                using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
                await answer.Content.LoadIntoBufferAsync(MaxAnswer, either.Token).ConfigureAwait(false);
                return await ReadAsync(answer, What(method, path), method, answerType, either.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not VaultException && cancellationToken.IsCancellationRequested)
            {
                // Whatever the transport made of it.
                throw new OperationCanceledException(cancellationToken);
            }
            catch (Exception exception) when (exception is OperationCanceledException && clock.IsCancellationRequested)
            {
                throw VaultFailure.OfTimeout(What(method, path), _options.RequestTimeout);
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
            {
                throw new VaultException($"{What(method, path)}: the answer is larger than Vault's are ({MaxAnswer} bytes). Check the address, and what stands between.", null, isTransient: false);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
            {
                throw VaultFailure.OfTransport(exception, What(method, path));
            }
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<TAnswer?> ReadAsync<TAnswer>(HttpResponseMessage answer, string what, HttpMethod method, JsonTypeInfo<TAnswer> answerType, CancellationToken cancellationToken)
        where TAnswer : class
    {
        if (answer.StatusCode == HttpStatusCode.NoContent)
            return null;
        // What is not there has no errors; a path that nobody serves has one.
        if (answer.StatusCode == HttpStatusCode.NotFound && method == HttpMethod.Get
            && await VaultFailure.ReadErrorsAsync(answer, cancellationToken).ConfigureAwait(false) is { Length: 0 })
            return null;
        if (answer.StatusCode != HttpStatusCode.OK)
            throw await VaultFailure.OfAnswerAsync(answer, what, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), answerType);
        }
        catch (JsonException)
        {
            // Its message could quote what it could not read.
            throw new VaultException($"{what}: the answer is not Vault's. Check the address, and what stands between.", 200, isTransient: false);
        }
    }

    private HttpRequestMessage Request<TBody>(HttpMethod method, string path, TBody? body, JsonTypeInfo<TBody> bodyType, string? token)
        where TBody : class
    {
        var request = new HttpRequestMessage(method, new Uri(_options.Address!, $"/v1/{path}"));
        request.Headers.Add("X-Vault-Request", "true");
        if (token is not null)
            request.Headers.Add("X-Vault-Token", token);
        if (_options.Namespace is { Length: > 0 } ns)
            request.Headers.Add("X-Vault-Namespace", ns);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        return request;
    }

    private string What(HttpMethod method, string path) => $"{method} {path} at {_options.Address}";

    // Full jitter (Brooker, "Exponential Backoff And Jitter"): a uniform share of a bound that doubles. Never earlier than asked for.
    private TimeSpan PauseAfter(int attempt, VaultException failure)
    {
        var bound = Math.Min(_options.MaxPause.TotalMilliseconds, FirstPause.TotalMilliseconds * Math.Pow(2, attempt - 1));
        var pause = TimeSpan.FromMilliseconds(bound * Random.Shared.NextDouble());
        return failure.RetryAfter is { } asked && asked > pause ? asked : pause;
    }

    internal Task Refreshing => _tokens.Refreshing;

    public void Dispose() => _tokens.Dispose();
}
