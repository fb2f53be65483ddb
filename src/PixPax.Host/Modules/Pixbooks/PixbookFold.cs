using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;

namespace PixPax.Host.Modules.Pixbooks;

internal sealed class PixbookFold : ISnapshotFold<PixbookState>
{
    public const string PixbookCreated = "PIXBOOK_CREATED";
    public const string PixbookSave = "PIXBOOK_SAVE";
    public const string CardAdded = "CARD_ADDED";
    public const string CardRemoved = "CARD_REMOVED";

    public PixbookState Initial => PixbookState.Empty;

    public string Version => "pixbook/1";

    public bool Knows(string receiptType) => receiptType is PixbookCreated or PixbookSave or CardAdded or CardRemoved;

    public PixbookState Evolve(PixbookState state, SealedReceipt receipt)
    {
        using var document = receipt.ReadPayload();
        var payload = document.RootElement;
        return receipt.Type switch
        {
            PixbookCreated => state with
            {
                OwnerIdentityId = payload.GetProperty("ownerIdentityId").GetString()!,
                CollectionId = payload.GetProperty("collectionId").GetString()!,
                Name = ContentReference.TryRead(payload.GetProperty("name"), out var name) ? name : throw new FormatException("name is a content reference."),
                CreatedAt = receipt.CreatedAtText,
            },
            PixbookSave => state with
            {
                LastSave = new LastSave(receipt.EventId, receipt.StreamVersion, receipt.CreatedAtText,
                    ContentReference.TryRead(payload.GetProperty("snapshot"), out var content) ? content : null),
            },
            CardAdded => state with { Cards = state.Cards.SetItem(payload.GetProperty("cardInstanceId").GetString()!, ReadCard(payload, receipt.StreamVersion)) },
            CardRemoved => state with { Cards = state.Cards.Remove(payload.GetProperty("cardInstanceId").GetString()!) },
            _ => state,
        };
    }

    public void Write(PixbookState state, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("ownerIdentityId", state.OwnerIdentityId);
        writer.WriteString("collectionId", state.CollectionId);
        writer.WriteString("createdAt", state.CreatedAt);
        WriteReference(writer, "name", state.Name);
        writer.WritePropertyName("cards");
        JsonSerializer.Serialize(writer, [.. state.Cards.Values], PixbooksJson.Default.CardInstanceArray);
        if (state.LastSave is { } save)
        {
            writer.WriteStartObject("lastSave");
            writer.WriteString("eventId", save.EventId.ToString());
            writer.WriteNumber("streamVersion", save.StreamVersion);
            writer.WriteString("createdAt", save.CreatedAt);
            WriteReference(writer, "content", save.Content);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public PixbookState Read(JsonElement state) => PixbookState.Empty with
    {
        OwnerIdentityId = state.GetProperty("ownerIdentityId").GetString()!,
        CollectionId = state.GetProperty("collectionId").GetString()!,
        CreatedAt = state.GetProperty("createdAt").GetString()!,
        Name = ReadReference(state, "name"),
        Cards = PixbookState.Empty.Cards.AddRange(state.GetProperty("cards").Deserialize(PixbooksJson.Default.CardInstanceArray)!
            .Select(card => KeyValuePair.Create(card.CardInstanceId, card))),
        LastSave = !state.TryGetProperty("lastSave", out var save) ? null : new LastSave(
            EventId.Parse(save.GetProperty("eventId").GetString()!), save.GetProperty("streamVersion").GetInt64(), save.GetProperty("createdAt").GetString()!, ReadReference(save, "content")),
    };

    private static ContentReference? ReadReference(JsonElement element, string member) =>
        !element.TryGetProperty(member, out var found) ? null
        : ContentReference.TryRead(found, out var reference) ? reference
        : throw new FormatException($"{member} is a content reference.");

    private static void WriteReference(Utf8JsonWriter writer, string member, ContentReference? reference)
    {
        if (reference is null) return;

        writer.WritePropertyName(member);
        reference.WriteTo(writer);
    }

    private static CardInstance ReadCard(JsonElement payload, long version) => new()
    {
        CardInstanceId = payload.GetProperty("cardInstanceId").GetString()!,
        CardId = payload.GetProperty("cardId").GetString()!,
        CollectionId = payload.GetProperty("collectionId").GetString()!,
        CollectionVersion = payload.GetProperty("collectionVersion").GetString()!,
        SeriesId = payload.TryGetProperty("seriesId", out var seriesId) ? seriesId.GetString() : null,
        SlotIndex = payload.GetProperty("slotIndex").GetInt32(),
        Role = payload.TryGetProperty("role", out var role) ? role.GetString() : null,
        ItemHash = payload.GetProperty("itemHash").GetString()!,
        Source = payload.GetProperty("source").GetProperty("kind").GetString()!,
        AddedAtVersion = version,
    };
}
