using Concord.Receipts.Hashing;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Checking;

internal sealed partial class StreamCheck
{
    private readonly Dictionary<Sha256Hash, ContentUse> _contents = [];
    private readonly HashSet<Sha256Hash> _erased = [];

    private enum ContentState : byte
    {
        Good,
        Missing,
        Wrong,
        Ahead,
    }

    private readonly record struct ContentUse(long Version, EventId EventId, ContentState State);

    private async ValueTask LookAtContentAsync(SealedReceipt receipt, CancellationToken cancellationToken)
    {
        foreach (var reference in _verifier!.ExpectedContent.ToArray())
        {
            var key = StreamLayout.Content(Prefix, reference.ContentHash);
            var state = ContentState.Missing;
            if (await GetAsync(key, cancellationToken).ConfigureAwait(false) is { } content)
            {
                state = content.Length == reference.Bytes && Sha256Hash.Of(content.Span) == reference.ContentHash ? ContentState.Good : ContentState.Wrong;
                if (state == ContentState.Good)
                    _verifier.VerifyContent(content, new SourceLocation(key));
                Tell(key, isEvent: false);
            }
            // Said once, at the first receipt that names it; whether it was erased is known at the end.
            if (!_contents.TryGetValue(reference.ContentHash, out var known) || known.State == ContentState.Good)
                _contents[reference.ContentHash] = new ContentUse(receipt.StreamVersion, receipt.EventId, state);
        }
        // What a receipt names that cannot be believed is no leftover either.
        foreach (var reference in ContentReference.FindIn(receipt.Payload))
            _contents.TryAdd(reference.ContentHash, new ContentUse(receipt.StreamVersion, receipt.EventId, ContentState.Ahead));
        if (ContentErasure.TryRead(receipt, out var erased))
            _erased.Add(erased);
    }

    /// <summary>Judges the content of the stream when all of its receipts are known: what is missing, wrong, left over, or still there.</summary>
    private async ValueTask CheckContentsAsync(CancellationToken cancellationToken)
    {
        var orphans = new List<Sha256Hash>();
        var notErased = new List<Sha256Hash>();
        await foreach (var key in _store.ListAsync(StreamLayout.Contents(Prefix), cancellationToken: cancellationToken).ConfigureAwait(false))
            if (!StreamLayout.TryParseContent(Prefix, key, out var hash))
                continue;
            else if (_erased.Contains(hash))
                notErased.Add(hash);
            else if (_contents.ContainsKey(hash))
                continue;
            else if (orphans.Count < StoreCheckReport.MaxFindings)
                orphans.Add(hash);
            else
                AddOrphan(hash);

        // What seems wrong may be right by a receipt that came since: an erasure is recorded first, and content comes before its receipt.
        if (_isHeadKnown && (orphans.Count > 0 || _contents.Values.Any(use => use.State is ContentState.Missing or ContentState.Wrong)))
            while (await TryReadAheadAsync(cancellationToken).ConfigureAwait(false))
            {
            }

        foreach (var (hash, use) in _contents)
            if (use.State is ContentState.Missing or ContentState.Wrong && !_erased.Contains(hash))
                Add(FindingSeverity.Damage, FailureKind.ContentMismatch, StreamLayout.Content(Prefix, hash), use.Version, use.EventId, "the content that the receipt names, or a receipt that it was erased", use.State == ContentState.Missing ? "neither" : "something else", Advice.Of(FailureKind.ContentMismatch, false));
        foreach (var hash in notErased)
            if (!await _wait.UntilAsync(async () => await GetAsync(StreamLayout.Content(Prefix, hash), cancellationToken).ConfigureAwait(false) is null, cancellationToken).ConfigureAwait(false))
                Add(FindingSeverity.Damage, StoreFault.ContentNotErased, StreamLayout.Content(Prefix, hash), _contents.TryGetValue(hash, out var use) ? use.Version : null, _contents.TryGetValue(hash, out use) ? use.EventId : null, "no content: a receipt says that it was erased", "it is still there", "Erase it again: the erasure ended half-way. A repair deletes nothing.");
        foreach (var hash in orphans)
            if (!_contents.ContainsKey(hash))
                AddOrphan(hash);
    }

    private void AddOrphan(Sha256Hash hash) =>
        Add(FindingSeverity.Note, StoreFault.ContentOrphaned, StreamLayout.Content(Prefix, hash), null, null, "content that a receipt names", "content that none does", "Harmless: an append ended before its commit, or is under way. Delete it, if at all, with writers stopped.");
}
