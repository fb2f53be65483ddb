using Concord.Receipts;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Receipts;

/// <summary>
/// Ready when the platform's key signs. What it signs is the digest of the newest receipt of the platform's own keys: a receipt key
/// must sign nothing but receipts, and this one says nothing that the platform has not said.
/// </summary>
internal sealed class SigningReadiness(ReceiptStreams streams, IReceiptSigners signers) : IReadinessCheck
{
    public string Name => "signing";

    public async ValueTask<string?> FailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            var keys = await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken);
            if (keys.Head.Hash is not { } hash) return "There is no platform key.";

            var signer = await signers.GetAsync(StreamId.PlatformKeys, Issuer.Platform, lastSeen: null, cancellationToken);
            var signatures = await signer.SignAsync([hash.Value], cancellationToken);
            return signatures is [var signature] && signer.PublicKey.Verify(hash.Value, signature.ToLowS())
                ? null
                : "The signer's signature does not verify with the platform's public key.";
        }
        catch (SigningException)
        {
            return "The platform's key cannot sign.";
        }
        catch (Exception exception) when (exception is ObjectStoreException or StreamDamagedException)
        {
            return "The platform's keys cannot be read.";
        }
    }
}
