using Concord.Receipts;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Identities;
using PixPax.Host.Modules.Pixbooks;

namespace PixPax.Host.Platform.Projection.Memory;

/// <summary>Answers from the projection in memory, which is always there.</summary>
internal sealed class MemoryQueries(MemoryProjection projection, ProjectionCatchUp catchUp) : IProjectionQueries
{
    public ValueTask<StreamId?> FindStreamAsync(string type, string id, CancellationToken cancellationToken) => new(projection.FindStream(type, id));

    // Another process may have written it a moment ago. An id that is not found tells nothing of where to look, so it is asked of a
    // round that everybody shares; on a store so large that none comes in time, it is not found yet, as in a list.
    public async ValueTask<EventLocation?> FindEventAsync(EventId id, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (projection.FindEvent(id) is { } known) return known;
        await catchUp.CatchUpAsync(patience, cancellationToken);
        return projection.FindEvent(id);
    }

    public ValueTask<IReadOnlyList<AccountRow>> AccountsOfAsync(string userId, string? after, int limit, CancellationToken cancellationToken) =>
        new(projection.AccountsOf(userId, after, limit));

    public ValueTask<IReadOnlyList<IdentityRow>> IdentitiesOfAsync(string accountId, string? after, int limit, CancellationToken cancellationToken) =>
        new(projection.IdentitiesOf(accountId, after, limit));

    public ValueTask<IReadOnlyList<CollectionView>> CollectionsAsync(string? after, int limit, CancellationToken cancellationToken) =>
        new(projection.Collections(after, limit));

    public ValueTask<IReadOnlyList<PixbookRow>> PixbooksOfAsync(
        string userId, string? accountId, string? identityId, string? after, int limit, CancellationToken cancellationToken) =>
        new(projection.PixbooksOf(userId, accountId, identityId, after, limit));

    public ValueTask<IReadOnlyList<ReceiptRow>> ReceiptsOfAsync(string accountId, EventId? after, int limit, CancellationToken cancellationToken) =>
        new(projection.ReceiptsOf(accountId, after, limit));

    public ValueTask<IReadOnlyList<StreamVersionRow>> StreamsOfAsync(string accountId, CancellationToken cancellationToken) => new(projection.StreamsOf(accountId));
}
