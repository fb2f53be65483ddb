using Microsoft.IdentityModel.Tokens;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.Authentication.BetterAuth;

/// <summary>
/// Keeps the issuer's key set: fetched when it is first needed, again when it has expired, and when a token names a key that it does not
/// have; one fetch at a time, and at most one in <see cref="LeastInterval"/> that a request can bring about, so that forged names of keys
/// reach nobody. While it cannot be fetched, the keys at hand go on verifying.
/// </summary>
internal sealed class TokenKeySource : IDisposable
{
    public static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromHours(1);

    private readonly TokenOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<TokenKeySource> _logger;
    private readonly HttpClient _client;
    private readonly Lock _lock = new();
    private volatile Held? _held;
    private Task? _fetch;
    private long _attemptedAt;
    private volatile bool _hasFailed;

    public TokenKeySource(TokenOptions options, TimeProvider time, ILogger<TokenKeySource> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        // The address is a setting, and no answer sends us elsewhere.
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = FetchTimeout })
        {
            Timeout = FetchTimeout,
            MaxResponseContentBufferSize = TokenKeys.MaxBytes,
        };
    }

    /// <summary>Finds the key that a token names.</summary>
    /// <returns>Null when the key set has none.</returns>
    /// <exception cref="ProblemException">The key is not at hand, and the key set cannot be fetched.</exception>
    public async ValueTask<JsonWebKey?> FindAsync(string kid, CancellationToken cancellationToken)
    {
        var held = await CurrentAsync(cancellationToken);
        if (held?.Keys.Find(kid) is { } known) return known;

        // Perhaps a new one. Whoever forges names gets here too.
        if (MayFetch()) await FetchAsync().WaitAsync(cancellationToken);
        if (_held?.Keys.Find(kid) is { } found) return found;
        return _hasFailed || _held is null ? throw new ProblemException(ProblemCode.SignInUnavailable, ProblemCode.SignInUnavailable.Meaning) : null;
    }

    /// <summary>Whether a key that was found before is in the key set still.</summary>
    public ValueTask<bool> HasAsync(JsonWebKey key, CancellationToken cancellationToken) =>
        _held is { } held && !IsExpired(held) ? new(ReferenceEquals(held.Keys.Find(key.Kid), key)) : LookAsync(key, cancellationToken);

    /// <summary>Fetches it now, whatever is at hand.</summary>
    /// <returns>How many keys it has.</returns>
    /// <exception cref="HttpRequestException">It cannot be fetched.</exception>
    /// <exception cref="FormatException">It is no key set.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<int> ProbeAsync(CancellationToken cancellationToken) => (await ReadAsync(cancellationToken)).Keys.Count;

    /// <summary>What an operator should know of it; null when it is at hand and was fetched when it should have been.</summary>
    public async ValueTask<string?> FailureAsync(CancellationToken cancellationToken)
    {
        var held = await CurrentAsync(cancellationToken);
        if (held is null) return "The key set of tokens cannot be fetched, and none is at hand: no token can be verified.";
        if (_hasFailed) return "The key set of tokens cannot be fetched; those at hand go on verifying.";
        return held.Keys.Count == 0 ? "The key set of tokens has no P-256 key. Let better-auth sign with ES256 (jwks.keyPairConfig.alg)." : null;
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<bool> LookAsync(JsonWebKey key, CancellationToken cancellationToken) =>
        ReferenceEquals((await CurrentAsync(cancellationToken))?.Keys.Find(key.Kid), key);

    private async ValueTask<Held?> CurrentAsync(CancellationToken cancellationToken)
    {
        if (_held is { } held && !IsExpired(held)) return held;

        // After a failure nobody waits who has keys: somebody tries now and then.
        if (!_hasFailed || (_held is null && MayFetch())) await FetchAsync().WaitAsync(cancellationToken);
        else if (MayFetch()) _ = FetchAsync();
        return _held;
    }

    private bool IsExpired(Held held) => _time.GetElapsedTime(held.At) >= held.Lifetime;

    private bool MayFetch()
    {
        lock (_lock) return _fetch is { IsCompleted: false } || _fetch is null || _time.GetElapsedTime(_attemptedAt) >= LeastInterval;
    }

    private Task FetchAsync()
    {
        lock (_lock)
        {
            if (_fetch is { IsCompleted: false }) return _fetch;
            _attemptedAt = _time.GetTimestamp();
            // Nobody's cancellation: the answer is for all who wait.
            return _fetch = Task.Run(FetchOnceAsync);
        }
    }

    private async Task FetchOnceAsync()
    {
        try
        {
            _held = await ReadAsync(CancellationToken.None);
            if (_hasFailed) _logger.TokenKeysBack();
            _hasFailed = false;
        }
        catch (Exception exception)
        {
            // Whatever it is: a failure that was not remembered as one would be tried again by every request.
            if (!_hasFailed) _logger.TokenKeysAway(exception);
            _hasFailed = true;
        }
    }

    private async Task<Held> ReadAsync(CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(_options.KeysUrl, cancellationToken);
        response.EnsureSuccessStatusCode();
        var keys = TokenKeys.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken), _held?.Keys);
        return new Held(keys, _time.GetTimestamp(), LifetimeOf(response));
    }

    // RFC 9111, section 5.2.2. Less than LeastInterval would let an answer make us ask at every request.
    private TimeSpan LifetimeOf(HttpResponseMessage response)
    {
        var said = response.Headers.CacheControl switch
        {
            { NoStore: true } or { NoCache: true } => TimeSpan.Zero,
            { MaxAge: { } age } => age,
            _ => _options.KeysLifetime,
        };
        return said < LeastInterval ? LeastInterval : said > LongestLifetime ? LongestLifetime : said;
    }

    private sealed record Held(TokenKeys Keys, long At, TimeSpan Lifetime);
}
