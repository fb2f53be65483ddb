using System.Text.Json;
using Concord.Receipts.Hashing;

namespace Concord.Receipts;

/// <summary>
/// Represents how a payload names content kept beside the stream: <c>{"bytes":n,"contentHash":"sha256:…","mediaType":"…"}</c>.
/// </summary>
/// <param name="ContentHash">SHA-256 over the canonical bytes of the content object, salt included.</param>
/// <param name="Bytes">The length of those bytes.</param>
/// <param name="MediaType">What the content is, such as <c>application/json</c>.</param>
public sealed record ContentReference(Sha256Hash ContentHash, int Bytes, string MediaType)
{
    /// <summary>Writes the reference as a JSON object.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("bytes", Bytes);
        writer.WriteString("contentHash", ContentHash.ToString());
        writer.WriteString("mediaType", MediaType);
        writer.WriteEndObject();
    }

    /// <summary>Reads a reference; an object with other members than these three is not one.</summary>
    public static bool TryRead(JsonElement element, out ContentReference? reference)
    {
        reference = null;
        if (element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() != 3)
            return false;
        if (!element.TryGetProperty("contentHash", out var hash) || hash.ValueKind != JsonValueKind.String || !Sha256Hash.TryParse(hash.GetString(), out var contentHash))
            return false;
        if (!element.TryGetProperty("bytes", out var bytes) || bytes.ValueKind != JsonValueKind.Number || !bytes.TryGetInt32(out var count) || count < 0)
            return false;
        if (!element.TryGetProperty("mediaType", out var mediaType) || mediaType.ValueKind != JsonValueKind.String)
            return false;
        reference = new ContentReference(contentHash, count, mediaType.GetString()!);
        return true;
    }

    /// <summary>Finds every reference in a payload, at any depth, in document order.</summary>
    /// <param name="payload">A JSON value as UTF-8.</param>
    public static IReadOnlyList<ContentReference> FindIn(ReadOnlyMemory<byte> payload)
    {
        // Most payloads hold none: one vectorised search decides without parsing.
        if (payload.Span.IndexOf("\"contentHash\""u8) < 0)
            return [];
        using var document = JsonDocument.Parse(payload);
        var found = new List<ContentReference>();
        Collect(document.RootElement, found);
        return found;
    }

    private static void Collect(JsonElement element, List<ContentReference> found)
    {
        if (TryRead(element, out var reference))
            found.Add(reference!);
        else if (element.ValueKind == JsonValueKind.Object)
            foreach (var member in element.EnumerateObject())
                Collect(member.Value, found);
        else if (element.ValueKind == JsonValueKind.Array)
            foreach (var item in element.EnumerateArray())
                Collect(item, found);
    }
}
