using System.Text.Json;

namespace PixPax.Host.Modules.Collections;

/// <summary>One version of a collection, checked against every rule; it never changes.</summary>
internal sealed record CollectionContent
{
    public required string CollectionId { get; init; }

    public required string Version { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public Palette? Palette { get; init; }

    public required IReadOnlyList<Series> Series { get; init; }

    /// <summary>In the order of the index.</summary>
    public required IReadOnlyList<Card> Cards { get; init; }

    /// <summary>The Merkle root over the cards' item hashes, in the order of the index.</summary>
    public string MerkleRoot() => CollectionHashes.MerkleRoot([.. Cards.Select(card => card.ItemHash)]);

    public Card? FindCard(string cardId) => Cards.FirstOrDefault(card => card.CardId == cardId);

    public Palette PaletteOf(Card card) => card.Palette ?? Palette ?? Collections.Palette.Default;
}

internal sealed record Series(string SeriesId, string Name);

internal sealed record Card
{
    public required string CardId { get; init; }

    public required string SeriesId { get; init; }

    public required int SlotIndex { get; init; }

    public required string Role { get; init; }

    public required string Label { get; init; }

    /// <summary>Whatever the collection's author wants to say of the card; opaque here.</summary>
    public JsonElement? Attributes { get; init; }

    public required PixelGrid Grid { get; init; }

    /// <summary>A palette of the card's own.</summary>
    public Palette? Palette { get; init; }

    /// <summary>Bare hex, as the collection's own maths has it; receipts tag it with <c>sha256:</c>.</summary>
    public required string ItemHash { get; init; }
}
