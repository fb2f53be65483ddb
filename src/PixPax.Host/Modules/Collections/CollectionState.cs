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

internal sealed class CollectionFold : ISnapshotFold<CollectionState>
{
    public const string CollectionPublished = "COLLECTION_PUBLISHED";
    public const string SeriesRetired = "SERIES_RETIRED";

    public CollectionState Initial => CollectionState.Empty;

    public string Version => "collection/1";

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
            // The members that its receipt has, so that it is read the same way.
            writer.WriteStartObject(version.Version);
            WriteReference(writer, "collection", version.Collection);
            WriteReference(writer, "index", version.Index);
            WriteReference(writer, "cards", version.Cards);
            writer.WriteNumber("cardCount", version.CardCount);
            writer.WriteString("merkleRoot", version.MerkleRoot);
            writer.WriteStartArray("seriesIds");
            foreach (var seriesId in version.SeriesIds) writer.WriteStringValue(seriesId);
            writer.WriteEndArray();
            writer.WriteString("publishedAt", version.PublishedAt);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteStartArray("retired");
        foreach (var retired in state.Retired)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(retired.Version);
            writer.WriteStringValue(retired.SeriesId);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public CollectionState Read(JsonElement state) => CollectionState.Empty with
    {
        Versions = CollectionState.Empty.Versions.AddRange(state.GetProperty("versions").EnumerateObject().Select(version =>
            KeyValuePair.Create(version.Name, ReadVersion(version.Name, version.Value, version.Value.GetProperty("publishedAt").GetString()!)))),
        Retired = [.. state.GetProperty("retired").EnumerateArray().Select(retired => new RetiredSeries(retired[0].GetString()!, retired[1].GetString()!))],
    };

    private static void WriteReference(Utf8JsonWriter writer, string member, ContentReference reference)
    {
        writer.WritePropertyName(member);
        reference.WriteTo(writer);
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
