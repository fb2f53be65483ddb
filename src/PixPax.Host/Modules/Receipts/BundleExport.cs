using System.Collections.Immutable;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Receipts;

/// <summary>Bundles a stream, or one commit of it, with the key histories that verify it.</summary>
internal sealed class BundleExport(ReceiptStreams streams)
{
    public ValueTask<IResult> OfStreamAsync(ReceiptStream stream, string name, CancellationToken cancellationToken) =>
        BundleAsync(stream, new BundlePart(stream.Id, 1, stream.Head.Version, stream.Head.Hash!.Value), stream.IssuerKeys.Keys, [.. stream.LastSigned.Keys], name, cancellationToken);

    /// <summary>A bundle of one receipt holds its commit. A key history travels whole, whichever receipt of it was asked for.</summary>
    public async ValueTask<IResult> OfReceiptAsync(ReceiptStream stream, SealedReceipt receipt, CancellationToken cancellationToken)
    {
        var name = $"receipt-{receipt.EventId}";
        if (stream.Id.Type is StreamId.PlatformKeysType or StreamId.IdentityType) return await OfStreamAsync(stream, name, cancellationToken);

        var first = receipt.StreamVersion - receipt.Commit.Index;
        var commit = await streams.ReadCommitAsync(stream, first, cancellationToken);
        var part = new BundlePart(stream.Id, first, commit[^1].StreamVersion, commit[^1].Hash);
        return await BundleAsync(
            stream, part, commit.Select(one => one.Issuer.IdentityId), [.. commit.Select(one => one.Issuer.PublicKeyId)], name, cancellationToken);
    }

    private async ValueTask<IResult> BundleAsync(
        ReceiptStream stream, BundlePart part, IEnumerable<string> issuers, ImmutableHashSet<PublicKeyId> keys, string name, CancellationToken cancellationToken)
    {
        // Read after the stream itself, so that they hold every key that it was signed with.
        List<ReceiptStream<KeyHistory>> histories = [await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken)];
        foreach (var identityId in issuers.Distinct(StringComparer.Ordinal).Where(id => id != Issuer.Platform))
            histories.Add(await streams.ReadAsync(PixPaxStreams.Identity, StreamId.Identity(stream.Id["accountId"], identityId), cancellationToken));

        var parts = new Dictionary<StreamId, (BundlePart, string)> { [stream.Id] = (await ReachLastTrustedAsync(stream, part, histories, keys, cancellationToken), stream.Prefix) };
        foreach (var history in histories)
            parts.TryAdd(history.Id, (new BundlePart(history.Id, 1, history.Head.Version, history.Head.Hash!.Value), history.Prefix));

        return new UntimedResult(TypedResults.Stream(
            output => BundleWriter.WriteAsync(streams.Store, parts.Values, output, cancellationToken: cancellationToken),
            BundleWriter.MediaType, name + BundleWriter.FileExtension));
    }

    /// <summary>What an ended key signed is good if the chain leads to the last trusted receipt of that key: the part goes on to there.</summary>
    private async ValueTask<BundlePart> ReachLastTrustedAsync(
        ReceiptStream stream, BundlePart part, List<ReceiptStream<KeyHistory>> histories, ImmutableHashSet<PublicKeyId> keys, CancellationToken cancellationToken)
    {
        var last = part.To;
        foreach (var history in histories)
            foreach (var key in (await WithListsAsync(history, cancellationToken)).Keys)
                if (keys.Contains(key.PublicKey.Id) && key.End?.LastTrusted.GetValueOrDefault(stream.Id) is { } trusted)
                    last = Math.Max(last, trusted.StreamVersion);
        if (last == part.To) return part;

        var commit = await streams.ReadCommitAsync(stream, await streams.FirstVersionOfCommitAsync(stream, last, cancellationToken), cancellationToken);
        return part with { To = commit[^1].StreamVersion, Hash = commit[^1].Hash };
    }

    private async ValueTask<KeyHistory> WithListsAsync(ReceiptStream<KeyHistory> history, CancellationToken cancellationToken)
    {
        var keys = history.State;
        // Without its list a bundle does not verify, whatever is in it; the verifier says so.
        foreach (var list in keys.MissingContent.ToArray())
            if (await streams.Store.GetAsync(StreamLayout.Content(history.Prefix, list), cancellationToken) is { } bytes
                && ContentObject.TryParse(bytes, "application/json", out var content))
                keys = keys.WithLastTrusted(content);
        return keys;
    }
}
