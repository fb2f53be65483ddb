using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;

namespace PixPax.Host.Modules.Collections;

/// <summary>A collection: its published versions, and the series that are retired.</summary>
internal sealed record CollectionState
{
    public static readonly CollectionState Empty = new();

    public ImmutableSortedDictionary<string, PublishedVersion> Versions { get; init; } = ImmutableSortedDictionary.Create<string, PublishedVersion>(StringComparer.Ordinal);

    public ImmutableSortedSet<RetiredSeries> Retired { get; init; } = [];

    public bool IsRetired(string version, string seriesId) => Retired.Contains(new RetiredSeries(version, seriesId));
}

/// <summary>A version as its receipt names it; the three parts are content.</summary>
internal sealed record PublishedVersion(
    string Version, ContentReference Collection, ContentReference Index, ContentReference Cards, int CardCount, string MerkleRoot, ImmutableArray<string> SeriesIds, string PublishedAt);

internal readonly record struct RetiredSeries(string Version, string SeriesId) : IComparable<RetiredSeries>
{
    public int CompareTo(RetiredSeries other) =>
        string.CompareOrdinal(Version, other.Version) is not 0 and var order ? order : string.CompareOrdinal(SeriesId, other.SeriesId);
}

internal sealed class CollectionFold : IFold<CollectionState>
{
    public const string CollectionPublished = "COLLECTION_PUBLISHED";
    public const string SeriesRetired = "SERIES_RETIRED";

    public CollectionState Initial => CollectionState.Empty;

    public bool Knows(string receiptType) => receiptType is CollectionPublished or SeriesRetired;

    public CollectionState Evolve(CollectionState state, SealedReceipt receipt)
    {
        using var document = receipt.ReadPayload();
        var payload = document.RootElement;
        var version = payload.GetProperty("collectionVersion").GetString()!;
        return receipt.Type == CollectionPublished
            ? state with { Versions = state.Versions.SetItem(version, ReadVersion(version, payload, receipt.CreatedAtText)) }
            : state with { Retired = state.Retired.Add(new RetiredSeries(version, payload.GetProperty("seriesId").GetString()!)) };
    }

    public void Write(CollectionState state, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("versions");
        foreach (var version in state.Versions.Values)
        {
            writer.WriteStartObject(version.Version);
            writer.WriteString("merkleRoot", version.MerkleRoot);
            writer.WriteNumber("cardCount", version.CardCount);
            writer.WriteString("publishedAt", version.PublishedAt);
            writer.WritePropertyName("cards");
            version.Cards.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartArray("retired");
        foreach (var retired in state.Retired)
        {
            writer.WriteStringValue(retired.Version);
            writer.WriteStringValue(retired.SeriesId);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static PublishedVersion ReadVersion(string version, JsonElement payload, string publishedAt) => new(
        version,
        Reference(payload, "collection"),
        Reference(payload, "index"),
        Reference(payload, "cards"),
        payload.GetProperty("cardCount").GetInt32(),
        payload.GetProperty("merkleRoot").GetString()!,
        [.. payload.GetProperty("seriesIds").EnumerateArray().Select(series => series.GetString()!)],
        publishedAt);

    private static ContentReference Reference(JsonElement payload, string member) =>
        ContentReference.TryRead(payload.GetProperty(member), out var reference) ? reference! : throw new FormatException($"{member} is a content reference.");
}
