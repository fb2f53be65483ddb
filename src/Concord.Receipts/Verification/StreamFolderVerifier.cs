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
    private readonly StreamObjects _objects;
    private readonly StreamVerifierInput _input;
    private readonly VerificationReport _report;
    private readonly IProgress<long>? _progress;
    private readonly List<(EventId EventId, long Version)> _unpublished = [];

    // Behind a commit that cannot be read or is gone, events up to the next that a commit names cannot be told from others.
    private bool _isBehindGap;

    private StreamFolderVerifier(IObjectStore store, string prefix, StreamVerifierInput input, VerificationReport report, IProgress<long>? progress)
    {
        _store = store;
        _prefix = prefix;
        _objects = new StreamObjects(store, prefix);
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
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(report);
        var ahead = new ReadAheadStore(store, StreamLayout.Commits(prefix), StreamLayout.Events(prefix));
        await using (ahead.ConfigureAwait(false))
            return await new StreamFolderVerifier(ahead, prefix, input, report, progress).VerifyAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<KeyHistory?> VerifyAsync(CancellationToken cancellationToken)
    {
        var (hasCommits, stream, _) = await _objects.FindStreamAsync(_objects.CommitsAsync(cancellationToken).Select(commit => commit.Key), cancellationToken).ConfigureAwait(false);
        var inEvents = stream is null ? await _objects.FindStreamAsync(_objects.EventsAsync(cancellationToken), cancellationToken).ConfigureAwait(false) : default;
        stream ??= inEvents.Stream;

        if (!hasCommits && !inEvents.HasAny)
            _report.Add(new VerificationFailure(FailureKind.Malformed, _prefix.Length == 0 ? "." : _prefix, null, null, null, "a stream: a folder with commits/ or events/", "neither"));
        else if (stream is null)
            await ReportUnreadableAsync(hasCommits ? _objects.CommitsAsync(cancellationToken).Select(commit => commit.Key) : _objects.EventsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        if (stream is null)
            return null;

        var verifier = new StreamVerifier(stream, _input, _report) { HasAllContent = hasCommits };
        if (hasCommits)
            await VerifyCommitsAsync(verifier, stream, cancellationToken).ConfigureAwait(false);
        else
            await foreach (var key in _objects.EventsAsync(cancellationToken).ConfigureAwait(false))
                if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes)
                    await VerifyReceiptAsync(verifier, bytes, new SourceLocation(key), cancellationToken).ConfigureAwait(false);
        return verifier.Complete();
    }

    private async Task VerifyCommitsAsync(StreamVerifier verifier, StreamId stream, CancellationToken cancellationToken)
    {
        // One listing of events/ walked beside the commits: both are in stream order, so neither need be held.
        var events = _objects.EventsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (events.ConfigureAwait(false))
        {
            var hasEvent = await events.MoveNextAsync().ConfigureAwait(false);
            var isBehindUnreadable = false;
            await foreach (var (key, firstVersion) in _objects.CommitsAsync(cancellationToken).ConfigureAwait(false))
            {
                if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
                    continue;
                // Only the last commit may be unpublished, and this one comes behind the one before it.
                ReportUnpublished(stream);
                if (CommitObject.TrySplit(bytes, out var receipts) is { } fault)
                {
                    _report.Add(new VerificationFailure(fault.Kind, key, stream, firstVersion, null, fault.Expected, fault.Found));
                    isBehindUnreadable = _isBehindGap = true;
                    continue;
                }
                if (isBehindUnreadable)
                    verifier.SkipTo(firstVersion - 1);
                isBehindUnreadable = false;
                for (var i = 0; i < receipts.Count; i++)
                {
                    var place = verifier.LastVersion + 1;
                    await VerifyReceiptAsync(verifier, receipts[i], new SourceLocation(key), cancellationToken).ConfigureAwait(false);
                    if (i == 0 && verifier.LastEventId is { } id && verifier.LastVersion != firstVersion)
                        _report.Add(new VerificationFailure(FailureKind.VersionGap, key, stream, verifier.LastVersion, id, $"a commit that begins at version {firstVersion}, as its name says", $"version {verifier.LastVersion}"));
                    _isBehindGap |= verifier.LastEventId is null || verifier.LastVersion > place;
                    hasEvent = await CompareEventAsync(verifier, stream, receipts[i], events, hasEvent, cancellationToken).ConfigureAwait(false);
                }
            }
            for (; hasEvent && !_isBehindGap; hasEvent = await events.MoveNextAsync().ConfigureAwait(false))
                ReportEvent(FailureKind.Truncated, stream, events.Current, "a commit that holds this event", "none: commits were lost, or this was never committed");
        }
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

    /// <returns>Whether the listing of events stands at one that no commit has met yet.</returns>
    private async ValueTask<bool> CompareEventAsync(
        StreamVerifier verifier, StreamId stream, ReadOnlyMemory<byte> receipt, IAsyncEnumerator<string> events, bool hasEvent, CancellationToken cancellationToken)
    {
        if (verifier.LastEventId is not { } eventId)
            return hasEvent;
        var expected = StreamLayout.Event(_prefix, eventId);
        for (; hasEvent && string.CompareOrdinal(events.Current, expected) < 0; hasEvent = await events.MoveNextAsync().ConfigureAwait(false))
            if (!_isBehindGap)
                ReportEvent(FailureKind.Fork, stream, events.Current, "no event that no commit holds", "one");
        if (!hasEvent || events.Current != expected)
        {
            _unpublished.Add((eventId, verifier.LastVersion));
            return hasEvent;
        }
        _isBehindGap = false;
        if (await _store.GetAsync(expected, cancellationToken).ConfigureAwait(false) is { } published && !published.Span.SequenceEqual(receipt.Span))
        {
            var (kind, should, found) = StreamObjects.Difference(SealedReceipt.Parse(receipt), published);
            _report.Add(new VerificationFailure(kind, expected, stream, verifier.LastVersion, eventId, should, found));
        }
        return await events.MoveNextAsync().ConfigureAwait(false);
    }

    private void ReportUnpublished(StreamId stream)
    {
        foreach (var (eventId, version) in _unpublished)
            _report.Add(new VerificationFailure(FailureKind.VersionGap, StreamLayout.Event(_prefix, eventId), stream, version, eventId, "the event of a committed receipt", "none"));
        _unpublished.Clear();
    }

    private void ReportEvent(FailureKind kind, StreamId stream, string key, string expected, string found) =>
        _report.Add(new VerificationFailure(kind, key, stream, null, StreamLayout.TryParseEvent(_prefix, key, out var eventId) ? eventId : null, expected, found));

    private async ValueTask ReportUnreadableAsync(IAsyncEnumerable<string> keys, CancellationToken cancellationToken)
    {
        await foreach (var key in keys.ConfigureAwait(false))
            foreach (var part in await _objects.ReceiptsAsync(key, cancellationToken).ConfigureAwait(false))
            {
                _report.Receipts++;
                if (!SealedReceipt.TryParse(part, out _, out var fault))
                    _report.Add(new VerificationFailure(fault.Kind, key, null, null, null, fault.Expected, fault.Found));
            }
    }
}
