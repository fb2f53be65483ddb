using System.Buffers;
using System.Text.Json;

namespace Concord.Receipts;

/// <summary>Represents what a decision wants recorded: the type and payload of a receipt that has no place in a chain yet.</summary>
/// <param name="Type">The receipt type, <c>[A-Z][A-Z0-9_]{0,63}</c>.</param>
/// <param name="Payload">A JSON object as UTF-8; canonicalized when it is sealed.</param>
public sealed record ReceiptDraft(string Type, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Makes a draft whose payload is an object with the members that <paramref name="writeMembers"/> writes, in any order.</summary>
    public static ReceiptDraft Create(string type, Action<Utf8JsonWriter> writeMembers)
    {
        ArgumentNullException.ThrowIfNull(writeMembers);
        var payload = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(payload))
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        }
        return new ReceiptDraft(type, payload.WrittenMemory);
    }
}
