using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Collections;

/// <summary>
/// Turns the published files into a <see cref="CollectionContent"/>, or says everything that is wrong with them. A version can
/// never be mended after it is published, so nothing is let through that a reader would have to guess at.
/// </summary>
internal sealed class CollectionParser
{
    private readonly CollectionDocument _document;
    private readonly RequestErrors _errors;

    private CollectionParser(CollectionDocument document, RequestErrors errors) => (_document, _errors) = (document, errors);

    /// <summary>Parses a document; each fault is at its JSON Pointer in the document.</summary>
    public static bool TryParse(CollectionDocument document, RequestErrors errors, [NotNullWhen(true)] out CollectionContent? content)
    {
        content = new CollectionParser(document, errors).Parse();
        if (errors.Any) content = null;
        return content is not null;
    }

    private CollectionContent Parse()
    {
        _errors.Id(_document.CollectionId, "/collectionId");
        _errors.Id(_document.Version, "/version");

        var collection = OpenFile(_document.Collection, "/collection",
            "collectionId", "version", "name", "description", "gridSize", "createdAt", "palette", "issuer");
        RequireGridSize(collection);
        collection?.OptionalTimestamp("createdAt");
        CheckIssuer(collection);

        var index = OpenFile(_document.Index, "/index", "collectionId", "version", "series", "cards", "cardMap");
        var series = ReadSeries(index);
        var cardIds = ReadCardIds(index);
        var places = ReadPlaces(index, cardIds, series);

        return new CollectionContent
        {
            CollectionId = _document.CollectionId,
            Version = _document.Version,
            Name = collection?.OptionalName("name"),
            Description = collection?.OptionalText("description"),
            Palette = ReadPalette(collection),
            Series = series,
            Cards = ReadCards(cardIds, places),
        };
    }

    private PublishedObject? OpenFile(JsonElement file, string pointer, params ReadOnlySpan<string> members)
    {
        var opened = PublishedObject.Open(file, pointer, _errors, members);
        opened?.MustAgree("collectionId", _document.CollectionId);
        opened?.MustAgree("version", _document.Version);
        return opened;
    }

    private static void RequireGridSize(PublishedObject? owner)
    {
        // The format has a member for it, and one value: a packed grid is 128 bytes.
        if (owner?.Required("gridSize") is not null) owner.MustAgree("gridSize", PixelGrid.Size);
    }

    private void CheckIssuer(PublishedObject? collection)
    {
        if (collection?.Optional("issuer") is not { } value) return;

        var issuer = PublishedObject.Open(value, collection.At("issuer"), _errors, "name", "avatarUrl");
        issuer?.OptionalName("name");
        issuer?.OptionalText("avatarUrl");
    }

    private Palette? ReadPalette(PublishedObject? owner)
    {
        if (owner?.Optional("palette") is not { } value) return null;
        if (PublishedObject.Open(value, owner.At("palette"), _errors, "id", "colors") is not { } palette) return null;

        var colors = new List<uint>(Palette.Size);
        foreach (var (item, pointer) in palette.Items("colors"))
        {
            var color = Palette.Transparent;
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetUInt32(out color))
                _errors.Add(pointer, "A colour: 0xAARRGGBB as a number.");
            else if (colors.Count == 0 && color != Palette.Transparent)
                _errors.Add(pointer, "The first colour is 0, transparent.");
            else if (colors.Count > 0 && !Palette.IsOpaque(color))
                _errors.Add(pointer, "Every colour but the first is opaque: its highest byte is 0xFF.");

            // A bad one too: it keeps its place, or the next would be "the first".
            colors.Add(color);
        }

        if (colors.Count != Palette.Size) _errors.Add(palette.At("colors"), $"Exactly {Palette.Size} colours.");
        return new Palette(palette.OptionalName("id"), colors);
    }

    private List<Series> ReadSeries(PublishedObject? index)
    {
        var all = new List<Series>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, pointer) in index?.Items("series") ?? [])
        {
            if (PublishedObject.Open(item, pointer, _errors, "seriesId", "name") is not { } series) continue;

            var seriesId = series.Id("seriesId");
            var name = series.Name("name");
            if (seriesId is null) continue;
            if (!seen.Add(seriesId)) _errors.Add(series.At("seriesId"), "Declared twice.");
            all.Add(new Series(seriesId, name ?? ""));
        }

        return all;
    }

    private List<string> ReadCardIds(PublishedObject? index)
    {
        var all = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, pointer) in index?.Items("cards") ?? [])
        {
            var cardId = PublishedObject.StringOf(item);
            _errors.Id(cardId, pointer);
            if (!RequestErrors.IsId(cardId)) continue;
            if (seen.Add(cardId)) all.Add(cardId);
            else _errors.Add(pointer, "Listed twice.");
        }

        return all;
    }

    private Dictionary<string, Place> ReadPlaces(PublishedObject? index, List<string> cardIds, List<Series> series)
    {
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        if (index?.Required("cardMap") is not { } cardMap) return places;

        var pointer = index.At("cardMap");
        if (cardMap.ValueKind != JsonValueKind.Object)
        {
            _errors.Add(pointer, "An object.");
            return places;
        }

        // One pass over the map: looking each card up in it would be quadratic.
        var unmapped = cardIds.ToHashSet(StringComparer.Ordinal);
        var declared = series.Select(one => one.SeriesId).ToHashSet(StringComparer.Ordinal);
        foreach (var member in cardMap.EnumerateObject())
        {
            var at = JsonPointer.Append(pointer, member.Name);
            if (!unmapped.Remove(member.Name)) _errors.Add(at, "Not a card of the index.");
            else if (ReadPlace(member.Value, at, declared) is { } place) places.Add(member.Name, place);
        }

        foreach (var cardId in cardIds.Where(unmapped.Contains)) _errors.Add(JsonPointer.Append(pointer, cardId), "Required.");
        return places;
    }

    private Place? ReadPlace(JsonElement value, string pointer, HashSet<string> declaredSeries)
    {
        if (PublishedObject.Open(value, pointer, _errors, "seriesId", "slotIndex", "role") is not { } entry) return null;

        var seriesId = entry.Id("seriesId");
        if (seriesId is not null && !declaredSeries.Contains(seriesId)) _errors.Add(entry.At("seriesId"), "Not a declared series.");
        var slotIndex = entry.Integer("slotIndex", least: 0);
        var role = entry.Name("role");
        return seriesId is not null && slotIndex is not null && role is not null ? new Place(seriesId, slotIndex.Value, role) : null;
    }

    private List<Card> ReadCards(List<string> cardIds, Dictionary<string, Place> places)
    {
        var listed = cardIds.ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var cards = new Dictionary<string, Card>(StringComparer.Ordinal);
        foreach (var (item, pointer) in PublishedObject.ItemsOf(_document.Cards, "/cards", _errors))
        {
            var card = PublishedObject.Open(item, pointer, _errors,
                "cardId", "seriesId", "slotIndex", "role", "label", "attributes", "renderPayload");
            if (card?.Id("cardId") is not { } cardId) continue;

            if (!listed.Contains(cardId)) _errors.Add(card.At("cardId"), "Not in the index.");
            else if (!seen.Add(cardId)) _errors.Add(card.At("cardId"), "There is another card with this id.");
            else if (ReadCard(card, cardId, places.GetValueOrDefault(cardId)) is { } read) cards.Add(cardId, read);
        }

        foreach (var cardId in cardIds.Where(cardId => !seen.Contains(cardId)))
            _errors.Add("/cards", $"Lacks the card \"{cardId}\" of the index.");

        return [.. cardIds.Where(cards.ContainsKey).Select(cardId => cards[cardId])];
    }

    private Card? ReadCard(PublishedObject card, string cardId, Place? place)
    {
        var label = card.Name("label");
        var attributes = card.Optional("attributes");
        if (attributes is { ValueKind: not JsonValueKind.Object }) _errors.Add(card.At("attributes"), "An object.");
        if (place is not null)
        {
            card.MustAgree("seriesId", place.SeriesId);
            card.MustAgree("slotIndex", place.SlotIndex);
            card.MustAgree("role", place.Role);
        }

        if (card.Required("renderPayload") is not { } payload) return null;

        var render = PublishedObject.Open(payload, card.At("renderPayload"), _errors, "gridSize", "gridB64", "palette");
        RequireGridSize(render);
        var palette = ReadPalette(render);
        if (ReadGrid(render) is not { } grid || label is null || place is null) return null;

        return new Card
        {
            CardId = cardId,
            SeriesId = place.SeriesId,
            SlotIndex = place.SlotIndex,
            Role = place.Role,
            Label = label,
            Attributes = attributes,
            Grid = grid,
            Palette = palette,
            ItemHash = CollectionHashes.ItemHash(_document.CollectionId, _document.Version, cardId, payload),
        };
    }

    private PixelGrid? ReadGrid(PublishedObject? render)
    {
        if (render?.Required("gridB64") is not { } value) return null;
        if (PublishedObject.StringOf(value) is { } base64 && PixelGrid.TryParse(base64, out var grid)) return grid;

        _errors.Add(render.At("gridB64"),
            $"Standard padded base64 of {PixelGrid.Bytes} bytes: {PixelGrid.Size}×{PixelGrid.Size} pixels of four bits.");
        return null;
    }

    private sealed record Place(string SeriesId, int SlotIndex, string Role);
}
