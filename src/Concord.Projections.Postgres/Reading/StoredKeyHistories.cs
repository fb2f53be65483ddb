using System.Collections.Concurrent;
using Concord.Receipts.Keys;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Projections.Postgres.Reading;

/// <summary>The key histories of a store, verified: what every other stream is judged by. Read again where they grew.</summary>
/// <remarks>One that is damaged counts as far as it is good; what was signed by the keys behind that is refused. About a kilobyte an identity.</remarks>
internal sealed class StoredKeyHistories(ReceiptSource source)
{
    private readonly Dictionary<string, (string LastCommitKey, KeyHistory? History)> _known = new(StringComparer.Ordinal);

    /// <summary>What to judge by, as the store is now.</summary>
    public async Task<StreamVerifierInput> ReadAsync(CancellationToken cancellationToken)
    {
        await RefreshAsync(source.PlatformKeysPrefix, keys: null, cancellationToken).ConfigureAwait(false);
        var platform = new KeyRing();
        Collect(source.PlatformKeysPrefix, platform);
        await RefreshAsync(source.IdentitiesPrefix, platform, cancellationToken).ConfigureAwait(false);
        var all = new KeyRing();
        Collect(source.PlatformKeysPrefix, all);
        Collect(source.IdentitiesPrefix, all);
        return InputOf(all);
    }

    private async Task RefreshAsync(string prefix, KeyRing? keys, CancellationToken cancellationToken)
    {
        var changed = new List<DiscoveredPrefix>();
        await foreach (var found in StreamDiscovery.ListAsync(source.Store, prefix, cancellationToken).ConfigureAwait(false))
            if (!_known.TryGetValue(found.Prefix, out var known) || known.LastCommitKey != found.LastCommitKey)
                changed.Add(found);

        var read = new ConcurrentBag<(DiscoveredPrefix Found, KeyHistory? History)>();
        var input = InputOf(keys);
        await Parallel.ForEachAsync(changed, cancellationToken, async (found, token) =>
            read.Add((found, await StreamFolderVerifier.VerifyAsync(source.Store, found.Prefix, input, new VerificationReport(), progress: null, token).ConfigureAwait(false)))).ConfigureAwait(false);
        foreach (var (found, history) in read)
            _known[found.Prefix] = (found.LastCommitKey, history);
    }

    private void Collect(string prefix, KeyRing keys)
    {
        foreach (var (at, known) in _known)
            if (at.StartsWith(prefix, StringComparison.Ordinal) && known.History is { } history)
                keys.TryAdd(history);
    }

    private StreamVerifierInput InputOf(KeyRing? keys) => new() { Keys = keys, Policy = source.Policy, PlatformKeyIds = source.PlatformKeyIds };
}
