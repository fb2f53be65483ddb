namespace Concord.Signing.Vault;

/// <summary>Keeps the token: logs in, renews, and logs in anew. One login or renewal in flight, whoever asks.</summary>
internal sealed class VaultTokens(VaultOptions options, VaultConnection vault) : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(5);

    // How long a new token that was refused at once is not replaced: its policy does not allow what was asked, and another login would not.
    private static readonly TimeSpan AfterVain = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeProvider _time = options.TimeProvider;
    private VaultLease? _lease;
    private Task<VaultLease>? _refresh;
    private (string Token, long Since)? _vain;

    /// <summary>Gets a token that has not run out. One that is due is renewed behind the caller's back.</summary>
    /// <exception cref="VaultException">The login failed. The next caller tries again.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        Task<VaultLease> login;
        lock (_lock)
        {
            if (_lease is { } lease && !lease.HasRunOut(_time))
            {
                if (lease.IsDue(_time))
                    Refresh(lease);
                return lease.Token;
            }
            login = Refresh(null);
        }
        return (await login.WaitAsync(cancellationToken).ConfigureAwait(false)).Token;
    }

    /// <summary>The login or renewal in flight, for tests that move the clock.</summary>
    internal Task Refreshing
    {
        get { lock (_lock) return _refresh ?? Task.CompletedTask; }
    }

    /// <summary>Gets another token than the one that was refused, if there is one to be had.</summary>
    /// <exception cref="VaultException">The login failed.</exception>
    public async ValueTask<string> ReplaceAsync(string refused, CancellationToken cancellationToken)
    {
        Task<VaultLease> login;
        lock (_lock)
        {
            // Another request was refused before, and logged in.
            if (_lease is { } lease && lease.Token != refused)
                return lease.Token;
            if (_vain is { } vain && vain.Token == refused && _time.GetElapsedTime(vain.Since) < AfterVain)
                return refused;
            _lease = null;
            login = Refresh(null);
        }
        return (await login.WaitAsync(cancellationToken).ConfigureAwait(false)).Token;
    }

    /// <summary>A token that was had in the place of a refused one was refused too.</summary>
    public void WasInVain(string token)
    {
        lock (_lock)
            _vain = (token, _time.GetTimestamp());
    }

    // In the lock. Runs on its own, and not with the token of whoever asked first: others wait for it too.
    private Task<VaultLease> Refresh(VaultLease? lease)
    {
        if (_refresh is not null)
            return _refresh;
        _refresh = Task.Run(() => RefreshAsync(lease));
        // Nobody may be waiting.
        _ = _refresh.ContinueWith(static failed => _ = failed.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return _refresh;
    }

    private async Task<VaultLease> RefreshAsync(VaultLease? lease)
    {
        try
        {
            var next = lease is { IsRenewable: true } ? await RenewAsync(lease).ConfigureAwait(false) : await LoginAsync().ConfigureAwait(false);
            lock (_lock)
            {
                _refresh = null;
                return _lease = next;
            }
        }
        catch
        {
            lock (_lock)
            {
                // Not remembered: the next caller tries again, at once if there is no token, else soon.
                _refresh = null;
                if (lease is not null && _lease == lease)
                    _lease = lease with { RefreshAfter = _time.GetElapsedTime(lease.Since) + AfterFailure };
            }
            throw;
        }
    }

    private async Task<VaultLease> RenewAsync(VaultLease lease)
    {
        VaultLease renewed;
        try
        {
            var answer = await vault.AttemptAsync(HttpMethod.Post, "auth/token/renew-self", new EmptyBody(), VaultJson.Default.EmptyBody,
                VaultJson.Default.EnvelopeEmptyBody, lease.Token, _stop.Token).ConfigureAwait(false);
            renewed = VaultLease.Granted(lease.Token, answer?.Auth?.LeaseDuration ?? 1, answer?.Auth?.Renewable ?? false, _time);
        }
        catch (VaultException refused) when (!refused.IsTransient)
        {
            return await LoginAsync().ConfigureAwait(false);
        }
        if (renewed.Duration >= lease.Duration / 2)
            return renewed;
        try
        {
            // The end of what it may be renewed for is near.
            return await LoginAsync().ConfigureAwait(false);
        }
        catch (VaultException)
        {
            return renewed;
        }
    }

    private async Task<VaultLease> LoginAsync()
    {
        if (options.Token is { Length: > 0 } token)
            return await LookUpAsync(token).ConfigureAwait(false);
        if (options.TokenFile is { Length: > 0 } file)
            return new(await ReadAsync(file).ConfigureAwait(false), _time.GetTimestamp(), TimeSpan.MaxValue, LookAgain, IsRenewable: false);

        var body = new KubernetesLoginBody(options.KubernetesRole!, await ReadAsync(options.KubernetesTokenFile).ConfigureAwait(false));
        var path = $"auth/{options.KubernetesMount}/login";
        var answer = await vault.AttemptAsync(
            HttpMethod.Post, path, body, VaultJson.Default.KubernetesLoginBody, VaultJson.Default.EnvelopeEmptyBody, token: null, _stop.Token).ConfigureAwait(false);
        return answer?.Auth is { ClientToken: { } given } auth && VaultOptions.IsHeaderValue(given)
            ? VaultLease.Granted(given, auth.LeaseDuration, auth.Renewable, _time)
            : throw new VaultException($"POST {path} at {options.Address}: the answer has no token. Check the address, and that the login needs no second factor.", 200, isTransient: false);
    }

    // A token that was given may run out, and be renewable: it is kept alive as one of a login is. Where it may not be looked up, it is taken
    // as it is.
    private async Task<VaultLease> LookUpAsync(string token)
    {
        try
        {
            var answer = await vault.AttemptAsync(HttpMethod.Get, "auth/token/lookup-self", null, VaultJson.Default.EmptyBody,
                VaultJson.Default.EnvelopeTokenBody, token, _stop.Token).ConfigureAwait(false);
            if (answer?.Data is { Renewable: true, Ttl: > 0 } body)
                return VaultLease.Granted(token, body.Ttl, isRenewable: true, _time);
        }
        catch (VaultException refused) when (!refused.IsTransient)
        {
            // What it is used for tells whether it holds.
        }
        return new(token, _time.GetTimestamp(), TimeSpan.MaxValue, TimeSpan.MaxValue, IsRenewable: false);
    }

    private async Task<string> ReadAsync(string file)
    {
        try
        {
            var token = (await File.ReadAllTextAsync(file, _stop.Token).ConfigureAwait(false)).Trim();
            return VaultOptions.IsHeaderValue(token)
                ? token
                : throw new VaultException($"The token file {file} holds no token. Look at what writes it.", null, isTransient: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new VaultException($"The token file {file} cannot be read: {exception.Message}", null, isTransient: true, exception);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
