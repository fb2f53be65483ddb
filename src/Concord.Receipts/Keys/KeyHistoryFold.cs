using System.Text.Json;
using Concord.Receipts.Projections;

namespace Concord.Receipts.Keys;

/// <summary>Folds key history streams: the same function for hosts that sign and for verifiers.</summary>
public sealed class KeyHistoryFold : IFold<KeyHistory>
{
    /// <inheritdoc/>
    public KeyHistory Initial => KeyHistory.Empty;

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
        writer.WriteBoolean("isRevoked", state.IsRevoked);
        if (state.Label is { } label)
        {
            writer.WritePropertyName("label");
            label.WriteTo(writer);
        }
        writer.WriteStartArray("keys");
        foreach (var key in state.Keys)
        {
            writer.WriteStartObject();
            writer.WriteString("publicKeyId", key.PublicKey.Id.ToString());
            writer.WriteString("end", key.End is null ? "" : key.End.IsCompromise ? "compromised" : "revoked");
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
