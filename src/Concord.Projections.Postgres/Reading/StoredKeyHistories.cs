using System.Collections.Concurrent;
using Concord.Receipts.Keys;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Projections.Postgres.Reading;

/// <summary>The key histories of a store, verified: what every other stream is judged by. Read again where they grew.</summary>
/// <remarks>One that is damaged counts as far as it is good; what was signed by the keys behind that is refused. About a kilobyte an identity.</remarks>
internal sealed class StoredKeyHistories(ReceiptSource source)
{
    // Two who read at a time read the same, and more than they need.
    private readonly ConcurrentDictionary<string, (string LastCommitKey, KeyHistory? History, bool IsGood)> _known = new(StringComparer.Ordinal);

    /// <summary>What to judge by, as the store is now: the keys of everything that was committed before this call are among it.</summary>
    public async Task<StreamVerifierInput> ReadAsync(CancellationToken cancellationToken)
    {
        var platform = new KeyRing();
        // What identities were judged by is another now.
        if (await RefreshAsync(source.PlatformKeysPrefix, keys: null, cancellationToken).ConfigureAwait(false))
            foreach (var identity in _known.Keys.Where(prefix => !prefix.StartsWith(source.PlatformKeysPrefix, StringComparison.Ordinal)))
                _known.TryRemove(identity, out _);
        Collect(source.PlatformKeysPrefix, platform);
        await RefreshAsync(source.IdentitiesPrefix, platform, cancellationToken).ConfigureAwait(false);
        var all = new KeyRing();
        Collect(source.PlatformKeysPrefix, all);
        Collect(source.IdentitiesPrefix, all);
        return InputOf(all);
    }

    /// <returns>Whether anything was read.</returns>
    private async Task<bool> RefreshAsync(string prefix, KeyRing? keys, CancellationToken cancellationToken)
    {
        var changed = new List<DiscoveredPrefix>();
        await foreach (var found in StreamDiscovery.ListAsync(source.Store, prefix, cancellationToken).ConfigureAwait(false))
            if (!_known.TryGetValue(found.Prefix, out var known) || known.LastCommitKey != found.LastCommitKey || !known.IsGood)
                changed.Add(found);

        var read = new ConcurrentBag<(DiscoveredPrefix Found, KeyHistory? History, bool IsGood)>();
        var input = InputOf(keys);
        await Parallel.ForEachAsync(changed, cancellationToken, async (found, token) =>
        {
            var report = new VerificationReport();
            var history = await StreamFolderVerifier.VerifyAsync(source.Store, found.Prefix, input, report, progress: null, token).ConfigureAwait(false);
            read.Add((found, history, report.IsGood));
        }).ConfigureAwait(false);
        foreach (var (found, history, isGood) in read)
            _known[found.Prefix] = (found.LastCommitKey, history, isGood);
        return changed.Count > 0;
    }

    private void Collect(string prefix, KeyRing keys)
    {
        foreach (var (at, known) in _known)
            if (at.StartsWith(prefix, StringComparison.Ordinal) && known.History is { } history)
                keys.TryAdd(history);
    }

    private StreamVerifierInput InputOf(KeyRing? keys) => new() { Keys = keys, Policy = source.Policy, PlatformKeyIds = source.PlatformKeyIds };
}
