using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Pixbooks;

namespace PixPax.Host.Platform.Projection;

/// <summary>Where a receipt stands: its stream, and the commit that holds it.</summary>
internal sealed record EventLocation(StreamId Stream, long CommitFirstVersion);

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
    private readonly SortedDictionary<string, ReceiptStream<AccountState>> _accounts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReceiptStream<KeyHistory>> _identities = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReceiptStream<PixbookState>> _pixbooks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, ReceiptStream<CollectionState>> _collections = new(StringComparer.Ordinal);

    /// <summary>The version up to which every receipt of a stream is indexed; 0 when it is not known.</summary>
    public long IndexedVersionOf(StreamId stream)
    {
        lock (_lock) return _indexed.GetValueOrDefault(stream);
    }

    public ValueTask ApplyAsync(ReceiptStream stream, ImmutableArray<SealedReceipt> commit, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            foreach (var receipt in commit) _events[receipt.EventId] = new EventLocation(stream.Id, commit[0].StreamVersion);

            // Another process's commits may lie between what is indexed and this one: the gap stays to be caught up with.
            if (commit[0].StreamVersion == _indexed.GetValueOrDefault(stream.Id) + 1) _indexed[stream.Id] = commit[^1].StreamVersion;

            // Late, twice or out of order: only a newer state replaces an older one.
            if (_streams.TryGetValue(stream.Id, out var known) && known.Head.Version >= stream.Head.Version) return ValueTask.CompletedTask;
            _streams[stream.Id] = stream;
            Index(stream);
        }

        return ValueTask.CompletedTask;
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

    public IReadOnlyList<ReceiptStream<AccountState>> AccountsOf(string userId, string? after, int limit) =>
        Page(_accounts, after, limit, account => account.State.Members.ContainsKey(userId));

    public IReadOnlyList<ReceiptStream<KeyHistory>> IdentitiesOf(string accountId, string? after, int limit) =>
        Page(_identities, after, limit, identity => identity.Id["accountId"] == accountId);

    public IReadOnlyList<ReceiptStream<CollectionState>> Collections(string? after, int limit) =>
        Page(_collections, after, limit, _ => true);

    /// <summary>Books of the accounts that a user is a member of, or of one of them, or of one identity.</summary>
    public IReadOnlyList<ReceiptStream<PixbookState>> PixbooksOf(string userId, string? accountId, string? identityId, string? after, int limit) =>
        Page(_pixbooks, after, limit, book =>
            (accountId is null || book.Id["accountId"] == accountId)
            && (identityId is null || book.State.OwnerIdentityId == identityId)
            && _accounts.TryGetValue(book.Id["accountId"], out var account) && account.State.Members.ContainsKey(userId));

    private List<ReceiptStream<TState>> Page<TState>(
        SortedDictionary<string, ReceiptStream<TState>> rows, string? after, int limit, Func<ReceiptStream<TState>, bool> isWanted)
        where TState : class
    {
        lock (_lock)
        {
            return [.. rows
                .SkipWhile(row => after is not null && string.CompareOrdinal(row.Key, after) <= 0)
                .Select(row => row.Value)
                .Where(isWanted)
                .Take(limit)];
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
