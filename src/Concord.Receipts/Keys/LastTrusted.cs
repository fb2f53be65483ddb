using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Concord.Receipts.Keys;

/// <summary>Represents the last receipt of one stream that a key signed and that is still to be trusted after the key's end.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="StreamVersion">The receipt's version.</param>
/// <param name="Hash">The receipt's hash.</param>
public sealed record LastTrusted(StreamId Stream, long StreamVersion, ReceiptHash Hash)
{
    /// <summary>Writes a list as a JSON array.</summary>
    public static void WriteList(ImmutableArray<LastTrusted> list, Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartArray();
        foreach (var item in list)
        {
            writer.WriteStartObject();
            writer.WriteString("hash", item.Hash.ToString());
            writer.WritePropertyName("stream");
            writer.WriteRawValue(item.Stream.Json);
            writer.WriteNumber("streamVersion", item.StreamVersion);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    /// <summary>Gets a list as JSON, for a content object.</summary>
    public static byte[] ToJson(ImmutableArray<LastTrusted> list)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(json))
            WriteList(list, writer);
        return json.WrittenSpan.ToArray();
    }

    /// <summary>Reads a list.</summary>
    /// <exception cref="FormatException">An item is not exactly <c>{hash, stream, streamVersion}</c>, or a stream is listed twice.</exception>
    public static ImmutableDictionary<StreamId, LastTrusted> ReadList(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array)
            throw new FormatException("lastTrusted is a list.");
        var list = ImmutableDictionary.CreateBuilder<StreamId, LastTrusted>();
        foreach (var item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || item.GetPropertyCount() != 3
                || !item.TryGetProperty("hash", out var hash) || hash.ValueKind != JsonValueKind.String || !ReceiptHash.TryParse(hash.GetString(), out var receiptHash)
                || !item.TryGetProperty("streamVersion", out var version) || version.ValueKind != JsonValueKind.Number || !version.TryGetInt64(out var streamVersion)
                || !item.TryGetProperty("stream", out var stream) || !StreamId.TryParse(System.Text.Encoding.UTF8.GetBytes(stream.GetRawText()), out var streamId))
                throw new FormatException("An item of lastTrusted is {hash, stream, streamVersion}.");
            if (!list.TryAdd(streamId, new LastTrusted(streamId, streamVersion, receiptHash)))
                throw new FormatException($"lastTrusted lists {streamId} twice.");
        }
        return list.ToImmutable();
    }
}
