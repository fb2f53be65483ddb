namespace Concord.Signing.Vault;

/// <summary>A token, how long it holds, and when to look for the next.</summary>
/// <param name="Token">The token; secret.</param>
/// <param name="Since">When it was had: a timestamp of the clock.</param>
/// <param name="Duration">How long it holds.</param>
/// <param name="RefreshAfter">How long until it is renewed.</param>
/// <param name="IsRenewable">Whether Vault renews it; else there is a new login.</param>
internal sealed record VaultLease(string Token, long Since, TimeSpan Duration, TimeSpan RefreshAfter, bool IsRenewable)
{
    public bool HasRunOut(TimeProvider time) => time.GetElapsedTime(Since) >= Duration;

    public bool IsDue(TimeProvider time) => time.GetElapsedTime(Since) >= RefreshAfter;

    /// <summary>A lease that Vault granted: due at two thirds, and up to a tenth of that earlier, so that processes that started together do
    /// not renew together. 0 seconds: it does not run out.</summary>
    public static VaultLease Granted(string token, long seconds, bool isRenewable, TimeProvider time)
    {
        var duration = seconds is > 0 and < int.MaxValue ? TimeSpan.FromSeconds(seconds) : TimeSpan.MaxValue;
        var due = duration == TimeSpan.MaxValue ? duration : duration * (2.0 / 3 * (1 - 0.1 * Random.Shared.NextDouble()));
        return new(token, time.GetTimestamp(), duration, due, isRenewable);
    }

    // Never prints the token.
    public override string ToString() => $"a lease of {Duration}";
}
