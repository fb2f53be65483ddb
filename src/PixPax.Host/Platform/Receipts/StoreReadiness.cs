using Concord.Receipts;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Health;

namespace PixPax.Host.Platform.Receipts;

/// <summary>
/// Ready when the store reads, may be written to, and refuses a second create. All three with one object that exists anyway, the
/// platform's first commit: it is read, and created again with its own bytes, which writes nothing.
/// </summary>
internal sealed class StoreReadiness(ReceiptStreams streams, IObjectStore store) : IReadinessCheck
{
    public string Name => "store";

    public async ValueTask<string?> FailureAsync(CancellationToken cancellationToken)
    {
        try
        {
            var keys = await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken);
            if (keys.Head.IsEmpty) return "There is no platform key.";

            var commit = StreamLayout.Commit(keys.Prefix, 1);
            if (await store.GetAsync(commit, cancellationToken) is not { } bytes) return "The platform's first commit is gone from the receipt store.";
            return await store.CreateAsync(commit, bytes, cancellationToken) == CreateOutcome.AlreadyExists
                ? null
                : "The receipt store created an object that exists: it does not refuse a second create.";
        }
        catch (ObjectStoreException)
        {
            return "The receipt store cannot be read and written.";
        }
        catch (StreamDamagedException)
        {
            return "The platform's keys are damaged in the receipt store.";
        }
    }
}
