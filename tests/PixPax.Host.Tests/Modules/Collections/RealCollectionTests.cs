using PixPax.Host.Modules.Collections;

namespace PixPax.Host.Tests.Modules.Collections;

public sealed class RealCollectionTests
{
    [SkippableTheory]
    [InlineData("pixel-animals", "v1", 60, 5)]
    [InlineData("pixel-animals", "v2", 55, 5)]
    [InlineData("premier-league-2026", "v2", 50, 5)]
    public void A_real_collection_is_valid_as_it_is(string collectionId, string version, int cards, int series)
    {
        var content = CollectionFolder.Read(CollectionFolder.PublishBody(Folder(), collectionId, version));
        Assert.Equal(cards, content.Cards.Count);
        Assert.Equal(series, content.Series.Count);
        Assert.NotNull(content.Palette);
        Assert.Distinct(content.Cards.Select(card => card.ItemHash));
        Assert.Matches("^[0-9a-f]{64}$", content.MerkleRoot());
        Assert.All(content.Cards, card => Assert.NotEmpty(CardPng.Draw(card.Grid, content.PaletteOf(card))));
    }

    [SkippableFact]
    public void A_card_has_the_hash_it_has_always_had()
    {
        var content = CollectionFolder.Read(CollectionFolder.PublishBody(Folder(), "pixel-animals", "v1"));
        Assert.Equal("4c70d2970c0887513733ee760696bede444d1d39fac3c2aa575fcc798bd214bd", content.FindCard("frog-01")!.ItemHash);
    }

    private static string Folder()
    {
        var folder = CollectionFolder.Real();
        Skip.If(folder is null, "The real collections are not on this machine (shared/data/pixpax-collections; CONCORD_SHARED names another shared folder).");
        return folder!;
    }
}
