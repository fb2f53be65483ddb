using PixPax.Client.Transport;

namespace PixPax.Client;

/// <summary>What there is to do with collections of cards.</summary>
public sealed class CollectionsClient
{
    private readonly Connection _connection;

    internal CollectionsClient(Connection connection) => _connection = connection;

    /// <summary>Lists the published collections, in the order of their ids.</summary>
    /// <param name="minEventId">The <c>eventId</c> that a command answered, to see it here: waits up to 2 s, and is refused as <c>projection-behind</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public IAsyncEnumerable<Collection> ListAsync(string? minEventId = null, CancellationToken cancellationToken = default) =>
        Connection.AllAsync(
            async (cursor, cancelled) =>
            {
                var page = await _connection.Api.ListCollectionsAsync(cursor: cursor, minEventId: minEventId, cancellationToken: cancelled).ConfigureAwait(false);
                return (page.Data, page.NextCursor);
            },
            cancellationToken);

    /// <summary>Gets a version of a collection: its series and cards.</summary>
    /// <param name="id">The collection.</param>
    /// <param name="version">The version.</param>
    /// <param name="minVersion">Waits up to 2 s for the stream to reach this version, and is refused as <c>version-not-reached</c> then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<VersionContent> GetVersionAsync(string id, string version, long? minVersion = null, CancellationToken cancellationToken = default) =>
        _connection.Api.GetCollectionVersionAsync(id, version, minVersion, cancellationToken: cancellationToken);

    /// <summary>Gets a version of a collection, unless it is still what the caller has.</summary>
    /// <param name="id">The collection.</param>
    /// <param name="version">The version.</param>
    /// <param name="entityTag">The tag of what the caller has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What is there now; <see langword="null"/> when nothing has changed.</returns>
    public Task<VersionContent?> GetVersionIfChangedAsync(string id, string version, string entityTag, CancellationToken cancellationToken = default) =>
        PixPaxApi.UnlessUnchangedAsync(_connection.Api.GetCollectionVersionAsync(id, version, if_None_Match: entityTag, cancellationToken: cancellationToken));

    /// <summary>Gets a card.</summary>
    public Task<Card> GetCardAsync(string id, string version, string cardId, CancellationToken cancellationToken = default) =>
        _connection.Api.GetCardAsync(id, version, cardId, cancellationToken);

    /// <summary>Gets the picture of a card, a PNG.</summary>
    /// <param name="id">The collection.</param>
    /// <param name="version">The version.</param>
    /// <param name="cardId">The card.</param>
    /// <param name="scale">The side of a pixel's square, from 1 to 32; 16 unless given.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<byte[]> GetCardPictureAsync(string id, string version, string cardId, int? scale = null, CancellationToken cancellationToken = default) =>
        _connection.BytesAsync(Address.Of($"v1/collections/{id}/versions/{version}/cards/{cardId}.png").With("scale", scale), "image/png", cancellationToken);

    /// <summary>Publishes a version of a collection. For operators.</summary>
    public Task<CollectionPublished> PublishAsync(PublishCollection command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.PublishCollectionAsync(options.Key, command, options.IfMatch, cancellationToken);
    }

    /// <summary>Retires a series: nothing of it is given out any more. For operators.</summary>
    public Task<CollectionWritten> RetireSeriesAsync(string id, RetireSeries command, CommandOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new CommandOptions();
        return _connection.Api.RetireSeriesAsync(id, options.Key, command, options.IfMatch, cancellationToken);
    }
}
