using Concord.Receipts;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Platform.Authentication;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Receipts;

/// <summary>Finds a receipt by its id for somebody who may see its stream: a member of its account; of what no account owns, everybody.</summary>
internal sealed class ReceiptAccess(MemoryProjection projection, ProjectionCatchUp catchUp, AccountAccess accounts, ReceiptStreams streams)
{
    /// <summary>How long an id that is not known here is waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <exception cref="ProblemException">There is none, or it is not the caller's to see.</exception>
    public async ValueTask<(ReceiptStream Stream, SealedReceipt Receipt)> FindAsync(Caller caller, string eventId, CancellationToken cancellationToken)
    {
        if (!EventId.TryParse(eventId, out var id) || await LocateAsync(id, cancellationToken) is not { } location) throw Missing(eventId);
        if (location.Stream.Ids.TryGetValue("accountId", out var accountId) && !await accounts.IsMemberAsync(caller, accountId, cancellationToken)) throw Missing(eventId);

        var stream = await PixPaxStreams.ReadAsync(streams, location.Stream, cancellationToken) ?? throw Missing(eventId);
        var commit = await streams.ReadCommitAsync(stream, location.CommitFirstVersion, cancellationToken);
        return (stream, commit.First(receipt => receipt.EventId == id));
    }

    // Another process may have written it a moment ago. An id that is not found tells nothing of where to look, so it is asked of a
    // round that everybody shares; on a store so large that none comes in time, it is not found yet, as in a list.
    private async ValueTask<EventLocation?> LocateAsync(EventId id, CancellationToken cancellationToken)
    {
        if (projection.FindEvent(id) is { } known) return known;
        await catchUp.CatchUpAsync(Patience, cancellationToken);
        return projection.FindEvent(id);
    }

    private static ProblemException Missing(string eventId) => new(ProblemCode.NotFound, $"There is no receipt {eventId}, or its account is not one of yours.");
}
