using System.Collections.Immutable;
using Concord.Receipts;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Modules.Pixbooks;

/// <summary>A book: whose it is, which cards it holds, and where its last save stands.</summary>
internal sealed record PixbookState
{
    public static readonly PixbookState Empty = new();

    /// <summary>The identity that owns the book, for the book's life; empty before it is created.</summary>
    public string OwnerIdentityId { get; init; } = "";

    public string CollectionId { get; init; } = "";

    public ContentReference? Name { get; init; }

    /// <summary>As the first receipt says it: RFC 3339, UTC, milliseconds.</summary>
    public string CreatedAt { get; init; } = "";

    public ImmutableSortedDictionary<string, CardInstance> Cards { get; init; } = ImmutableSortedDictionary.Create<string, CardInstance>(StringComparer.Ordinal);

    public LastSave? LastSave { get; init; }
}

/// <summary>One owned copy of a card.</summary>
internal sealed record CardInstance
{
    public required string CardInstanceId { get; init; }

    public required string CardId { get; init; }

    public required string CollectionId { get; init; }

    public required string CollectionVersion { get; init; }

    public string? SeriesId { get; init; }

    public required int SlotIndex { get; init; }

    public string? Role { get; init; }

    public required string ItemHash { get; init; }

    /// <summary>How it came into the book: <c>grant</c>, <c>pack</c> or <c>trade</c>.</summary>
    [OneOf("grant", "pack", "trade")]
    public required string Source { get; init; }

    public required long AddedAtVersion { get; init; }
}

/// <summary>Where the last save stands; the saved document itself stays in its receipt, or in the content that the receipt names.</summary>
internal sealed record LastSave(EventId EventId, long StreamVersion, string CreatedAt, ContentReference? Content);
