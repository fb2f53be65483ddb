using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Keys;

/// <summary>
/// Signs once with the platform's key, and verifies. What it signs is the digest of the newest receipt of the platform's own keys: a
/// receipt key must sign nothing but receipts, and this one says nothing that the platform has not said.
/// </summary>
internal sealed class SigningProbe(ReceiptStreams streams, IReceiptSigners signers)
{
    /// <summary>Gets the key that signed.</summary>
    /// <exception cref="SigningException">It does not sign, or what it signs does not verify.</exception>
    public async ValueTask<KeyEntry> SignOnceAsync(CancellationToken cancellationToken)
    {
        var keys = await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken);
        if (keys.Head.Hash is not { } hash) throw new SigningException("There is no platform key.", isTransient: false);

        var signer = await signers.GetAsync(StreamId.PlatformKeys, Issuer.Platform, lastSeen: null, cancellationToken);
        var signatures = await signer.SignAsync([hash.Value], cancellationToken);
        return signatures is [var signature] && signer.PublicKey.Verify(hash.Value, signature.ToLowS())
            ? keys.State.Current!
            : throw new SigningException($"The signer's signature does not verify with the platform's public key {signer.PublicKey.Id}.", isTransient: false);
    }
}
