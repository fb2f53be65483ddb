using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Verification;

/// <summary>Verifies every stream below a prefix where it is stored: one stream, or a whole store.</summary>
/// <remarks>
/// <para>Whatever has <c>commits/</c> or <c>events/</c> is a stream; nothing else need be known. Key histories come first, the
/// platform's before the identities', and judge the rest. Where the platform's history is not among them and no keys are given,
/// signatures are not verified, and the report says so.</para>
/// <para>Reads and never writes. Memory grows with the number of streams, not with their length.</para>
/// </remarks>
public static class StoreVerifier
{
    private const string EventsFolder = "events/";

    /// <summary>Verifies every stream below a prefix.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">Where to look, ending in a slash; empty for the whole store.</param>
    /// <param name="trust">What to trust; <see langword="null"/> leaves the trust root and the issuer policy unchecked.</param>
    /// <param name="keys">Verified key histories to judge by, instead of those found; <see langword="null"/> to judge by those found.</param>
    /// <param name="progress">Told the number of receipts verified so far.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The verdict. No stream at all is a good one about no receipts: look at <see cref="VerificationReport.Receipts"/>.</returns>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static async Task<VerificationReport> VerifyAsync(
        IObjectStore store, string prefix, TrustFile? trust, KeyRing? keys = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(prefix);
        var report = new VerificationReport();
        var found = await FindAsync(store, prefix, cancellationToken).ConfigureAwait(false);
        // Identities without the platform's history are not verified by anything, and so verify nothing.
        var collected = keys is null && found.Exists(place => place.Rank == Rank.PlatformKeys) ? new KeyRing() : null;
        await VerifyAsync(store, found, trust, keys ?? collected, collected, report, progress, cancellationToken).ConfigureAwait(false);
        return report;
    }

    /// <summary>Verifies the key histories below a prefix and nothing else, to judge other streams by.</summary>
    /// <param name="store">The store.</param>
    /// <param name="prefix">Where to look, ending in a slash; empty for the whole store.</param>
    /// <param name="trust">What to trust.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The verdict, and the histories; use them only if the verdict is good. Empty where no history of the platform is.</returns>
    /// <exception cref="ObjectStoreException">The store cannot be read.</exception>
    public static async Task<(VerificationReport Report, KeyRing Keys)> VerifyKeyHistoriesAsync(
        IObjectStore store, string prefix, TrustFile? trust, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(prefix);
        var report = new VerificationReport();
        var keys = new KeyRing();
        var found = await FindAsync(store, prefix, cancellationToken).ConfigureAwait(false);
        if (found.Exists(place => place.Rank == Rank.PlatformKeys))
            await VerifyAsync(store, found.FindAll(place => place.Rank != Rank.Other), trust, keys, keys, report, null, cancellationToken).ConfigureAwait(false);
        return (report, keys);
    }

    private enum Rank
    {
        PlatformKeys,
        Identity,
        Other,
    }

    private readonly record struct Place(string Prefix, Rank Rank);

    private static async Task VerifyAsync(
        IObjectStore store, List<Place> places, TrustFile? trust, KeyRing? keys, KeyRing? collected, VerificationReport report, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var input = StreamVerifierInput.From(trust, keys);
        foreach (var place in places.OrderBy(place => place.Rank))
        {
            var history = await StreamFolderVerifier.VerifyAsync(store, place.Prefix, input, report, progress, cancellationToken).ConfigureAwait(false);
            if (history is not null && collected is not null)
                KeyHistoryCollection.Add(history, collected, report, place.Prefix);
        }
    }

    /// <summary>The places of streams, in the order of their prefixes.</summary>
    private static async Task<List<Place>> FindAsync(IObjectStore store, string prefix, CancellationToken cancellationToken)
    {
        var places = new List<Place>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var key in store.ListAsync(prefix, cancellationToken: cancellationToken).ConfigureAwait(false))
            if (TryParsePrefix(key, out var found) && known.Add(found))
                places.Add(new Place(found, await RankAsync(store, key, cancellationToken).ConfigureAwait(false)));
        return places;
    }

    private static bool TryParsePrefix(string key, out string prefix)
    {
        if (StreamLayout.TryParseCommit(key, out prefix, out _))
            return true;
        var folder = key[..(key.LastIndexOf('/') + 1)];
        if (folder != EventsFolder && !folder.EndsWith("/" + EventsFolder, StringComparison.Ordinal))
            return false;
        prefix = folder[..^EventsFolder.Length];
        return StreamLayout.TryParseEvent(prefix, key, out _);
    }

    // By the first object of the stream. Of one that cannot be read nothing depends on its turn: it fails when that comes.
    private static async ValueTask<Rank> RankAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(key, cancellationToken).ConfigureAwait(false) is not { } bytes)
            return Rank.Other;
        var first = CommitObject.TryRead(bytes, out var commit) is null ? commit[0] : SealedReceipt.TryParse(bytes, out var receipt, out _) ? receipt : null;
        return first?.Stream.Type switch
        {
            StreamId.PlatformKeysType => Rank.PlatformKeys,
            StreamId.IdentityType => Rank.Identity,
            _ => Rank.Other,
        };
    }
}
