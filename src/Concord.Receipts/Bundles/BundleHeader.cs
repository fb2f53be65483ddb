using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Concord.Receipts.Canonicalization;

namespace Concord.Receipts.Bundles;

/// <summary>The first line of a bundle: every stream in the file, in order.</summary>
internal static class BundleHeader
{
    /// <summary>The order of streams: the platform's keys, the identities, then the rest, each by canonical form.</summary>
    public static int Compare(StreamId left, StreamId right)
    {
        var rank = Rank(left).CompareTo(Rank(right));
        return rank != 0 ? rank : string.CompareOrdinal(left.Json, right.Json);
    }

    /// <summary>Whether the stream is the platform's or an identity's key history.</summary>
    public static bool IsKeyHistory(StreamId stream) => Rank(stream) < 2;

    public static byte[] Write(IReadOnlyList<BundlePart> parts)
    {
        var json = new ArrayBufferWriter<byte>(256 * (parts.Count + 1));
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("format", "concord-bundle");
            writer.WriteNumber("version", 1);
            writer.WriteStartArray("streams");
            foreach (var part in parts)
            {
                writer.WriteStartObject();
                writer.WritePropertyName("stream");
                writer.WriteRawValue(part.Stream.Json);
                writer.WriteNumber("from", part.From);
                writer.WriteNumber("to", part.To);
                writer.WriteString("hash", part.Hash.ToString());
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return JsonCanonicalizer.Canonicalize(json.WrittenSpan);
    }

    /// <exception cref="FormatException">Not the header of a bundle of version 1.</exception>
    public static ImmutableArray<BundlePart> Parse(ReadOnlyMemory<byte> line)
    {
        if (!JsonCanonicalizer.IsCanonical(line.Span))
            throw new FormatException("the first line is not canonical JSON");
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("format", out var format) || format.ValueKind != JsonValueKind.String || !format.ValueEquals("concord-bundle"))
            throw new FormatException("\"format\" is not \"concord-bundle\"");
        if (!root.TryGetProperty("version", out var version) || version.GetRawText() != "1")
            throw new FormatException("the bundle's version is not 1, the one that this program knows");
        if (root.GetPropertyCount() != 3 || !root.TryGetProperty("streams", out var streams) || streams.ValueKind != JsonValueKind.Array)
            throw new FormatException("the header is not {format, streams, version}");
        // A verdict "good" about nothing would be read as one about something.
        if (streams.GetArrayLength() == 0)
            throw new FormatException("the header names no stream");

        var parts = ImmutableArray.CreateBuilder<BundlePart>(streams.GetArrayLength());
        foreach (var item in streams.EnumerateArray())
        {
            var part = ParsePart(item);
            if (parts.Count > 0 && Compare(parts[^1].Stream, part.Stream) >= 0)
                throw new FormatException($"{part.Stream} stands behind {parts[^1].Stream}: out of order, or twice");
            parts.Add(part);
        }
        return parts.MoveToImmutable();
    }

    private static BundlePart ParsePart(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object || item.GetPropertyCount() != 4
            || !item.TryGetProperty("from", out var from) || from.ValueKind != JsonValueKind.Number || !from.TryGetInt64(out var first)
            || !item.TryGetProperty("to", out var to) || to.ValueKind != JsonValueKind.Number || !to.TryGetInt64(out var last)
            || !item.TryGetProperty("hash", out var text) || text.ValueKind != JsonValueKind.String || !ReceiptHash.TryParse(text.GetString(), out var hash)
            || !item.TryGetProperty("stream", out var name) || !StreamId.TryParse(Encoding.UTF8.GetBytes(name.GetRawText()), out var stream))
            throw new FormatException("a stream of the header is not {from, hash, stream, to}");
        if (first < 1 || last < first || last > ReceiptLimits.StreamVersion)
            throw new FormatException($"{stream} cannot go from version {first} to {last}");
        if (first != 1 && IsKeyHistory(stream))
            throw new FormatException($"the key history {stream} begins at version {first}, not at 1");
        return new BundlePart(stream, first, last, hash);
    }

    private static int Rank(StreamId stream) => stream.Type switch
    {
        StreamId.PlatformKeysType => 0,
        StreamId.IdentityType => 1,
        _ => 2,
    };
}
