using System.Collections.Immutable;
using System.Text.Json;
using Concord.Receipts.Hashing;
using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Checking;

/// <summary>Checks one stream: its commits in order, each against the events, and in the end its content.</summary>
/// <remarks>
/// <para>The commits are the authority. Where one is gone or cannot be read, the events stand in for it if they are whole and continue the
/// chain, so that what comes behind is judged by what came before, and one loss is one finding.</para>
/// <para>Writers may be at work. A listing may leave out what was made while it ran, so what it lacks is asked for by name, and an event that
/// no commit holds is believed only after the commits that came meanwhile have been looked at: each exists before its events do.</para>
/// <para>Of the stream under check the idempotency keys are held (16 bytes of the SHA-256 of each) and what is known of each content
/// object; nothing else grows with its length.</para>
/// <para>A repair is the same walk, that writes where it would report.</para>
/// </remarks>
internal sealed partial class StreamCheck : IAsyncDisposable
{
    private readonly IObjectStore _store;
    private readonly StreamSite _site;
    private readonly StreamObjects _objects;
    private readonly StreamVerifierInput _input;
    private readonly PublishWait _wait;
    private readonly StoreRepair? _repair;
    private readonly Action<long> _onReceipts;
    private readonly VerificationReport _report;
    private readonly List<VerificationFailure> _failures = [];
    private readonly Dictionary<UInt128, long> _keys = [];
    private readonly SortedDictionary<long, Finding> _unreadable = [];
    private readonly HashSet<EventId> _forked = [];
    private readonly HashSet<string> _unknownKeys = new(StringComparer.Ordinal);
    private readonly List<Finding> _strays = [];

    private StreamVerifier? _verifier;
    private IAsyncEnumerator<string>? _events;
    private bool _hasEvent;

    // Where the stream goes on, and what it must go on from; unknown behind what could not be bridged.
    private long _next = 1;
    private StreamHead _head;
    private bool _isHeadKnown = true;

    // The commit before this one, as long as events of it are missing.
    private (ImmutableArray<SealedReceipt> Commit, List<SealedReceipt> Missing, bool IsGood)? _unpublished;

    public StreamCheck(IObjectStore store, StreamSite site, StreamVerifierInput input, PublishWait wait, StoreRepair? repair, Action<long> onReceipts)
    {
        _store = store;
        _site = site;
        _objects = new StreamObjects(store, site.Prefix);
        _input = input;
        _wait = wait;
        _repair = repair;
        _onReceipts = onReceipts;
        _report = new VerificationReport { OnFailure = _failures.Add };
    }

    public FindingList Findings { get; } = new();

    public VerificationReport Report => _report;

    /// <summary>Gets the stream, as its receipts name it; <see langword="null"/> when none can be read.</summary>
    public StreamId? Stream { get; private set; }

    /// <summary>Gets the key history, when the stream is one and there is a good one.</summary>
    public KeyHistory? History { get; private set; }

    /// <summary>Gets whether two receipts claim one place: then nothing of the stream's receipts is repaired.</summary>
    public bool IsForked { get; private set; }

    private string Prefix => _site.Prefix;

    // An identity's or the platform's history is judged by itself or the one above; all else needs keys.
    private bool AreSignaturesChecked => _input.Keys is not null || Stream!.Type == StreamId.PlatformKeysType;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Stream = await FindStreamAsync(cancellationToken).ConfigureAwait(false);
        if (Stream is null)
        {
            await ReportUnreadableAsync(cancellationToken).ConfigureAwait(false);
            return;
        }
        _verifier = new StreamVerifier(Stream, _input, _report) { HasAllContent = true };
        _events = _objects.EventsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await NextEventAsync().ConfigureAwait(false);

        await foreach (var (key, firstVersion) in CommitsAsync(cancellationToken).ConfigureAwait(false))
        {
            // A listing may show a commit and not the one before it, which was made while it ran.
            while (_next < firstVersion && !_unreadable.ContainsKey(_next) && await GetAsync(StreamLayout.Commit(Prefix, _next), cancellationToken).ConfigureAwait(false) is { } unlisted)
                await TakeAsync(StreamLayout.Commit(Prefix, _next), _next, unlisted, cancellationToken).ConfigureAwait(false);
            if (await GetAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes)
                await TakeAsync(key, firstVersion, bytes, cancellationToken).ConfigureAwait(false);
        }
        await EndAsync(cancellationToken).ConfigureAwait(false);
        await CheckContentsAsync(cancellationToken).ConfigureAwait(false);
        Complete();
    }

    public ValueTask DisposeAsync() => _events?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Takes the next commit object.</summary>
    private async ValueTask TakeAsync(string key, long firstVersion, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (ReadCommit(key, firstVersion, bytes, out var commit) is { } fault)
        {
            _unreadable[firstVersion] = fault;
            return;
        }
        if (firstVersion < _next)
        {
            IsForked = true;
            foreach (var receipt in commit)
                _forked.Add(receipt.EventId);
            Add(FindingSeverity.Damage, FailureKind.Fork, key, firstVersion, commit[0].EventId, $"a commit at version {_next}, where the one before ends", $"another one for versions {firstVersion} to {commit[^1].StreamVersion}", Advice.KeepBoth);
            return;
        }
        // No commit is created before every event of the one before it is published, and this one has been.
        await EndCommitAsync(isLast: false, cancellationToken).ConfigureAwait(false);
        if (_next < firstVersion || _unreadable.Count > 0)
            await BridgeAsync(firstVersion, commit[0].EventId, cancellationToken).ConfigureAwait(false);
        await VerifyCommitAsync(key, commit, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask VerifyCommitAsync(string key, ImmutableArray<SealedReceipt> commit, CancellationToken cancellationToken)
    {
        var isGood = IsNewKey(key, commit);
        var missing = new List<SealedReceipt>();
        foreach (var receipt in commit)
        {
            var isReceiptGood = await VerifyAsync(receipt, key, cancellationToken).ConfigureAwait(false);
            isGood &= isReceiptGood;
            if (!await MeetEventAsync(receipt, isReceiptGood, cancellationToken).ConfigureAwait(false))
                missing.Add(receipt);
        }
        Advance(commit);
        _unpublished = missing.Count > 0 ? (commit, missing, isGood) : null;
    }

    private void Advance(ImmutableArray<SealedReceipt> commit)
    {
        var last = commit[^1];
        _head = new StreamHead(last.StreamVersion, last.EventId, last.Hash, commit[0].StreamVersion);
        _next = last.StreamVersion + 1;
        _isHeadKnown = true;
    }

    /// <summary>Verifies a receipt by the rules of the format, and looks at the content that it names.</summary>
    private async ValueTask<bool> VerifyAsync(SealedReceipt receipt, string key, CancellationToken cancellationToken)
    {
        _verifier!.Verify(receipt.Bytes, new SourceLocation(key));
        var isGood = _failures.Count == 0;
        Tell(key, isEvent: false);
        await LookAtContentAsync(receipt, cancellationToken).ConfigureAwait(false);
        if ((_report.Receipts & 0xFF) == 0)
            _onReceipts(_report.Receipts);
        return isGood;
    }

    private void Tell(string key, bool isEvent)
    {
        foreach (var failure in _failures)
        {
            // A key that nobody knows is one loss, however much it signed.
            if (failure.Kind == FailureKind.KeyUnknown && !_unknownKeys.Add(failure.Found))
                continue;
            IsForked |= failure.Kind == FailureKind.Fork;
            Add(FindingSeverity.Damage, failure.Kind, key, failure.StreamVersion, failure.EventId, failure.Expected, failure.Found, Advice.Of(failure.Kind, isEvent));
        }
        _failures.Clear();
    }

    private bool IsNewKey(string key, ImmutableArray<SealedReceipt> commit)
    {
        var first = commit[0];
        var hash = Sha256Hash.Of(System.Text.Encoding.ASCII.GetBytes(first.IdempotencyKey.Value));
        if (_keys.TryAdd(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash.Bytes), first.StreamVersion))
            return true;
        var earlier = _keys[System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash.Bytes)];
        Add(FindingSeverity.Damage, FailureKind.IdempotencyKeyReused, key, first.StreamVersion, first.EventId, $"a key that no other commit has", $"{first.IdempotencyKey}, the key of the commit at version {earlier} too", Advice.Of(FailureKind.IdempotencyKeyReused, false));
        return false;
    }

    /// <summary>Reads a commit object that is whole by itself, and is what its name says.</summary>
    private Finding? ReadCommit(string key, long firstVersion, ReadOnlyMemory<byte> bytes, out ImmutableArray<SealedReceipt> commit)
    {
        commit = default;
        if (CommitObject.TrySplit(bytes, out var parts) is { } fault)
            return fault.Kind == FailureKind.Malformed && IsCut(bytes.Span)
                ? Unreadable(FailureKind.CommitTorn, key, firstVersion, null, "a whole commit", $"{bytes.Length} bytes of one, cut off")
                : Unreadable(fault.Kind, key, firstVersion, null, fault.Expected, fault.Found);
        var receipts = ImmutableArray.CreateBuilder<SealedReceipt>(parts.Count);
        for (var i = 0; i < parts.Count; i++)
        {
            if (!SealedReceipt.TryParse(parts[i], out var receipt, out var receiptFault))
                return Unreadable(receiptFault.Kind, key, firstVersion + i, null, receiptFault.Expected, receiptFault.Found);
            receipts.Add(receipt);
        }
        commit = receipts.MoveToImmutable();
        for (var i = 0; i < commit.Length; i++)
            if (WhyNotOf(commit, i, firstVersion) is { } why)
                return commit[i].ComputeHash() is var hash && hash != commit[i].Hash
                    ? Unreadable(FailureKind.HashMismatch, key, firstVersion + i, commit[i].EventId, hash.ToString(), commit[i].Hash.ToString())
                    : Unreadable(why.Kind, key, firstVersion + i, commit[i].EventId, why.Expected, why.Found);
        return null;
    }

    private (FailureKind Kind, string Expected, string Found)? WhyNotOf(ImmutableArray<SealedReceipt> commit, int i, long firstVersion)
    {
        var receipt = commit[i];
        if (Stream is not null && receipt.Stream != Stream)
            return (FailureKind.StreamMismatch, Stream.Json, receipt.Stream.Json);
        if (i == 0 && receipt.StreamVersion != firstVersion)
            return (FailureKind.VersionGap, $"a commit that begins at version {firstVersion}, as its name says", $"version {receipt.StreamVersion}");
        if (receipt.Commit != new CommitPosition(commit.Length, i))
            return (FailureKind.CommitTorn, $"receipt {i} of {commit.Length}", $"one that says it is {receipt.Commit.Index} of {receipt.Commit.Count}");
        if (receipt.IdempotencyKey != commit[0].IdempotencyKey || receipt.RequestHash != commit[0].RequestHash)
            return (FailureKind.CommitTorn, "the key and request hash of the rest of the commit", "others");
        return null;
    }

    private Finding Unreadable(FailureKind kind, string key, long version, EventId? eventId, string expected, string found) =>
        FindingOf(FindingSeverity.Damage, kind, key, version, eventId, expected, found, Advice.NotWhole);

    /// <summary>Whether the bytes are the beginning of something good: a write that did not come to its end.</summary>
    private static bool IsCut(ReadOnlySpan<byte> bytes)
    {
        // A file system may have made room for what it had not written yet.
        bytes = bytes.TrimEnd((byte)0);
        var reader = new Utf8JsonReader(bytes, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
                if (reader.CurrentDepth == 0 && reader.TokenType is not (JsonTokenType.StartArray or JsonTokenType.StartObject))
                    return false;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Complete()
    {
        foreach (var finding in _strays)
            if (finding.EventId is not { } eventId || !_forked.Contains(eventId))
            {
                IsForked = true;
                Findings.Add(finding);
            }
        History = _verifier!.Complete();
        // What is missing of content has been told, each by its own key.
        _failures.RemoveAll(failure => failure.Kind == FailureKind.ContentMismatch);
        Tell(_head.IsEmpty ? StreamLayout.Commits(Prefix) : StreamLayout.Commit(Prefix, _head.CommitFirstVersion), isEvent: false);
        if (IsForked)
            Findings.RefuseRepair(Advice.ForkedStream);
    }

    private void Add(FindingSeverity severity, FindingKind kind, string key, long? version, EventId? eventId, string expected, string found, string advice, bool needsWritersStopped = false) =>
        Findings.Add(FindingOf(severity, kind, key, version, eventId, expected, found, advice, needsWritersStopped));

    private Finding FindingOf(FindingSeverity severity, FindingKind kind, string key, long? version, EventId? eventId, string expected, string found, string advice, bool needsWritersStopped = false) => new()
    {
        Severity = severity,
        Kind = kind,
        Key = key,
        Stream = Stream,
        StreamVersion = version,
        EventId = eventId,
        Expected = expected,
        Found = found,
        Advice = advice,
        NeedsWritersStopped = needsWritersStopped,
    };

    private ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken) => _store.GetAsync(key, cancellationToken);

    // Up to where the inventory saw the stream end; what came later is looked at, and left to the next check.
    private IAsyncEnumerable<(string Key, long FirstVersion)> CommitsAsync(CancellationToken cancellationToken) =>
        _objects.CommitsAsync(cancellationToken).Where(commit => commit.FirstVersion <= _site.LastCommit);

    private async ValueTask<StreamId?> FindStreamAsync(CancellationToken cancellationToken)
    {
        var inCommits = await _objects.FindStreamAsync(CommitsAsync(cancellationToken).Select(commit => commit.Key), cancellationToken).ConfigureAwait(false);
        if (inCommits.IsBelieved)
            return inCommits.Stream;
        var inEvents = await _objects.FindStreamAsync(_objects.EventsAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        return inEvents.IsBelieved ? inEvents.Stream : inCommits.Stream ?? inEvents.Stream;
    }

    private async ValueTask ReportUnreadableAsync(CancellationToken cancellationToken)
    {
        var hasCommits = false;
        await foreach (var (key, firstVersion) in CommitsAsync(cancellationToken).ConfigureAwait(false))
        {
            hasCommits = true;
            if (await GetAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes && ReadCommit(key, firstVersion, bytes, out _) is { } finding)
                Findings.Add(finding);
        }
        if (hasCommits)
            return;
        await foreach (var key in _objects.EventsAsync(cancellationToken).ConfigureAwait(false))
            if (await GetAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes && !SealedReceipt.TryParse(bytes, out _, out var fault))
                Add(FindingSeverity.Damage, fault.Kind, key, null, StreamLayout.TryParseEvent(Prefix, key, out var eventId) ? eventId : null, fault.Expected, fault.Found, Advice.Lost);
    }
}
