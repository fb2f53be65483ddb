using Concord.Cli.Running;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Cli.Exports;

/// <summary>The streams of a bundle, each with the head that it is exported up to, and the key histories that verify them.</summary>
/// <remarks>
/// A store may grow meanwhile. So heads are pinned, and in this order: the streams, then the identities that signed in them, then the
/// platform's keys that signed those. A key that is found in a stream is then in its history, which was read later.
/// </remarks>
internal sealed record ExportSelection(IReadOnlyList<(BundlePart Part, string Prefix)> Parts, IReadOnlyList<string> Warnings)
{
    public static async Task<ExportSelection> FindAsync(IObjectStore store, ExportScope scope, IProgress<long> progress, CancellationToken cancellationToken)
    {
        var streams = new List<DiscoveredStream>();
        var isHistoryMeant = false;
        await foreach (var found in StreamDiscovery.FindAsync(store, scope.Prefix, cancellationToken))
            if (!scope.Includes(found))
                continue;
            else if (IsKeyHistory(found))
                isHistoryMeant = true;
            else
                streams.Add(found);
        if (streams.Count == 0 && !isHistoryMeant)
            return new ExportSelection([], []);

        var signers = new HashSet<string>(StringComparer.Ordinal);
        if (!scope.IsWhole)
            foreach (var stream in streams)
                await AddSignersAsync(store, stream, signers, progress, cancellationToken);

        var identities = await ListAsync(store, StreamId.IdentityType, found => scope.Includes(found) || signers.Contains(found.Stream["identityId"]), cancellationToken);
        var platform = await ListAsync(store, StreamId.PlatformKeysType, _ => true, cancellationToken);

        var all = platform.Concat(identities).Concat(streams).ToList();
        RefuseTwice(all);
        return new ExportSelection([.. all.Select(found => (new BundlePart(found.Stream, 1, found.Version, found.Hash), found.Prefix))], [.. WarningsOf(platform, identities, signers)]);
    }

    private static bool IsKeyHistory(DiscoveredStream found) => found.Stream.Type is StreamId.PlatformKeysType or StreamId.IdentityType;

    private static async Task<List<DiscoveredStream>> ListAsync(IObjectStore store, string type, Func<DiscoveredStream, bool> isNeeded, CancellationToken cancellationToken)
    {
        var list = new List<DiscoveredStream>();
        await foreach (var found in StreamDiscovery.FindAsync(store, cancellationToken: cancellationToken))
            if (found.Stream.Type == type && isNeeded(found))
                list.Add(found);
        return list;
    }

    private static async Task AddSignersAsync(IObjectStore store, DiscoveredStream stream, HashSet<string> signers, IProgress<long> progress, CancellationToken cancellationToken)
    {
        for (long version = 1; version <= stream.Version;)
        {
            var key = StreamLayout.Commit(stream.Prefix, version);
            var bytes = await store.GetAsync(key, cancellationToken) ?? throw new StreamDamagedException(stream.Stream, FailureKind.VersionGap, $"there is no {key}");
            if (CommitObject.TryRead(bytes, out var commit) is { } fault)
                throw new StreamDamagedException(stream.Stream, fault.Kind, $"{key} is not well-formed: {fault}");
            foreach (var receipt in commit)
                if (receipt.Issuer.IdentityId != Issuer.Platform)
                    signers.Add(receipt.Issuer.IdentityId);
            progress.Report(version += commit.Length);
        }
    }

    private static void RefuseTwice(List<DiscoveredStream> streams)
    {
        foreach (var same in streams.GroupBy(found => found.Stream).Where(same => same.Count() > 1))
            throw new ToolException($"{same.Key} stands in more than one place: {string.Join(", ", same.Select(found => found.Prefix))}. Move the copies out of the store.", ExitCode.Failed);
    }

    private static IEnumerable<string> WarningsOf(List<DiscoveredStream> platform, List<DiscoveredStream> identities, HashSet<string> signers)
    {
        if (platform.Count == 0)
            yield return "the store has no key history of the platform: the bundle will not verify.";
        foreach (var missing in signers.Except(identities.Select(found => found.Stream["identityId"])).Order(StringComparer.Ordinal))
            yield return $"the store has no key history of {missing}, who signed: the bundle will not verify.";
    }
}
