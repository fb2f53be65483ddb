using Concord.Receipts.Derived;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace PixPax.Host.Platform.Derived;

/// <summary>Keeps the snapshots, archives and locators of streams up to date: called by the projector, and by nothing that answers a request.</summary>
internal sealed class DerivedUpkeep(IObjectStore store, SnapshotKeys keys, ILogger<DerivedUpkeep> logger)
{
    private DerivedObjects? _objects;

    /// <summary>Brings what is derived of one stream up to date. Idempotent; nothing waits for it, and what it could not do the next call does.</summary>
    /// <remarks><see cref="DerivedObjects.IsDue"/> says when it is worth a call.</remarks>
    /// <param name="stream">The stream.</param>
    /// <param name="since">Its head at the last call that succeeded; the default for none.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StreamDamagedException">The stream contradicts itself.</exception>
    /// <exception cref="SigningException">Snapshots cannot be signed.</exception>
    /// <exception cref="ObjectStoreException">The store failed.</exception>
    public async ValueTask<DerivedUpdate> BringUpToDateAsync(ReceiptStream stream, StreamHead since, CancellationToken cancellationToken) =>
        await (await OpenAsync(cancellationToken)).BringUpToDateAsync(stream, since, cancellationToken);

    // Of two that come first, both open the same key.
    private async ValueTask<DerivedObjects> OpenAsync(CancellationToken cancellationToken) =>
        _objects ??= new DerivedObjects(store, new DerivedObjectsOptions { SnapshotSigner = await keys.OpenAsync(cancellationToken), OnIgnored = logger.Ignored });
}
