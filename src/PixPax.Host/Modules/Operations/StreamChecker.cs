using Concord.Receipts;
using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using PixPax.Host.Platform.Configuration;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Operations;

/// <summary>Verifies one stream where it is stored, by the keys that may have signed it, each verified itself: every rule, every receipt, every content object.</summary>
internal sealed class StreamChecker(IObjectStore store, PixPaxOptions options)
{
    private static readonly IssuerPolicy Policy = IssuerPolicy.Parse(PixPaxPolicy.Json.ToArray());

    public async Task<VerificationReport> VerifyAsync(StreamId stream, string prefix, CancellationToken cancellationToken)
    {
        var report = new VerificationReport();
        await StreamFolderVerifier.VerifyAsync(store, prefix, await InputAsync(stream, cancellationToken), report, progress: null, cancellationToken);
        return report;
    }

    // A history that is damaged counts as far as it is good; what was signed by the keys behind that is refused.
    private async Task<StreamVerifierInput> InputAsync(StreamId stream, CancellationToken cancellationToken)
    {
        if (stream.Type == StreamId.PlatformKeysType) return Input(keys: null);

        var platform = new KeyRing();
        if (await HistoryAsync(PixPaxStreams.PrefixOf(StreamId.PlatformKeys), keys: null, cancellationToken) is { } platformKeys) platform.TryAdd(platformKeys);
        if (stream.Type == StreamId.IdentityType || !stream.Ids.TryGetValue("accountId", out var accountId)) return Input(platform);

        var all = new KeyRing();
        foreach (var history in platform.Histories) all.TryAdd(history);
        await foreach (var identity in StreamDiscovery.ListAsync(store, $"{PixPaxStreams.Identity.CommonPrefix}{accountId}/", cancellationToken))
            if (await HistoryAsync(identity.Prefix, platform, cancellationToken) is { } history) all.TryAdd(history);
        return Input(all);
    }

    private Task<KeyHistory?> HistoryAsync(string prefix, KeyRing? keys, CancellationToken cancellationToken) =>
        StreamFolderVerifier.VerifyAsync(store, prefix, Input(keys), new VerificationReport(), progress: null, cancellationToken);

    private StreamVerifierInput Input(KeyRing? keys) =>
        new() { Keys = keys, Policy = Policy, PlatformKeyIds = options.PlatformKeyIds.IsEmpty ? null : options.PlatformKeyIds };
}
