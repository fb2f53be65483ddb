using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Hashing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Bundles;

/// <summary>Compares one stream of a bundle with what a store has in its place. Reads and never writes.</summary>
/// <remarks>The store's commits are walked beside the bundle's: every one in the bundle's range must be the bundle's own, byte for byte,
/// the one before must be its predecessor and the one behind its successor.</remarks>
internal sealed class ImportCheck : IAsyncDisposable
{
    private readonly IObjectStore _store;
    private readonly BundlePart _part;
    private readonly string _prefix;
    private readonly ImportConflicts _conflicts;
    private readonly IAsyncEnumerator<string> _commits;
    private (string Key, long FirstVersion)? _current;
    private (string Key, long FirstVersion)? _before;
    private bool _hasBegun;

    public ImportCheck(IObjectStore store, BundlePart part, string prefix, ImportConflicts conflicts, CancellationToken cancellationToken)
    {
        _store = store;
        _part = part;
        _prefix = prefix;
        _conflicts = conflicts;
        _commits = store.ListAsync(StreamLayout.Commits(prefix), cancellationToken: cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    /// <summary>Content that a receipt of the bundle or of the store says was erased.</summary>
    public HashSet<Sha256Hash> Erased { get; } = [];

    public long Missing { get; private set; }

    public long AlreadyThere { get; private set; }

    public ValueTask CheckLocatorAsync(string locator, CancellationToken cancellationToken) =>
        CompareAsync(locator, Encoding.ASCII.GetBytes(_part.Stream.Json), cancellationToken);

    public ValueTask CheckContentAsync(byte[] content, CancellationToken cancellationToken) =>
        CompareAsync(StreamLayout.Content(_prefix, Sha256Hash.Of(content)), content, cancellationToken);

    public async ValueTask CheckCommitAsync(ImmutableArray<SealedReceipt> commit, CancellationToken cancellationToken)
    {
        var firstVersion = commit[0].StreamVersion;
        if (!_hasBegun)
            await MoveNextAsync().ConfigureAwait(false);
        for (; _current is { } existing && existing.FirstVersion < firstVersion; await MoveNextAsync().ConfigureAwait(false))
            if (existing.FirstVersion >= _part.From)
                _conflicts.Add(existing.Key, _part.Stream, "no commit that begins here", "one");
            else
                _before = existing;
        if (!_hasBegun && _part.From > 1)
            await CheckPredecessorAsync(commit[0], cancellationToken).ConfigureAwait(false);
        _hasBegun = true;
        if (_current?.FirstVersion == firstVersion)
            await MoveNextAsync().ConfigureAwait(false);

        await CompareAsync(StreamLayout.Commit(_prefix, firstVersion), CommitObject.Write(commit), cancellationToken).ConfigureAwait(false);
        foreach (var receipt in commit)
        {
            await CompareAsync(StreamLayout.Event(_prefix, receipt.EventId), receipt.Bytes, cancellationToken).ConfigureAwait(false);
            AddErasure(receipt);
        }
    }

    /// <summary>Checks what the store has behind the bundle's part.</summary>
    public async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        for (var isNext = true; _current is { } existing; await MoveNextAsync().ConfigureAwait(false), isNext = false)
        {
            if (await ReadAsync(existing.Key, cancellationToken).ConfigureAwait(false) is not { } commit)
                continue;
            if (existing.FirstVersion <= _part.To)
                _conflicts.Add(existing.Key, _part.Stream, "no commit that begins here", "one");
            else if (isNext && (commit[0].StreamVersion != _part.To + 1 || commit[0].PrevHash != _part.Hash))
                _conflicts.Add(existing.Key, _part.Stream, $"a successor of version {_part.To} {_part.Hash}", $"version {commit[0].StreamVersion} behind {commit[0].PrevHash}");
            foreach (var receipt in commit)
                AddErasure(receipt);
        }
    }

    public ValueTask DisposeAsync() => _commits.DisposeAsync();

    private async ValueTask CheckPredecessorAsync(SealedReceipt first, CancellationToken cancellationToken)
    {
        var expected = $"version {_part.From - 1} {first.PrevHash}, which the bundle goes on from";
        if (_before is not { } before)
        {
            _conflicts.Add(StreamLayout.Commits(_prefix), _part.Stream, expected, "no commit before it");
            return;
        }
        if (await ReadAsync(before.Key, cancellationToken).ConfigureAwait(false) is not { } commit)
            return;
        if (commit[^1].StreamVersion != _part.From - 1 || commit[^1].Hash != first.PrevHash)
            _conflicts.Add(before.Key, _part.Stream, expected, $"version {commit[^1].StreamVersion} {commit[^1].Hash}");
        // No commit is created before every event of the one before it is published.
        foreach (var receipt in commit)
            if (await _store.GetAsync(StreamLayout.Event(_prefix, receipt.EventId), cancellationToken).ConfigureAwait(false) is null)
                _conflicts.Add(StreamLayout.Event(_prefix, receipt.EventId), _part.Stream, "the event of a committed receipt", "none: it has not been published yet");
    }

    private async ValueTask<ImmutableArray<SealedReceipt>?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return null;
        if (CommitObject.TryRead(bytes, out var commit) is not { } fault)
            return commit;
        _conflicts.Add(key, _part.Stream, fault.Expected, fault.Found);
        return null;
    }

    private async ValueTask CompareAsync(string key, ReadOnlyMemory<byte> expected, CancellationToken cancellationToken)
    {
        if (await _store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } existing)
            Missing++;
        else if (existing.Span.SequenceEqual(expected.Span))
            AlreadyThere++;
        else
            _conflicts.Add(key, _part.Stream, $"{expected.Length} bytes that hash to {Sha256Hash.Of(expected.Span)}", $"{existing.Length} bytes that hash to {Sha256Hash.Of(existing.Span)}");
    }

    private void AddErasure(SealedReceipt receipt)
    {
        if (ContentErasure.TryRead(receipt, out var contentHash))
            Erased.Add(contentHash);
    }

    private async ValueTask MoveNextAsync()
    {
        _current = null;
        while (_current is null && await _commits.MoveNextAsync().ConfigureAwait(false))
            if (StreamLayout.TryParseCommit(_commits.Current, out var prefix, out var firstVersion) && prefix == _prefix)
                _current = (_commits.Current, firstVersion);
    }
}
