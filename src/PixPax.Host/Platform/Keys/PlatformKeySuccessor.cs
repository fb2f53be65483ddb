using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>A key where it is kept.</summary>
internal sealed record KeptKey(IReceiptSigner Signer, KeyReference Reference);

/// <summary>The key that the platform's current one has named to follow it: made before, and kept as the next version.</summary>
internal sealed class PlatformKeySuccessor(ReceiptStreams streams, ISigningKeys keys)
{
    /// <exception cref="SigningException">It is not there, or is another one than was named.</exception>
    public async ValueTask<KeptKey> OpenAsync(CancellationToken cancellationToken)
    {
        var history = (await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken)).State;
        return await OpenAsync(history.Current ?? throw new SigningException("There is no platform key.", isTransient: false), cancellationToken);
    }

    /// <inheritdoc cref="OpenAsync(CancellationToken)"/>
    public async ValueTask<KeptKey> OpenAsync(KeyEntry current, CancellationToken cancellationToken)
    {
        if (current.Reference.Provider != keys.Provider)
            throw new SigningException($"The platform's keys are kept by '{current.Reference.Provider}', and this host signs with '{keys.Provider}'.", isTransient: false);

        var reference = current.Reference with { Version = current.Reference.Version + 1 };
        var signer = await keys.OpenAsync(reference.Name, reference.Version, cancellationToken);
        return signer.PublicKey.Id == current.Next
            ? new KeptKey(signer, reference)
            : throw new SigningException($"The key {reference.Name} version {reference.Version} is {signer.PublicKey.Id}, and the platform's history allows only {current.Next} to follow. Was the key made anew? Restore it.", isTransient: false);
    }
}
