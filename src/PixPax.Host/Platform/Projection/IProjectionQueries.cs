using Concord.Receipts;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Identities;
using PixPax.Host.Modules.Pixbooks;

namespace PixPax.Host.Platform.Projection;

/// <summary>Where a receipt stands: its stream, and the commit that holds it.</summary>
internal sealed record EventLocation(StreamId Stream, long CommitFirstVersion);

/// <summary>A receipt of an account's, by its id.</summary>
internal sealed record ReceiptRow(EventId EventId, StreamId Stream, long StreamVersion, long CommitFirstVersion);

/// <summary>A stream, and the version that it is projected up to.</summary>
internal sealed record StreamVersionRow(StreamId Stream, long Version);

/// <summary>
/// What lists and look-ups are answered from: the projection, in memory or in a database. It may lag, and decides nothing. Every list is
/// in the order of its ids and read a page at a time: what comes after an id, up to a number of rows.
/// </summary>
/// <remarks>Each may throw a <see cref="Errors.ProblemException"/> that says that the projection cannot be asked now.</remarks>
internal interface IProjectionQueries
{
    /// <summary>The stream that an id alone leads to; null when it is not projected.</summary>
    ValueTask<StreamId?> FindStreamAsync(string type, string id, CancellationToken cancellationToken);

    /// <summary>Where a receipt stands; null when it is not projected within <paramref name="patience"/>.</summary>
    ValueTask<EventLocation?> FindEventAsync(EventId id, TimeSpan patience, CancellationToken cancellationToken);

    /// <summary>The accounts that a user is a member of.</summary>
    ValueTask<IReadOnlyList<AccountRow>> AccountsOfAsync(string userId, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>The identities of an account.</summary>
    ValueTask<IReadOnlyList<IdentityRow>> IdentitiesOfAsync(string accountId, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>All collections.</summary>
    ValueTask<IReadOnlyList<CollectionView>> CollectionsAsync(string? after, int limit, CancellationToken cancellationToken);

    /// <summary>Books of the accounts that a user is a member of, or of one of them, or of one identity.</summary>
    ValueTask<IReadOnlyList<PixbookRow>> PixbooksOfAsync(string userId, string? accountId, string? identityId, string? after, int limit, CancellationToken cancellationToken);

    /// <summary>The receipts of all streams of an account, in the order of their ids.</summary>
    ValueTask<IReadOnlyList<ReceiptRow>> ReceiptsOfAsync(string accountId, EventId? after, int limit, CancellationToken cancellationToken);

    /// <summary>Every stream of an account, in no order.</summary>
    ValueTask<IReadOnlyList<StreamVersionRow>> StreamsOfAsync(string accountId, CancellationToken cancellationToken);
}
