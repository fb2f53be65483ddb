using System.Collections.Concurrent;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>Signs with the newest key of an issuer's history, which is read anew for every commit: another process may have rotated.</summary>
internal sealed class HostSigners(ReceiptStreams streams, ISigningKeys keys) : IReceiptSigners
{
    private readonly ConcurrentDictionary<KeyReference, IReceiptSigner> _signers = new();

    public async ValueTask<IReceiptSigner> GetAsync(StreamId stream, string identityId, PublicKeyId? lastSeen, CancellationToken cancellationToken = default)
    {
        var history = identityId == Issuer.Platform
            ? (await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken)).State
            : (await streams.ReadAsync(PixPaxStreams.Identity, StreamId.Identity(stream["accountId"], identityId), cancellationToken)).State;

        // Its very first receipt is signed by the key that it adds.
        if (history.Current is not { } current)
        {
            return identityId == Issuer.Platform && stream == StreamId.PlatformKeys
                ? await keys.OpenAsync(Issuer.Platform, PlatformKeyCeremony.FirstVersion, cancellationToken)
                : throw new SigningException($"The issuer {identityId} has no key.", isTransient: false);
        }

        if (history.IsRevoked)
            throw new ProblemException(ProblemCode.IdentityRevoked, "The identity is revoked and signs nothing any more.");
        if (current.End is not null)
            throw new ProblemException(ProblemCode.IdentityKeyCompromised, ProblemCode.IdentityKeyCompromised.Meaning);
        if (lastSeen is { } seen && !history.TryGet(seen, out _))
            throw new SigningException($"The stream {stream} was signed with {seen}, which is not in the key history of {identityId}.", isTransient: false);
        return await OpenAsync(current, cancellationToken);
    }

    private async ValueTask<IReceiptSigner> OpenAsync(KeyEntry key, CancellationToken cancellationToken)
    {
        if (_signers.TryGetValue(key.Reference, out var signer)) return signer;
        if (key.Reference.Provider != keys.Provider)
            throw new SigningException($"The key {key.PublicKey.Id} is kept by '{key.Reference.Provider}', and this host signs with '{keys.Provider}'.", isTransient: false);

        signer = await keys.OpenAsync(key.Reference.Name, key.Reference.Version, cancellationToken);
        if (signer.PublicKey.Id != key.PublicKey.Id)
            throw new SigningException($"The key {key.Reference.Name} version {key.Reference.Version} is {signer.PublicKey.Id}, and its history says {key.PublicKey.Id}.", isTransient: false);
        return _signers.GetOrAdd(key.Reference, signer);
    }
}
