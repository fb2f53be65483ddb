using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Concord.Receipts.Canonicalization;

namespace PixPax.Host.Modules.Collections;

/// <summary>
/// The hashes by which collections have always been known, in bare lower-case hex. They are fixed: packs and books that exist
/// elsewhere refer to cards by them.
/// </summary>
internal static class CollectionHashes
{
    /// <summary>
    /// The hash of a card: of what it looks like and where it belongs, not of its label. <paramref name="renderPayload"/> goes in
    /// as the card has it; the collection's palette does not, only a palette of the card's own.
    /// </summary>
    public static string ItemHash(string collectionId, string collectionVersion, string cardId, JsonElement renderPayload) =>
        HashOf(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteString("packModel", "album");
            json.WriteString("collectionId", collectionId);
            json.WriteString("collectionVersion", collectionVersion);
            json.WriteString("cardId", cardId);
            json.WritePropertyName("renderPayload");
            renderPayload.WriteTo(json);
            json.WriteEndObject();
        });

    /// <summary>
    /// The root over hashes in their order: a parent is the hash of <c>{left, right}</c>, an odd one out is paired with itself, a
    /// single hash is its own root, and nothing at all is the hash of <c>[]</c>.
    /// </summary>
    public static string MerkleRoot(IReadOnlyList<string> itemHashes)
    {
        if (itemHashes.Count == 0)
        {
            return HashOf(json =>
            {
                json.WriteStartArray();
                json.WriteEndArray();
            });
        }

        var level = itemHashes;
        while (level.Count > 1)
        {
            var parents = new string[(level.Count + 1) / 2];
            for (var index = 0; index < parents.Length; index++)
            {
                var left = level[index * 2];
                parents[index] = Parent(left, index * 2 + 1 < level.Count ? level[index * 2 + 1] : left);
            }

            level = parents;
        }

        return level[0];
    }

    private static string Parent(string left, string right) => HashOf(json =>
    {
        json.WriteStartObject();
        json.WriteString("left", left);
        json.WriteString("right", right);
        json.WriteEndObject();
    });

    private static string HashOf(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return Convert.ToHexStringLower(SHA256.HashData(JsonCanonicalizer.Canonicalize(buffer.WrittenSpan)));
    }
}
