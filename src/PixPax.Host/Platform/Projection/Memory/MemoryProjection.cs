using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Identities;
using PixPax.Host.Modules.Pixbooks;

namespace PixPax.Host.Platform.Projection.Memory;

/// <summary>
/// The projection of the embedded default: every stream's folded state in memory, and what lists ask it by. Rebuilt from the
/// receipts at every start; it decides nothing.
/// </summary>
internal sealed class MemoryProjection : IProjection
{
    private readonly Lock _lock = new();
    private readonly Dictionary<StreamId, ReceiptStream> _streams = [];
    private readonly Dictionary<StreamId, long> _indexed = [];
    private readonly Dictionary<(string Type, string Id), StreamId> _byId = [];
    private readonly Dictionary<EventId, EventLocation> _events = [];
    private readonly Dictionary<string, SortedList<EventId, long>> _feeds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<StreamId>> _byAccount = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReceiptStream<AccountState>> _accounts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReceiptStream<KeyHistory>> _identities = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReceiptStream<PixbookState>> _pixbooks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReceiptStream<CollectionState>> _collections = new(StringComparer.Ordinal);

    /// <summary>The version up to which every receipt of a stream is indexed; 0 when it is not known.</summary>
    public long IndexedVersionOf(StreamId stream)
    {
        lock (_lock) return _indexed.GetValueOrDefault(stream);
    }

    public ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default)
    {
        Apply(advance.After, advance.Commit);
        return ValueTask.CompletedTask;
    }

    /// <summary>Takes the receipts of a commit, and the newest state at hand, which may be newer than that commit.</summary>
    public void Apply(ReceiptStream stream, ImmutableArray<SealedReceipt> commit)
    {
        lock (_lock)
        {
            foreach (var receipt in commit)
            {
                _events[receipt.EventId] = new EventLocation(stream.Id, commit[0].StreamVersion);
                if (stream.Id.Ids.TryGetValue("accountId", out var accountId)) FeedOf(accountId)[receipt.EventId] = receipt.StreamVersion;
            }

            // Another process's commits may lie between what is indexed and this one: the gap stays to be caught up with.
            if (commit[0].StreamVersion == _indexed.GetValueOrDefault(stream.Id) + 1) _indexed[stream.Id] = commit[^1].StreamVersion;

            // Late, twice or out of order: only a newer state replaces an older one.
            if (_streams.TryGetValue(stream.Id, out var known) && known.Head.Version >= stream.Head.Version) return;
            _streams[stream.Id] = stream;
            if (stream.Id.Ids.TryGetValue("accountId", out var owner)) StreamSetOf(owner).Add(stream.Id);
            Index(stream);
        }
    }

    public StreamId? FindStream(string type, string id)
    {
        lock (_lock) return _byId.GetValueOrDefault((type, id));
    }

    public EventLocation? FindEvent(EventId id)
    {
        lock (_lock) return _events.GetValueOrDefault(id);
    }

    public IReadOnlyList<StreamId> Streams()
    {
        lock (_lock) return [.. _streams.Keys];
    }

    public IReadOnlyList<AccountRow> AccountsOf(string userId, string? after, int limit) =>
        Page(_accounts, after, limit, account => account.State.Members.ContainsKey(userId), AccountRow.Of);

    public IReadOnlyList<IdentityRow> IdentitiesOf(string accountId, string? after, int limit) =>
        Page(_identities, after, limit, identity => identity.Id["accountId"] == accountId, IdentityRow.Of);

    public IReadOnlyList<CollectionView> Collections(string? after, int limit) =>
        Page(_collections, after, limit, _ => true, CollectionRow.Of);

    public IReadOnlyList<PixbookRow> PixbooksOf(string userId, string? accountId, string? identityId, string? after, int limit) =>
        Page(_pixbooks, after, limit, book =>
            (accountId is null || book.Id["accountId"] == accountId)
            && (identityId is null || book.State.OwnerIdentityId == identityId)
            && _accounts.TryGetValue(book.Id["accountId"], out var account) && account.State.Members.ContainsKey(userId), PixbookRow.Of);

    public IReadOnlyList<ReceiptRow> ReceiptsOf(string accountId, EventId? after, int limit)
    {
        lock (_lock)
        {
            if (!_feeds.TryGetValue(accountId, out var feed)) return [];
            var (low, high) = (0, feed.Count);
            while (after is { } last && low < high)
            {
                var middle = (low + high) / 2;
                if (feed.Keys[middle] > last) high = middle;
                else low = middle + 1;
            }

            return [.. Enumerable.Range(low, Math.Min(limit, feed.Count - low)).Select(index =>
            {
                var location = _events[feed.Keys[index]];
                return new ReceiptRow(feed.Keys[index], location.Stream, feed.Values[index], location.CommitFirstVersion);
            })];
        }
    }

    public IReadOnlyList<StreamVersionRow> StreamsOf(string accountId)
    {
        lock (_lock) return _byAccount.TryGetValue(accountId, out var streams) ? [.. streams.Select(stream => new StreamVersionRow(stream, _streams[stream].Head.Version))] : [];
    }

    private HashSet<StreamId> StreamSetOf(string accountId)
    {
        if (!_byAccount.TryGetValue(accountId, out var streams)) _byAccount[accountId] = streams = [];
        return streams;
    }

    private SortedList<EventId, long> FeedOf(string accountId)
    {
        if (!_feeds.TryGetValue(accountId, out var feed)) _feeds[accountId] = feed = [];
        return feed;
    }

    private List<TRow> Page<TState, TRow>(
        SortedDictionary<string, ReceiptStream<TState>> rows, string? after, int limit, Func<ReceiptStream<TState>, bool> isWanted, Func<ReceiptStream<TState>, TRow> rowOf)
        where TState : class
    {
        lock (_lock)
        {
            return [.. rows
                .SkipWhile(row => after is not null && string.CompareOrdinal(row.Key, after) <= 0)
                .Select(row => row.Value)
                .Where(isWanted)
                .Take(limit)
                .Select(rowOf)];
        }
    }

    private void Index(ReceiptStream stream)
    {
        switch (stream)
        {
            case ReceiptStream<AccountState> account:
                Index(_accounts, account, "accountId");
                break;
            case ReceiptStream<KeyHistory> { Id.Type: StreamId.IdentityType } identity:
                Index(_identities, identity, "identityId");
                break;
            case ReceiptStream<PixbookState> book:
                Index(_pixbooks, book, "bookId");
                break;
            case ReceiptStream<CollectionState> collection:
                Index(_collections, collection, "collectionId");
                break;
        }
    }

    private void Index<TState>(SortedDictionary<string, ReceiptStream<TState>> rows, ReceiptStream<TState> stream, string idName)
        where TState : class
    {
        rows[stream.Id[idName]] = stream;
        _byId[(stream.Id.Type, stream.Id[idName])] = stream.Id;
    }
}
