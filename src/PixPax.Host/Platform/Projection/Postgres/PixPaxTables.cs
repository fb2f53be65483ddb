using System.Collections.Immutable;
using System.Globalization;
using Concord.Projections.Postgres;
using Concord.Projections.Postgres.Tables;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Identities;
using PixPax.Host.Modules.Pixbooks;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Projection.Postgres;

/// <summary>What the tables hold: each column as a function of a stream, of one of its items, or of a receipt. The migrations make the tables.</summary>
internal static class PixPaxTables
{
    private static readonly ProjectionTable[] Accounts =
    [
        new StreamTable<AccountState>("accounts", columns => columns
            .Text("account_id", account => account.Id["accountId"])
            .Content("name", account => account.Unless(account.State.Name))
            .Timestamp("created_at", account => Time(account.State.CreatedAt))
            .Integer("members", account => account.State.Members.Count)
            .BigInt("stream_version", account => account.Head.Version)
            .Text("hash", account => account.Head.Hash.ToString())),
        new ItemTable<AccountState, string>("account_members", "user_id", account => account.State.Members, columns => columns
            .Text("account_id", member => member.Stream.Id["accountId"])
            .Text("role", member => member.Value)),
    ];

    private static readonly ProjectionTable[] Identities =
    [
        new StreamTable<KeyHistory>("identities", columns => columns
            .Text("identity_id", identity => identity.Id["identityId"])
            .Text("account_id", identity => identity.Id["accountId"])
            .Content("label", identity => identity.Unless(identity.State.Label))
            .Text("status", identity => IdentityRow.StatusOf(identity.State))
            .BigInt("stream_version", identity => identity.Head.Version)
            .Text("hash", identity => identity.Head.Hash.ToString())),
        new ItemTable<KeyHistory, (KeyView Key, int Order)>("identity_keys", "public_key_id", KeysOf, columns => columns
            .Text("identity_id", key => key.Stream.Id["identityId"])
            .Text("account_id", key => key.Stream.Id["accountId"])
            .Integer("key_order", key => key.Value.Order)
            .Text("public_key", key => key.Value.Key.PublicKey)
            .Text("validity", key => key.Value.Key.Validity)
            .Text("reason", key => key.Value.Key.Reason)),
    ];

    private static readonly ProjectionTable[] Collections =
    [
        new StreamTable<CollectionState>("collections", columns => columns
            .Text("collection_id", collection => collection.Id["collectionId"])
            .BigInt("stream_version", collection => collection.Head.Version)
            .Text("hash", collection => collection.Head.Hash.ToString())),
        new ItemTable<CollectionState, PublishedVersion>("collection_versions", "version", collection => collection.State.Versions, columns => columns
            .Text("collection_id", version => version.Stream.Id["collectionId"])
            .Integer("card_count", version => version.Value.CardCount)
            .Text("merkle_root", version => version.Value.MerkleRoot)
            .Timestamp("published_at", version => Time(version.Value.PublishedAt))),
        new ItemTable<CollectionState, SeriesRow>("collection_series", "series_key", SeriesOf, columns => columns
            .Text("collection_id", series => series.Stream.Id["collectionId"])
            .Text("version", series => series.Value.Version)
            .Text("series_id", series => series.Value.SeriesId)
            .Integer("series_order", series => series.Value.Order)
            .Boolean("is_retired", series => series.Value.IsRetired)),
    ];

    private static readonly ProjectionTable[] Pixbooks =
    [
        new StreamTable<PixbookState>("pixbooks", columns => columns
            .Text("book_id", book => book.Id["bookId"])
            .Text("account_id", book => book.Id["accountId"])
            .Text("owner_identity_id", book => book.State.OwnerIdentityId)
            .Text("collection_id", book => book.State.CollectionId)
            .Content("name", book => book.Unless(book.State.Name))
            .Timestamp("created_at", book => Time(book.State.CreatedAt))
            .Integer("cards", book => book.State.Cards.Count)
            .Text("last_save_event_id", book => book.State.LastSave?.EventId.ToString())
            .BigInt("last_save_version", book => book.State.LastSave?.StreamVersion)
            .BigInt("stream_version", book => book.Head.Version)
            .Text("hash", book => book.Head.Hash.ToString())),
        new ItemTable<PixbookState, CardInstance>("pixbook_cards", "card_instance_id", book => book.State.Cards, columns => columns
            .Text("account_id", card => card.Stream.Id["accountId"])
            .Text("book_id", card => card.Stream.Id["bookId"])
            .Text("card_id", card => card.Value.CardId)
            .Text("collection_id", card => card.Value.CollectionId)
            .Text("collection_version", card => card.Value.CollectionVersion)
            .Text("series_id", card => card.Value.SeriesId)
            .Integer("slot_index", card => card.Value.SlotIndex)
            .Text("role", card => card.Value.Role)
            .Text("item_hash", card => card.Value.ItemHash)
            .Text("source", card => card.Value.Source)
            .BigInt("added_at_version", card => card.Value.AddedAtVersion)),
        new StreamTable<PixbookState>("pixbook_ledger_heads", columns => columns
            .Text("account_id", book => book.Id["accountId"])
            .Text("book_id", book => book.Id["bookId"])
            .Text("last_event_id", book => book.Head.EventId.ToString())
            .Text("last_hash", book => book.Head.Hash.ToString())
            .BigInt("stream_version", book => book.Head.Version)),
    ];

    private static readonly ReceiptTable Receipts = new("receipt_index", columns => columns
        .Text("event_id", receipt => receipt.EventId.ToString())
        .Text("stream_type", receipt => receipt.Stream.Type)
        .Text("account_id", receipt => receipt.Stream.Ids.GetValueOrDefault("accountId"))
        .Text("type", receipt => receipt.Type)
        .Timestamp("created_at", receipt => Time(receipt.CreatedAtText))
        .Text("idempotency_key", receipt => receipt.IdempotencyKey.Value)
        .BigInt("commit_first_version", receipt => receipt.StreamVersion - receipt.Commit.Index)
        .Text("hash", receipt => receipt.Hash.ToString()));

    public static readonly ProjectionModel Model = new(
        [
            StreamProjection.Of(PixPaxStreams.PlatformKeys),
            StreamProjection.Of(PixPaxStreams.Account, Accounts),
            StreamProjection.Of(PixPaxStreams.Identity, Identities),
            StreamProjection.Of(PixPaxStreams.Collection, Collections),
            StreamProjection.Of(PixPaxStreams.Pixbook, Pixbooks),
            StreamProjection.Of(PixPaxStreams.Credentials),
        ],
        Receipts);

    private sealed record SeriesRow(string Version, string SeriesId, int Order, bool IsRetired);

    // How long a key is good depends on the keys behind it, so a row is told by all that is said of it, and not by its key alone.
    private static ImmutableSortedDictionary<string, (KeyView, int)> KeysOf(ReceiptStream<KeyHistory> identity) =>
        identity.State.Keys.ToImmutableSortedDictionary(key => key.PublicKey.Id.ToString(), key => (IdentityRow.KeyOf(key, identity.State), key.Order), StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, SeriesRow> SeriesOf(ReceiptStream<CollectionState> collection) =>
        collection.State.Versions.Values
            .SelectMany(version => version.SeriesIds.Select((seriesId, order) => new SeriesRow(version.Version, seriesId, order, collection.State.IsRetired(version.Version, seriesId))))
            .ToImmutableSortedDictionary(series => $"{series.Version}/{series.SeriesId}", series => series, StringComparer.Ordinal);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static ColumnSet<T> Content<T>(this ColumnSet<T> columns, string name, Func<T, ContentReference?> reference) => columns
        .Text($"{name}_hash", source => reference(source)?.ContentHash.ToString())
        .Integer($"{name}_bytes", source => reference(source)?.Bytes)
        .Text($"{name}_media_type", source => reference(source)?.MediaType);
}
