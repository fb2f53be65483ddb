using Concord.Receipts.Storage;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Receipts;

/// <summary>Ready when the store answers and the platform has a key.</summary>
internal sealed class ReceiptsReadiness(PlatformKeyCeremony ceremony) : IReadinessCheck
{
    public string Name => "receipts";

    public async ValueTask<string?> FailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await ceremony.CurrentAsync(cancellationToken)).Keys.IsEmpty ? "There is no platform key." : null;
        }
        catch (ObjectStoreException)
        {
            return "The receipt store cannot be read.";
        }
    }
}
