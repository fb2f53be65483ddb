namespace Concord.Receipts;

/// <summary>Represents what a decision wants recorded: the type and payload of a receipt that has no place in a chain yet.</summary>
/// <param name="Type">The receipt type, <c>[A-Z][A-Z0-9_]{0,63}</c>.</param>
/// <param name="Payload">A JSON object as UTF-8; canonicalized when it is sealed.</param>
public sealed record ReceiptDraft(string Type, ReadOnlyMemory<byte> Payload);
