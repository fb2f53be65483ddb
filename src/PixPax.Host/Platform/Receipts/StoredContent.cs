using System.Collections.Concurrent;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Hashing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace PixPax.Host.Platform.Receipts;

/// <summary>Reads the content that receipts name: names, labels, snapshots.</summary>
internal sealed class StoredContent(IObjectStore store)
{
    private const int MaxRemembered = 10_000;

    private readonly ConcurrentDictionary<Sha256Hash, string> _texts = new();

    /// <summary>The content; null when it was erased, or is not there.</summary>
    public async ValueTask<ContentObject?> ReadAsync(ReceiptStream stream, ContentReference? reference, CancellationToken cancellationToken)
    {
        if (reference is null || stream.Erased.Contains(reference.ContentHash)) return null;
        return await store.GetAsync(StreamLayout.Content(stream.Prefix, reference.ContentHash), cancellationToken) is { } bytes
            && ContentObject.TryParse(bytes, reference.MediaType, out var content)
            && content.Reference.ContentHash == reference.ContentHash
                ? content
                : null;
    }

    /// <summary>A text, remembered: lists show the same names over and over. What is erased is not shown, remembered or not.</summary>
    public async ValueTask<string?> TextAsync(ReceiptStream stream, ContentReference? reference, CancellationToken cancellationToken)
    {
        if (reference is null || stream.Erased.Contains(reference.ContentHash)) return null;
        if (_texts.TryGetValue(reference.ContentHash, out var known)) return known;
        if (await ReadAsync(stream, reference, cancellationToken) is not { } content) return null;

        var text = JsonSerializer.Deserialize(content.Json.Span, AnswerJson.Default.String);
        if (_texts.Count >= MaxRemembered) _texts.Clear();
        if (text is not null) _texts[reference.ContentHash] = text;
        return text;
    }
}
