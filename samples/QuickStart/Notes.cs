using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;

/// <summary>Folds a list of notes: the state is their texts, in the order in which they were added.</summary>
internal sealed class NotesFold : IFold<ImmutableList<string>>
{
    public const string NoteAdded = "NOTE_ADDED";

    public ImmutableList<string> Initial => [];

    public bool Knows(string receiptType) => receiptType == NoteAdded;

    public ImmutableList<string> Evolve(ImmutableList<string> state, SealedReceipt receipt)
    {
        using var payload = receipt.ReadPayload();
        return state.Add(payload.RootElement.GetProperty("text").GetString()!);
    }

    public void Write(ImmutableList<string> state, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var text in state)
            writer.WriteStringValue(text);
        writer.WriteEndArray();
    }
}
