using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Streams;
using PixPax.Host.Modules.Accounts;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Modules.Credentials;
using PixPax.Host.Modules.Pixbooks;

namespace PixPax.Host.Platform.Receipts;

/// <summary>Every type of stream that this host keeps: where it stands in the store, and how it folds.</summary>
internal static class PixPaxStreams
{
    /// <summary>What the prefixes of all streams begin with.</summary>
    public const string Root = "pixpax/";

    private static readonly KeyHistoryFold KeyHistories = new();

    public static readonly StreamType<KeyHistory> PlatformKeys = new(StreamId.PlatformKeysType, "pixpax/platform/keys/", KeyHistories);

    public static readonly StreamType<AccountState> Account = new(
        "account", "pixpax/accounts/{accountId}/", new AccountFold(), Locator("account", "accountId"));

    public static readonly StreamType<KeyHistory> Identity = new(
        StreamId.IdentityType, "pixpax/identities/{accountId}/{identityId}/", KeyHistories, Locator(StreamId.IdentityType, "identityId"));

    public static readonly StreamType<CollectionState> Collection = new(
        "collection", "pixpax/collections/{collectionId}/", new CollectionFold(), Locator("collection", "collectionId"));

    public static readonly StreamType<PixbookState> Pixbook = new(
        "pixbook", "pixpax/pixbooks/{accountId}/{bookId}/", new PixbookFold(), Locator("pixbook", "bookId"));

    /// <summary>One stream for all of them: they are few, and signing in needs all of them at hand.</summary>
    public static readonly StreamType<CredentialState> Credentials = new("service-credentials", "pixpax/credentials/", new CredentialFold());

    public static readonly StreamId CredentialsId = StreamId.Create("service-credentials");

    /// <summary>Where the locators of all types stand; derived objects, each the name of the stream that an id leads to.</summary>
    public const string Locators = "pixpax/locators/";

    public static string LocatorOf(string type, string id) => $"{Locators}{type}/{id}.json";

    public static StreamId AccountId(string accountId) => StreamId.Create("account", ("accountId", accountId));

    public static StreamId CollectionId(string collectionId) => StreamId.Create("collection", ("collectionId", collectionId));

    public static StreamId PixbookId(string accountId, string bookId) => StreamId.Create("pixbook", ("accountId", accountId), ("bookId", bookId));

    /// <summary>The stream that stands at a prefix, by the prefix alone: what is stored there may be damaged. Null when this version keeps none there.</summary>
    public static StreamId? At(string prefix) => prefix.Split('/') switch
    {
        ["pixpax", "platform", "keys", ""] => StreamId.PlatformKeys,
        ["pixpax", "accounts", var accountId, ""] when StreamId.IsId(accountId) => AccountId(accountId),
        ["pixpax", "identities", var accountId, var identityId, ""] when StreamId.IsId(accountId) && StreamId.IsId(identityId) => StreamId.Identity(accountId, identityId),
        ["pixpax", "collections", var collectionId, ""] when StreamId.IsId(collectionId) => CollectionId(collectionId),
        ["pixpax", "credentials", ""] => CredentialsId,
        ["pixpax", "pixbooks", var accountId, var bookId, ""] when StreamId.IsId(accountId) && StreamId.IsId(bookId) => PixbookId(accountId, bookId),
        _ => null,
    };

    /// <summary>Where a stream of any type stands.</summary>
    /// <exception cref="ArgumentException">This version keeps no streams of this type.</exception>
    public static string PrefixOf(StreamId id) => id.Type switch
    {
        StreamId.PlatformKeysType => PlatformKeys.PrefixOf(id),
        "account" => Account.PrefixOf(id),
        StreamId.IdentityType => Identity.PrefixOf(id),
        "collection" => Collection.PrefixOf(id),
        "pixbook" => Pixbook.PrefixOf(id),
        "service-credentials" => Credentials.PrefixOf(id),
        _ => throw new ArgumentException($"This version keeps no {id.Type} streams.", nameof(id)),
    };

    /// <summary>Reads a stream whatever its type; null when this version knows no such type.</summary>
    public static async ValueTask<ReceiptStream?> ReadAsync(ReceiptStreams streams, StreamId id, CancellationToken cancellationToken) => id.Type switch
    {
        StreamId.PlatformKeysType => await streams.ReadAsync(PlatformKeys, id, cancellationToken),
        "account" when id.Ids.ContainsKey("accountId") => await streams.ReadAsync(Account, id, cancellationToken),
        StreamId.IdentityType => await streams.ReadAsync(Identity, id, cancellationToken),
        "collection" when id.Ids.ContainsKey("collectionId") => await streams.ReadAsync(Collection, id, cancellationToken),
        "pixbook" => await streams.ReadAsync(Pixbook, id, cancellationToken),
        "service-credentials" when id.Ids.Count == 0 => await streams.ReadAsync(Credentials, id, cancellationToken),
        _ => null,
    };

    /// <summary>Reads one commit of a stream whatever its type.</summary>
    /// <exception cref="StreamDamagedException">There is no such commit, or it is not well-formed.</exception>
    public static ValueTask<ImmutableArray<SealedReceipt>> ReadCommitAsync(ReceiptStreams streams, StreamId id, long firstVersion, CancellationToken cancellationToken) => id.Type switch
    {
        StreamId.PlatformKeysType => streams.ReadCommitAsync(PlatformKeys, id, firstVersion, cancellationToken),
        "account" => streams.ReadCommitAsync(Account, id, firstVersion, cancellationToken),
        StreamId.IdentityType => streams.ReadCommitAsync(Identity, id, firstVersion, cancellationToken),
        "collection" => streams.ReadCommitAsync(Collection, id, firstVersion, cancellationToken),
        "pixbook" => streams.ReadCommitAsync(Pixbook, id, firstVersion, cancellationToken),
        "service-credentials" => streams.ReadCommitAsync(Credentials, id, firstVersion, cancellationToken),
        _ => throw new ArgumentException($"This version keeps no {id.Type} streams.", nameof(id)),
    };

    /// <summary>Finds the head of a stream whatever its type; the empty one if there is no such stream.</summary>
    public static ValueTask<StreamHead> FindHeadAsync(ReceiptStreams streams, StreamId id, CancellationToken cancellationToken) => id.Type switch
    {
        StreamId.PlatformKeysType => streams.FindHeadAsync(PlatformKeys, id, cancellationToken: cancellationToken),
        "account" => streams.FindHeadAsync(Account, id, cancellationToken: cancellationToken),
        StreamId.IdentityType => streams.FindHeadAsync(Identity, id, cancellationToken: cancellationToken),
        "collection" => streams.FindHeadAsync(Collection, id, cancellationToken: cancellationToken),
        "pixbook" => streams.FindHeadAsync(Pixbook, id, cancellationToken: cancellationToken),
        "service-credentials" => streams.FindHeadAsync(Credentials, id, cancellationToken: cancellationToken),
        _ => throw new ArgumentException($"This version keeps no {id.Type} streams.", nameof(id)),
    };

    /// <summary>What the prefixes of an account's streams begin with, besides that of the account's own.</summary>
    public static IReadOnlyList<string> FoldersOf(string accountId) => [$"{Root}identities/{accountId}/", $"{Root}pixbooks/{accountId}/"];

    private static string Locator(string type, string id) => LocatorOf(type, "{" + id + "}");
}
