using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts.Hashing;
using Concord.Receipts.Telemetry;

namespace Concord.Receipts.Streams;

public sealed partial class ReceiptAppender
{
    /// <summary>The first answer, if this is the same command; told from the receipts and content of the first attempt alone.</summary>
    private async ValueTask<AppendResult> AnswerAgainAsync(ReceiptStream stream, SeenKey seen, AppendCommand command, CancellationToken cancellationToken)
    {
        using var step = Instruments.Step(ReceiptsSpans.Replay);
        var first = await _streams.ReadCommitAsync(stream, seen.FirstVersion, cancellationToken).ConfigureAwait(false);
        // Whoever made it may have died before it was durable, and only a create that returns says that an object is.
        await _store.CreateAsync(StreamLayout.Commit(stream.Prefix, seen.FirstVersion), CommitObject.Write(first), cancellationToken).ConfigureAwait(false);
        var requestHash = command.RequestHash;
        if (!command.Contents.IsEmpty)
        {
            // The first attempt drew another salt, so the same content has another hash there. Where that content was erased
            // its salt is gone too, and the comparison goes without that member.
            var hashes = new Dictionary<string, Sha256Hash>(StringComparer.Ordinal);
            foreach (var (name, content) in command.Contents)
                hashes.Add(name, await HashAsFirstAsync(stream, first, name, content, cancellationToken).ConfigureAwait(false));
            requestHash = command.ComputeRequestHash(name => hashes[name]);
        }
        return requestHash == seen.RequestHash
            ? new AppendResult { Outcome = AppendOutcome.Replayed, Receipts = first, Head = stream.Head }
            : new AppendResult { Outcome = AppendOutcome.KeyReused, Head = stream.Head };
    }

    private async ValueTask<Sha256Hash> HashAsFirstAsync(
        ReceiptStream stream, ImmutableArray<SealedReceipt> first, string name, ContentObject content, CancellationToken cancellationToken)
    {
        // Without such content in the first attempt the hashes differ anyway.
        if (ReferenceIn(first, name) is not { } reference)
            return content.Reference.ContentHash;
        if (await _streams.Store.GetAsync(StreamLayout.Content(stream.Prefix, reference.ContentHash), cancellationToken).ConfigureAwait(false) is not { } bytes)
            return reference.ContentHash;
        return ContentObject.TryParse(bytes, reference.MediaType, out var stored)
            ? ContentObject.Create(content.Json.Span, stored.Salt.Span, reference.MediaType).Reference.ContentHash
            : content.Reference.ContentHash;
    }

    private static ContentReference? ReferenceIn(ImmutableArray<SealedReceipt> receipts, string name)
    {
        foreach (var receipt in receipts)
        {
            using var payload = receipt.ReadPayload();
            if (payload.RootElement.TryGetProperty(name, out var member) && ContentReference.TryRead(member, out var reference))
                return reference;
        }
        return null;
    }
}
