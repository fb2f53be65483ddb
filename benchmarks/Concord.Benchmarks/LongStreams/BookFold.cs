using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;

namespace Concord.Benchmarks.LongStreams;

/// <summary>A book of the sample ledger: whose it is, and how often it was saved.</summary>
internal sealed record BookState(string OwnerIdentityId, long Saves);

internal sealed class BookFold : ISnapshotFold<BookState>
{
    public BookState Initial { get; } = new("", 0);

    public string Version => "book/1";

    public bool Knows(string receiptType) => receiptType is "PIXBOOK_CREATED" or "PIXBOOK_SAVED";

    public BookState Evolve(BookState state, SealedReceipt receipt)
    {
        using var payload = receipt.ReadPayload();
        return receipt.Type == "PIXBOOK_CREATED"
            ? state with { OwnerIdentityId = payload.RootElement.GetProperty("ownerIdentityId").GetString()! }
            : state with { Saves = state.Saves + 1 };
    }

    public void Write(BookState state, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("ownerIdentityId", state.OwnerIdentityId);
        writer.WriteNumber("saves", state.Saves);
        writer.WriteEndObject();
    }

    public BookState Read(JsonElement state) => new(state.GetProperty("ownerIdentityId").GetString()!, state.GetProperty("saves").GetInt64());
}
