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
    private const int MaxParallelReads = 16;

    private readonly ConcurrentDictionary<Sha256Hash, string> _texts = new();

    /// <summary>The content; null when it was erased, or is not there.</summary>
    public ValueTask<ContentObject?> ReadAsync(ReceiptStream stream, ContentReference? reference, CancellationToken cancellationToken) =>
        ReadAsync(stream.Prefix, stream.Unless(reference), cancellationToken);

    /// <summary>A text, remembered: lists show the same names over and over. What is erased is not asked for, remembered or not.</summary>
    /// <param name="prefix">The prefix of the stream that names it.</param>
    /// <param name="reference">The reference; null for what was erased.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async ValueTask<string?> TextAsync(string prefix, ContentReference? reference, CancellationToken cancellationToken)
    {
        if (reference is null) return null;
        if (_texts.TryGetValue(reference.ContentHash, out var known)) return known;
        if (await ReadAsync(prefix, reference, cancellationToken) is not { } content) return null;

        var text = JsonSerializer.Deserialize(content.Json.Span, AnswerJson.Default.String);
        if (_texts.Count >= MaxRemembered) _texts.Clear();
        if (text is not null) _texts[reference.ContentHash] = text;
        return text;
    }

    /// <summary>The texts of a page, each with the prefix of its stream: those that are not remembered are read side by side.</summary>
    public async Task<string?[]> TextsAsync(IReadOnlyList<(string Prefix, ContentReference? Reference)> names, CancellationToken cancellationToken)
    {
        var texts = new string?[names.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallelReads, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, names.Count, parallel, async (index, token) => texts[index] = await TextAsync(names[index].Prefix, names[index].Reference, token));
        return texts;
    }

    private async ValueTask<ContentObject?> ReadAsync(string prefix, ContentReference? reference, CancellationToken cancellationToken) =>
        reference is not null
        && await store.GetAsync(StreamLayout.Content(prefix, reference.ContentHash), cancellationToken) is { } bytes
        && ContentObject.TryParse(bytes, reference.MediaType, out var content)
        && content.Reference.ContentHash == reference.ContentHash
            ? content
            : null;
}
