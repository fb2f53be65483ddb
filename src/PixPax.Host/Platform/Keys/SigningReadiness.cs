using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Keys;

/// <summary>Ready when the platform's key signs and its signature verifies.</summary>
internal sealed class SigningReadiness(SigningProbe probe) : IReadinessCheck
{
    public string Name => "signing";

    public async ValueTask<string?> FailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            await probe.SignOnceAsync(cancellationToken);
            return null;
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
