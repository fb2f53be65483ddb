using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Streams;
using PixPax.Host.Platform.Limits;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Modules.Receipts;

/// <summary>Bundles a stream, or one commit of it, with the key histories that verify it.</summary>
internal sealed class BundleExport(ReceiptStreams streams)
{
    public ValueTask<IResult> OfStreamAsync(ReceiptStream stream, string name, CancellationToken cancellationToken) =>
        BundleAsync(stream, new BundlePart(stream.Id, 1, stream.Head.Version, stream.Head.Hash!.Value), stream.IssuerKeys.Keys, name, cancellationToken);

    /// <summary>A bundle of one receipt holds its commit. A key history travels whole, whichever receipt of it was asked for.</summary>
    public async ValueTask<IResult> OfReceiptAsync(ReceiptStream stream, SealedReceipt receipt, CancellationToken cancellationToken)
    {
        var name = $"receipt-{receipt.EventId}";
        if (stream.Id.Type is StreamId.PlatformKeysType or StreamId.IdentityType) return await OfStreamAsync(stream, name, cancellationToken);

        var first = receipt.StreamVersion - receipt.Commit.Index;
        var commit = await streams.ReadCommitAsync(stream, first, cancellationToken);
        var part = new BundlePart(stream.Id, first, commit[^1].StreamVersion, commit[^1].Hash);
        return await BundleAsync(stream, part, commit.Select(one => one.Issuer.IdentityId), name, cancellationToken);
    }

    private async ValueTask<IResult> BundleAsync(ReceiptStream stream, BundlePart part, IEnumerable<string> issuers, string name, CancellationToken cancellationToken)
    {
        // Read after the stream itself, so that they hold every key that it was signed with.
        var parts = new Dictionary<StreamId, (BundlePart, string)> { [stream.Id] = (part, stream.Prefix) };
        AddHistory(await streams.ReadAsync(PixPaxStreams.PlatformKeys, StreamId.PlatformKeys, cancellationToken));
        foreach (var identityId in issuers.Distinct(StringComparer.Ordinal).Where(id => id != Issuer.Platform))
            AddHistory(await streams.ReadAsync(PixPaxStreams.Identity, StreamId.Identity(stream.Id["accountId"], identityId), cancellationToken));

        return new UntimedResult(TypedResults.Stream(
            output => BundleWriter.WriteAsync(streams.Store, parts.Values, output, cancellationToken: cancellationToken),
            BundleWriter.MediaType, name + BundleWriter.FileExtension));

        void AddHistory(ReceiptStream history) =>
            parts.TryAdd(history.Id, (new BundlePart(history.Id, 1, history.Head.Version, history.Head.Hash!.Value), history.Prefix));
    }
}
