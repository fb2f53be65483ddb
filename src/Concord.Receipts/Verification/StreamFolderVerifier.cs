using System.Collections.Immutable;
using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Verification;

/// <summary>Verifies a stream where it is stored: its commits, that <c>events/</c> says the same, and the content that receipts name.</summary>
/// <remarks>
/// Commits are the authority. An event that differs is judged by itself first, so that a tampered one is told by the rule that it
/// breaks and named by its own path. The events of the last commit may still be missing: whoever appends next publishes them.
/// Where there are no commits, a copy of the public part of a stream perhaps, the events alone are verified.
/// </remarks>
public sealed class StreamFolderVerifier
{
    private readonly IObjectStore _store;
    private readonly string _prefix;
    private readonly StreamVerifierInput _input;
    private readonly VerificationReport _report;
    private readonly IProgress<long>? _progress;

    private StreamFolderVerifier(IObjectStore store, string prefix, StreamVerifierInput input, VerificationReport report, IProgress<long>? progress)
    {
        _store = store;
        _prefix = prefix;
        _input = input;
        _report = report;
        _progress = progress;
    }

    /// <summary>Verifies the stream below a prefix.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">The stream's prefix, ending in a slash; empty when the store's root is the stream.</param>
    /// <param name="input">What to judge by.</param>
    /// <param name="report">Where failures go.</param>
    /// <param name="progress">Told the number of receipts verified so far in all.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The key history, when this was one and there is a good one; else <see langword="null"/>.</returns>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static async Task<KeyHistory?> VerifyAsync(
        IObjectStore store, string prefix, StreamVerifierInput input, VerificationReport report, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(prefix);
        var folder = new StreamFolderVerifier(store, prefix, input, report, progress);
        return await folder.VerifyCommitsAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<KeyHistory?> VerifyCommitsAsync(CancellationToken cancellationToken)
    {
        StreamVerifier? verifier = null;
        // One listing of events/ walked beside the commits: both are in stream order, so neither need be held.
        var events = _store.ListAsync(StreamLayout.Events(_prefix), cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            var hasEvent = await NextEventAsync(events).ConfigureAwait(false);
            var unpublished = ImmutableArray<ReadOnlyMemory<byte>>.Empty;
            await foreach (var key in _store.ListAsync(StreamLayout.Commits(_prefix), cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (!StreamLayout.TryParseCommit(key, out _, out var firstVersion) || await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
                    continue;
                // Only the last commit may be unpublished, and this one comes behind the one before it.
                ReportUnpublished(verifier, unpublished);
                if (CommitObject.TrySplit(bytes, out var receipts) is { } fault)
                {
                    _report.Add(new VerificationFailure(fault.Kind, key, null, firstVersion, null, fault.Expected, fault.Found));
                    continue;
                }
                verifier ??= Begin(receipts[0]);
                if (verifier is null)
                {
                    Malformed(key, receipts[0]);
                    continue;
                }
                if (verifier.LastVersion + 1 != firstVersion)
                    _report.Add(new VerificationFailure(FailureKind.VersionGap, key, null, firstVersion, null, $"the commit at version {verifier.LastVersion + 1}", "another"));
                var missing = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
                foreach (var receipt in receipts)
                {
                    await VerifyReceiptAsync(verifier, receipt, new SourceLocation(key), cancellationToken).ConfigureAwait(false);
                    hasEvent = await CompareEventAsync(verifier, receipt, events, hasEvent, missing, cancellationToken).ConfigureAwait(false);
                }
                unpublished = missing.ToImmutable();
            }
            while (hasEvent)
            {
                verifier = await VerifyLooseEventAsync(verifier, events.Current, cancellationToken).ConfigureAwait(false);
                hasEvent = await NextEventAsync(events).ConfigureAwait(false);
            }
        }
        if (verifier is null && _report.IsGood)
            _report.Add(new VerificationFailure(FailureKind.Malformed, _prefix.Length == 0 ? "." : _prefix, null, null, null, "a stream: a folder with commits/ or events/", "neither"));
        return verifier?.Complete();
    }

    private bool _hasCommits;

    private StreamVerifier? Begin(ReadOnlyMemory<byte> first)
    {
        if (!SealedReceipt.TryParse(first, out var receipt, out _))
            return null;
        _hasCommits = true;
        return new StreamVerifier(receipt.Stream, _input, _report) { HasAllContent = true };
    }

    private void Malformed(string key, ReadOnlyMemory<byte> receipt)
    {
        _report.Receipts++;
        if (!SealedReceipt.TryParse(receipt, out _, out var fault))
            _report.Add(new VerificationFailure(fault.Kind, key, null, null, null, fault.Expected, fault.Found));
    }

    private async ValueTask VerifyReceiptAsync(StreamVerifier verifier, ReadOnlyMemory<byte> receipt, SourceLocation at, CancellationToken cancellationToken)
    {
        verifier.Verify(receipt, at);
        foreach (var reference in verifier.ExpectedContent.ToArray())
        {
            var key = StreamLayout.Content(_prefix, reference.ContentHash);
            if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } content)
                verifier.VerifyContent(content, new SourceLocation(key));
        }
        if ((_report.Receipts & 0xFF) == 0)
            _progress?.Report(_report.Receipts);
    }

    private async ValueTask<bool> CompareEventAsync(
        StreamVerifier verifier, ReadOnlyMemory<byte> receipt, IAsyncEnumerator<string> events, bool hasEvent, ImmutableArray<ReadOnlyMemory<byte>>.Builder missing, CancellationToken cancellationToken)
    {
        if (!SealedReceipt.TryParse(receipt, out var parsed, out _))
            return hasEvent;
        var expected = StreamLayout.Event(_prefix, parsed.EventId);
        for (; hasEvent && string.CompareOrdinal(events.Current, expected) < 0; hasEvent = await NextEventAsync(events).ConfigureAwait(false))
            _report.Add(new VerificationFailure(FailureKind.Fork, events.Current, parsed.Stream, null, null, "no event that no commit holds", "one"));
        if (!hasEvent || events.Current != expected)
        {
            missing.Add(receipt);
            return hasEvent;
        }
        if (await _store.GetAsync(expected, cancellationToken).ConfigureAwait(false) is { } published && !published.Span.SequenceEqual(receipt.Span))
            ReportDifferent(verifier, parsed, published, expected);
        return await NextEventAsync(events).ConfigureAwait(false);
    }

    // Judged as if it stood in the commit; if it breaks no rule by itself, there are two receipts for one place.
    private void ReportDifferent(StreamVerifier verifier, SealedReceipt committed, ReadOnlyMemory<byte> published, string key)
    {
        var (kind, expected, found) = SealedReceipt.TryParse(published, out var receipt, out var fault)
            ? receipt.ComputeHash() != receipt.Hash
                ? (FailureKind.HashMismatch, receipt.ComputeHash().ToString(), receipt.Hash.ToString())
                : receipt.Hash == committed.Hash
                    ? (FailureKind.SignatureInvalid, $"the committed signature {committed.Signature}", receipt.Signature.ToString())
                    : (FailureKind.Fork, $"the committed receipt {committed.Hash}", receipt.Hash.ToString())
            : (fault.Kind, fault.Expected, fault.Found);
        _report.Add(new VerificationFailure(kind, key, committed.Stream, verifier.LastVersion, committed.EventId, expected, found));
    }

    private void ReportUnpublished(StreamVerifier? verifier, ImmutableArray<ReadOnlyMemory<byte>> unpublished)
    {
        foreach (var receipt in unpublished)
            if (SealedReceipt.TryParse(receipt, out var parsed, out _))
                _report.Add(new VerificationFailure(FailureKind.VersionGap, StreamLayout.Event(_prefix, parsed.EventId), parsed.Stream, verifier?.LastVersion, parsed.EventId, "the event of a committed receipt", "none"));
    }

    // No commit holds it: behind the last one, commits were lost; where there are none at all, events are all there is to verify.
    private async ValueTask<StreamVerifier?> VerifyLooseEventAsync(StreamVerifier? verifier, string key, CancellationToken cancellationToken)
    {
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return verifier;
        if (_hasCommits)
        {
            _report.Add(new VerificationFailure(FailureKind.Truncated, key, null, null, null, "a commit that holds this event", "none: commits were lost, or this was never committed"));
            return verifier;
        }
        if (verifier is null)
        {
            if (!SealedReceipt.TryParse(bytes, out var first, out _))
            {
                Malformed(key, bytes);
                return null;
            }
            verifier = new StreamVerifier(first.Stream, _input, _report);
        }
        await VerifyReceiptAsync(verifier, bytes, new SourceLocation(key), cancellationToken).ConfigureAwait(false);
        return verifier;
    }

    private async ValueTask<bool> NextEventAsync(IAsyncEnumerator<string> events)
    {
        while (await events.MoveNextAsync().ConfigureAwait(false))
            if (StreamLayout.TryParseEvent(_prefix, events.Current, out _))
                return true;
        return false;
    }
}
