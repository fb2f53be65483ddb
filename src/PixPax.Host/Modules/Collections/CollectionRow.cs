using Concord.Receipts.Streams;

namespace PixPax.Host.Modules.Collections;

/// <summary>A collection as a projection keeps it for lists: a function of its stream.</summary>
internal static class CollectionRow
{
    public static CollectionView Of(ReceiptStream<CollectionState> collection) => new(
        collection.Id["collectionId"],
        collection.Head.Version,
        [.. collection.State.Versions.Values.Select(version => new VersionView(
            version.Version, version.CardCount, version.MerkleRoot, version.PublishedAt,
            [.. version.SeriesIds.Where(seriesId => collection.State.IsRetired(version.Version, seriesId))]))]);
}
