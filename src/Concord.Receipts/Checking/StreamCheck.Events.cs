using System.Collections.Immutable;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Checking;

internal sealed partial class StreamCheck
{
    // The end of the commits that came after the listing, as far as they have been looked at.
    private StreamHead _ahead;

    /// <summary>Meets a committed receipt with its event. One listing of events is walked beside the commits: both are in stream order.</summary>
    /// <returns>Whether there is one.</returns>
    private async ValueTask<bool> MeetEventAsync(SealedReceipt committed, bool isGood, CancellationToken cancellationToken)
    {
        var expected = StreamLayout.Event(Prefix, committed.EventId);
        await PassStraysAsync(expected).ConfigureAwait(false);
        if (_hasEvent && _events!.Current == expected)
            await NextEventAsync().ConfigureAwait(false);
        // Also what was not listed: it may have been made since.
        if (await GetAsync(expected, cancellationToken).ConfigureAwait(false) is not { } published)
            return false;
        if (isGood && !published.Span.SequenceEqual(committed.Bytes.Span))
            ReportDifferent(committed, published, expected);
        return true;
    }

    private void ReportDifferent(SealedReceipt committed, ReadOnlyMemory<byte> published, string key)
    {
        var (kind, expected, found) = StreamObjects.Difference(committed, published);
        IsForked |= kind == FailureKind.Fork;
        Add(FindingSeverity.Damage, kind, key, committed.StreamVersion, committed.EventId, expected, found, Advice.Of(kind, isEvent: true));
    }

    private async ValueTask PassStraysAsync(string expected)
    {
        for (; _hasEvent && string.CompareOrdinal(_events!.Current, expected) < 0; await NextEventAsync().ConfigureAwait(false))
        {
            var finding = FindingOf(FindingSeverity.Damage, FailureKind.Fork, _events.Current, null, CurrentEventId, "no event that no commit holds", "one", Advice.KeepBoth);
            // Kept to the end: a commit that forks the stream may hold it, and is told then.
            if (_strays.Count < StoreCheckReport.MaxFindings)
                _strays.Add(finding);
            else
                Findings.Add(finding);
        }
    }

    /// <summary>Says, or mends, what is missing of the events of the commit before.</summary>
    private async ValueTask EndCommitAsync(bool isLast, CancellationToken cancellationToken)
    {
        if (_unpublished is not var (commit, missing, isGood))
            return;
        _unpublished = null;
        if (isLast ? await _wait.UntilAsync(AreTheyThereAsync, cancellationToken).ConfigureAwait(false) : await AreTheyThereAsync().ConfigureAwait(false))
            return;
        isLast = isLast && await GetAsync(StreamLayout.Commit(Prefix, _next), cancellationToken).ConfigureAwait(false) is null;

        if (_repair is not null && isGood)
            await _repair.PublishAsync(Prefix, commit, missing, isLast ? RepairKind.Publish : RepairKind.RestoreEvent, cancellationToken).ConfigureAwait(false);
        else if (isLast && isGood)
            Add(FindingSeverity.Repairable, StoreFault.Unpublished, StreamLayout.Commit(Prefix, commit[0].StreamVersion), missing[0].StreamVersion, missing[0].EventId, $"the {commit.Length} events of the last commit", $"{commit.Length - missing.Count}", Advice.Repair);
        else
            foreach (var receipt in missing)
                Add(isGood ? FindingSeverity.Repairable : FindingSeverity.Damage, StoreFault.EventMissing, StreamLayout.Event(Prefix, receipt.EventId), receipt.StreamVersion, receipt.EventId, "the event of a committed receipt", "none", isGood ? Advice.RestoreEvent : Advice.Lost);

        async ValueTask<bool> AreTheyThereAsync()
        {
            for (var i = missing.Count - 1; i >= 0; i--)
            {
                if (await GetAsync(StreamLayout.Event(Prefix, missing[i].EventId), cancellationToken).ConfigureAwait(false) is not { } published)
                    continue;
                if (isGood && !published.Span.SequenceEqual(missing[i].Bytes.Span))
                    ReportDifferent(missing[i], published, StreamLayout.Event(Prefix, missing[i].EventId));
                missing.RemoveAt(i);
            }
            return missing.Count == 0;
        }
    }

    /// <summary>
    /// Lets events stand in for commits that are gone or cannot be read, as far as they are whole, verified, and continue the stream.
    /// </summary>
    /// <param name="upTo">The version of the next good commit; <see langword="null"/> when there is none.</param>
    /// <param name="before">The id of its first event.</param>
    /// <param name="cancellationToken">Stops.</param>
    private async ValueTask BridgeAsync(long? upTo, EventId? before, CancellationToken cancellationToken)
    {
        var part = new List<SealedReceipt>();
        var isGoingOn = _isHeadKnown;
        string? loose = null;
        (long First, EventId EventId, long Last, int Commits)? lost = null;
        for (; _hasEvent && (before is not { } end || CurrentEventId < end); await NextEventAsync().ConfigureAwait(false))
        {
            if (_forked.Contains(CurrentEventId))
                continue;
            if (isGoingOn && await ReadNextAsync(part, upTo, cancellationToken).ConfigureAwait(false))
            {
                if (part.Count < part[0].Commit.Count)
                    continue;
                ImmutableArray<SealedReceipt> commit = [.. part];
                if (CommitContinuity.Check(Stream!, _head, commit) is null)
                {
                    part.Clear();
                    isGoingOn = await TakeFromEventsAsync(commit, cancellationToken).ConfigureAwait(false);
                    if (!isGoingOn)
                        continue;
                    if (_unreadable.TryGetValue(commit[0].StreamVersion, out var finding))
                        _unreadable[commit[0].StreamVersion] = finding with { Advice = Advice.OutOfTheWay };
                    else
                        lost = (lost?.First ?? commit[0].StreamVersion, lost?.EventId ?? commit[0].EventId, commit[^1].StreamVersion, (lost?.Commits ?? 0) + 1);
                    continue;
                }
            }
            isGoingOn = false;
            loose ??= part.Count > 0 ? StreamLayout.Event(Prefix, part[0].EventId) : _events!.Current;
        }
        if (part.Count > 0)
            loose ??= StreamLayout.Event(Prefix, part[0].EventId);

        if (lost is var (first, eventId, last, commits))
            ReportLost(upTo is null ? FailureKind.Truncated : FailureKind.VersionGap, first, eventId, last, commits);
        var isUnreadable = _unreadable.Values.Any(finding => finding.Advice != Advice.OutOfTheWay);
        foreach (var finding in _unreadable.Values)
            Findings.Add(finding);
        _unreadable.Clear();

        // What no event tells. Of a commit that cannot be read nobody knows how far it went: it is the only finding.
        if (upTo is { } next && _next < next)
        {
            if (!isUnreadable)
                Add(FindingSeverity.Damage, FailureKind.VersionGap, StreamLayout.Commit(Prefix, _next), _next, null, $"commits of versions {_next} to {next - 1}", loose is null ? "neither they nor their events" : "events that make no whole commit which goes on from here", Advice.Lost);
            _next = next;
            _isHeadKnown = false;
            _verifier!.SkipTo(next - 1);
        }
        else if (upTo is null && loose is not null && !isUnreadable)
        {
            Add(FindingSeverity.Damage, FailureKind.Truncated, loose, null, StreamLayout.TryParseEvent(Prefix, loose, out var looseId) ? looseId : null, "a commit that holds this event", "none, and the events make no whole commit which goes on from the last one", Advice.Lost);
        }
    }

    private void ReportLost(FailureKind kind, long first, EventId eventId, long last, int commits)
    {
        var canRestore = AreSignaturesChecked;
        // While the repair walks, what it restores is not reported; the check that follows says what is left.
        Add(
            canRestore ? FindingSeverity.Repairable : FindingSeverity.Damage, kind, StreamLayout.Commit(Prefix, first), first, eventId,
            $"commits of versions {first} to {last}", $"none; the events hold {commits} whole", canRestore ? Advice.RestoreCommits : Advice.Of(FailureKind.KeyUnknown, false), needsWritersStopped: true);
    }

    // The next event, if it is the next receipt of a commit that can be whole.
    private async ValueTask<bool> ReadNextAsync(List<SealedReceipt> part, long? upTo, CancellationToken cancellationToken)
    {
        if (await GetAsync(_events!.Current, cancellationToken).ConfigureAwait(false) is not { } bytes || !SealedReceipt.TryParse(bytes, out var receipt, out _))
            return false;
        if (receipt.EventId != CurrentEventId || receipt.StreamVersion != _next + part.Count || receipt.Commit.Index != part.Count || receipt.StreamVersion >= (upTo ?? long.MaxValue))
            return false;
        if (part.Count > 0 && receipt.Commit.Count != part[0].Commit.Count)
            return false;
        part.Add(receipt);
        return true;
    }

    private async ValueTask<bool> TakeFromEventsAsync(ImmutableArray<SealedReceipt> commit, CancellationToken cancellationToken)
    {
        var isGood = IsNewKey(StreamLayout.Event(Prefix, commit[0].EventId), commit);
        foreach (var receipt in commit)
            isGood &= await VerifyAsync(receipt, StreamLayout.Event(Prefix, receipt.EventId), cancellationToken).ConfigureAwait(false);
        Advance(commit);
        if (isGood && _repair is { MayRestoreCommits: true } && AreSignaturesChecked && !_unreadable.ContainsKey(commit[0].StreamVersion))
        {
            await _repair.RestoreAsync(Prefix, commit, cancellationToken).ConfigureAwait(false);
            // The check that follows looks as far as this.
            _site.LastCommit = Math.Max(_site.LastCommit, commit[0].StreamVersion);
        }
        return isGood;
    }

    /// <summary>Judges what stands behind the last commit.</summary>
    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        await EndCommitAsync(isLast: _unreadable.Count == 0, cancellationToken).ConfigureAwait(false);
        _ahead = _head;
        if (_unreadable.Count == 0 && _isHeadKnown)
            while (_hasEvent && await TryReadAheadAsync(cancellationToken).ConfigureAwait(false))
            {
            }
        if (_ahead == _head)
        {
            await BridgeAsync(null, null, cancellationToken).ConfigureAwait(false);
            _ahead = _head;
        }
        else if (_hasEvent)
            Add(FindingSeverity.Damage, FailureKind.Truncated, _events!.Current, null, CurrentEventId, "a commit that holds this event", "none, though writers go on", Advice.RestoreCommits, needsWritersStopped: true);
    }

    /// <summary>Looks at one more commit that came after the listing: which events and content it accounts for. The next check verifies it.</summary>
    private async ValueTask<bool> TryReadAheadAsync(CancellationToken cancellationToken)
    {
        if (await GetAsync(StreamLayout.Commit(Prefix, _ahead.Version + 1), cancellationToken).ConfigureAwait(false) is not { } bytes
            || CommitObject.TryRead(bytes, out var commit) is not null
            || CommitContinuity.Check(Stream!, _ahead, commit) is not null)
            return false;
        foreach (var receipt in commit)
        {
            var expected = StreamLayout.Event(Prefix, receipt.EventId);
            await PassStraysAsync(expected).ConfigureAwait(false);
            if (_hasEvent && _events!.Current == expected)
                await NextEventAsync().ConfigureAwait(false);
            foreach (var reference in ContentReference.FindIn(receipt.Payload))
                _contents.TryAdd(reference.ContentHash, new ContentUse(receipt.StreamVersion, receipt.EventId, ContentState.Ahead));
            if (ContentErasure.TryRead(receipt, out var erased))
                _erased.Add(erased);
        }
        _ahead = new StreamHead(commit[^1].StreamVersion, commit[^1].EventId, commit[^1].Hash, commit[0].StreamVersion);
        return true;
    }

    private EventId CurrentEventId => StreamLayout.TryParseEvent(Prefix, _events!.Current, out var eventId) ? eventId : default;

    private async ValueTask NextEventAsync() => _hasEvent = await _events!.MoveNextAsync().ConfigureAwait(false);
}
