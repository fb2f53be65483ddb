using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Derived;

/// <summary>The members of a snapshot that every type of stream has: its head, the idempotency keys seen, who signed last, what was erased.</summary>
internal static class SnapshotFacts
{
    public static void Write(ReceiptStream stream, Utf8JsonWriter writer)
    {
        // Most of a snapshot: arrays, in stream order, take little more than what they hold.
        writer.WriteStartArray("keys");
        foreach (var (key, seen) in stream.Keys.OrderBy(key => key.Value.FirstVersion))
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(seen.FirstVersion);
            writer.WriteStringValue(key);
            writer.WriteStringValue(seen.RequestHash.ToString());
            writer.WriteEndArray();
        }
        writer.WriteEndArray();
        writer.WriteStartObject("issuerKeys");
        foreach (var (identityId, keyId) in stream.IssuerKeys)
            writer.WriteString(identityId, keyId.ToString());
        writer.WriteEndObject();
        writer.WriteStartObject("lastSigned");
        foreach (var (keyId, last) in stream.LastSigned)
        {
            writer.WriteStartArray(keyId.ToString());
            writer.WriteNumberValue(last.StreamVersion);
            writer.WriteStringValue(last.Hash.ToString());
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
        writer.WriteStartArray("erased");
        foreach (var hash in stream.Erased.Select(hash => hash.ToString()).Order(StringComparer.Ordinal))
            writer.WriteStringValue(hash);
        writer.WriteEndArray();
    }

    /// <exception cref="FormatException">A value is not of its form.</exception>
    /// <exception cref="InvalidOperationException">A value is of another kind.</exception>
    /// <exception cref="KeyNotFoundException">A member is missing.</exception>
    public static StreamFacts Read(JsonElement snapshot)
    {
        var keys = ImmutableDictionary.CreateBuilder<string, SeenKey>(StringComparer.Ordinal);
        foreach (var item in snapshot.GetProperty("keys").EnumerateArray())
            keys.Add(item[1].GetString()!, new SeenKey(Sha256Hash.Parse(item[2].GetString()!), item[0].GetInt64()));
        var issuerKeys = ImmutableDictionary.CreateBuilder<string, PublicKeyId>(StringComparer.Ordinal);
        foreach (var item in snapshot.GetProperty("issuerKeys").EnumerateObject())
            issuerKeys.Add(item.Name, PublicKeyId.Parse(item.Value.GetString()!));
        var lastSigned = ImmutableDictionary.CreateBuilder<PublicKeyId, (long, ReceiptHash)>();
        foreach (var item in snapshot.GetProperty("lastSigned").EnumerateObject())
            lastSigned.Add(PublicKeyId.Parse(item.Name), (item.Value[0].GetInt64(), ReceiptHash.Parse(item.Value[1].GetString()!)));
        var head = new StreamHead(
            snapshot.GetProperty("streamVersion").GetInt64(),
            EventId.Parse(snapshot.GetProperty("eventId").GetString()!),
            ReceiptHash.Parse(snapshot.GetProperty("hash").GetString()!),
            snapshot.GetProperty("commitFirstVersion").GetInt64());
        return new StreamFacts(
            head, keys.ToImmutable(), issuerKeys.ToImmutable(), lastSigned.ToImmutable(),
            [.. snapshot.GetProperty("erased").EnumerateArray().Select(hash => Sha256Hash.Parse(hash.GetString()!))]);
    }
}
