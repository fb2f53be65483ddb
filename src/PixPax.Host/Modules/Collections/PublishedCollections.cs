using System.Collections.Concurrent;
using System.Text.Json;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Collections;

/// <summary>A version of a collection, with what has been retired since it was published.</summary>
internal sealed record PublishedCollection(ReceiptStream<CollectionState> Stream, CollectionContent Content)
{
    public bool IsRetired(string seriesId) => Stream.State.IsRetired(Content.Version, seriesId);
}

/// <summary>Reads published collections. A version never changes, so it is parsed once.</summary>
internal sealed class PublishedCollections(ReceiptStreams streams, StoredContent stored)
{
    private const int MaxRemembered = 200;

    private readonly ConcurrentDictionary<(string CollectionId, string Version), CollectionContent> _parsed = new();

    public async ValueTask<ReceiptStream<CollectionState>?> FindAsync(string collectionId, CancellationToken cancellationToken)
    {
        if (!RequestErrors.IsId(collectionId)) return null;
        var stream = await streams.ReadAsync(PixPaxStreams.Collection, PixPaxStreams.CollectionId(collectionId), cancellationToken);
        return stream.Head.IsEmpty ? null : stream;
    }

    /// <summary>The version; null when it was not published, or its content is gone.</summary>
    public async ValueTask<PublishedCollection?> FindAsync(string collectionId, string version, CancellationToken cancellationToken) =>
        await FindAsync(collectionId, cancellationToken) is { } stream ? await FindAsync(stream, version, cancellationToken) : null;

    /// <summary>The same of a collection that was read already.</summary>
    public async ValueTask<PublishedCollection?> FindAsync(ReceiptStream<CollectionState> stream, string version, CancellationToken cancellationToken)
    {
        if (!stream.State.Versions.TryGetValue(version, out var published)) return null;
        var collectionId = stream.Id["collectionId"];
        if (_parsed.TryGetValue((collectionId, version), out var known)) return new PublishedCollection(stream, known);
        if (await ParseAsync(stream, published, cancellationToken) is not { } content) return null;

        if (_parsed.Count >= MaxRemembered) _parsed.Clear();
        _parsed[(collectionId, version)] = content;
        return new PublishedCollection(stream, content);
    }

    private async ValueTask<CollectionContent?> ParseAsync(ReceiptStream<CollectionState> stream, PublishedVersion published, CancellationToken cancellationToken)
    {
        if (await stored.ReadAsync(stream, published.Collection, cancellationToken) is not { } collection
            || await stored.ReadAsync(stream, published.Index, cancellationToken) is not { } index
            || await stored.ReadAsync(stream, published.Cards, cancellationToken) is not { } cards)
        {
            return null;
        }

        var document = new CollectionDocument
        {
            CollectionId = stream.Id["collectionId"],
            Version = published.Version,
            Collection = Parse(collection.Json),
            Index = Parse(index.Json),
            Cards = Parse(cards.Json),
        };
        return CollectionParser.TryParse(document, new RequestErrors(), out var content) ? content : null;
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
