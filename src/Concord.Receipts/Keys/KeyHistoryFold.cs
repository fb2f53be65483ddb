using System.Text;
using System.Text.Json;
using Concord.Receipts.Hashing;
using Concord.Receipts.Projections;
using Concord.Receipts.Signing;

namespace Concord.Receipts.Keys;

/// <summary>Folds key history streams: the same function for hosts that sign and for verifiers.</summary>
public sealed class KeyHistoryFold : ISnapshotFold<KeyHistory>
{
    /// <inheritdoc/>
    public KeyHistory Initial => KeyHistory.Empty;

    /// <inheritdoc/>
    public string Version => "key-history/1";

    /// <inheritdoc/>
    public bool Knows(string receiptType) => receiptType is KeyReceipts.KeyAdded or KeyReceipts.KeyCompromised or KeyReceipts.IdentityCreated
        or KeyReceipts.IdentityKeyRotated or KeyReceipts.IdentityRevoked or KeyReceipts.IdentityKeyCompromised
        or ContentErasure.ReceiptType;

    /// <inheritdoc/>
    public KeyHistory Evolve(KeyHistory state, SealedReceipt receipt) => state.Evolve(receipt);

    /// <inheritdoc/>
    public void Write(KeyHistory state, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        if (state.Stream is { } stream)
        {
            writer.WritePropertyName("stream");
            writer.WriteRawValue(stream.Json);
            writer.WriteNumber("version", state.Version);
            writer.WriteString("hash", state.Hash.ToString());
        }
        writer.WriteBoolean("isRevoked", state.IsRevoked);
        if (state.Label is { } label)
        {
            writer.WritePropertyName("label");
            label.WriteTo(writer);
        }
        writer.WriteStartArray("keys");
        foreach (var key in state.Keys)
            Write(key, writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <inheritdoc/>
    public KeyHistory Read(JsonElement state)
    {
        var keys = state.GetProperty("keys").EnumerateArray().Select(ReadKey);
        ContentReference? label = null;
        if (state.TryGetProperty("label", out var member) && !ContentReference.TryRead(member, out label))
            throw new FormatException("label is a content reference.");
        var isRevoked = state.GetProperty("isRevoked").GetBoolean();
        return state.TryGetProperty("stream", out var name)
            ? KeyHistory.Restore(ReadStream(name), state.GetProperty("version").GetInt64(), ReceiptHash.Parse(state.GetProperty("hash").GetString()!), [.. keys], label, isRevoked)
            : KeyHistory.Empty;
    }

    private static void Write(KeyEntry key, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteBase64String("publicKey", key.PublicKey.Spki.Span);
        writer.WriteStartArray("keyRef");
        writer.WriteStringValue(key.Reference.Provider);
        writer.WriteStringValue(key.Reference.Name);
        writer.WriteNumberValue(key.Reference.Version);
        writer.WriteEndArray();
        if (key.Next is { } next)
            writer.WriteString("next", next.ToString());
        if (key.End is { } end)
        {
            writer.WriteStartObject("end");
            writer.WriteBoolean("isCompromise", end.IsCompromise);
            writer.WriteString("reason", end.Reason);
            writer.WritePropertyName("lastTrusted");
            LastTrusted.WriteList([.. end.LastTrusted.Values.OrderBy(last => last.Stream.Json, StringComparer.Ordinal)], writer);
            if (end.ListContent is { } list)
                writer.WriteString("listContent", list.ToString());
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static KeyEntry ReadKey(JsonElement key, int order)
    {
        var reference = key.GetProperty("keyRef");
        return new KeyEntry(
            PublicKey.FromSpki(key.GetProperty("publicKey").GetBytesFromBase64()),
            order,
            new KeyReference(reference[0].GetString()!, reference[1].GetString()!, reference[2].GetInt32()),
            key.TryGetProperty("next", out var next) ? PublicKeyId.Parse(next.GetString()!) : null,
            key.TryGetProperty("end", out var end) ? ReadEnd(end) : null);
    }

    private static KeyEnd ReadEnd(JsonElement end) => new(
        end.GetProperty("isCompromise").GetBoolean(),
        end.GetProperty("reason").GetString()!,
        LastTrusted.ReadList(end.GetProperty("lastTrusted")),
        end.TryGetProperty("listContent", out var list) ? Sha256Hash.Parse(list.GetString()!) : null);

    private static StreamId ReadStream(JsonElement name) =>
        StreamId.TryParse(Encoding.UTF8.GetBytes(name.GetRawText()), out var stream) ? stream : throw new FormatException("stream is the name of a stream.");
}
