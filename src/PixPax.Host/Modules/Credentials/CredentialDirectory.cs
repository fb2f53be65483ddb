using System.Collections.Frozen;
using Concord.Receipts.Hashing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Credentials;

/// <summary>
/// Finds a credential by the hash of its secret, in memory. What is at hand is looked up anew in the store, by one request, when it is older
/// than <see cref="Freshness"/>: so long may another host's revocation take to hold here, and no longer. When the store does not answer by
/// then, nobody is signed in.
/// </summary>
internal sealed class CredentialDirectory(ReceiptStreams streams, TimeProvider time)
{
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<Known>? _latest;
    private FrozenDictionary<Sha256Hash, Credential>? _index;
    private CredentialState? _indexed;

    /// <summary>Finds one, whether it still holds or not; null when there is none.</summary>
    /// <exception cref="Concord.Receipts.Storage.ObjectStoreException">The store does not answer.</exception>
    /// <exception cref="StreamDamagedException">The credentials are damaged in the store.</exception>
    public async ValueTask<Credential?> FindAsync(Sha256Hash secretHash, CancellationToken cancellationToken) =>
        (await LatestAsync().WaitAsync(cancellationToken)).BySecret.GetValueOrDefault(secretHash);

    /// <summary>What is at hand may be past: this host has just written, or tried to.</summary>
    public void Forget()
    {
        lock (_lock) _latest = null;
    }

    private Task<Known> LatestAsync()
    {
        lock (_lock)
        {
            var isGood = _latest is { IsCompleted: false } || (_latest is { IsCompletedSuccessfully: true } latest && time.GetElapsedTime(latest.Result.At) < Freshness);
            // Nobody's cancellation: the answer is for all who wait.
            return isGood ? _latest! : _latest = ReadAsync(time.GetTimestamp());
        }
    }

    private async Task<Known> ReadAsync(long began)
    {
        var stream = await streams.ReadAsync(PixPaxStreams.Credentials, PixPaxStreams.CredentialsId, CancellationToken.None);
        lock (_lock)
        {
            if (!ReferenceEquals(_indexed, stream.State))
            {
                _index = stream.State.Credentials.Values.ToFrozenDictionary(credential => credential.SecretHash);
                _indexed = stream.State;
            }

            return new Known(_index!, began);
        }
    }

    private sealed record Known(FrozenDictionary<Sha256Hash, Credential> BySecret, long At);
}
