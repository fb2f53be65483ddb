using System.Text.Json.Nodes;
using PixPax.Host.Modules.Collections;

namespace PixPax.Host.Tests.Modules.Collections;

public sealed class ShippedCollectionTests
{
    [Fact]
    public void The_garden_birds_are_valid()
    {
        var content = CollectionFolder.Read(CollectionFolder.PublishBody(CollectionFolder.Shipped, "garden-birds", "v1"));
        Assert.Equal(["songbirds", "visitors"], content.Series.Select(series => series.SeriesId));
        Assert.Equal([4, 4], content.Series.Select(series => content.Cards.Count(card => card.SeriesId == series.SeriesId)));
        Assert.Equal(8, content.Cards.DistinctBy(card => card.ItemHash).Count());
    }

    [Fact]
    public void The_body_for_publishing_them_says_the_same_as_the_files()
    {
        var fromFiles = CollectionFolder.Read(CollectionFolder.PublishBody(CollectionFolder.Shipped, "garden-birds", "v1"));
        var ready = JsonNode.Parse(File.ReadAllText(Path.Combine(CollectionFolder.Shipped, "garden-birds-v1.publish.json")))!.AsObject();
        var published = CollectionFolder.Read(ready);

        Assert.Equal(fromFiles.MerkleRoot(), published.MerkleRoot());
        Assert.True(JsonNode.DeepEquals(CollectionFolder.PublishBody(CollectionFolder.Shipped, "garden-birds", "v1")["index"], ready["index"]));
        Assert.Equal(fromFiles.Cards.Select(card => card.Label), published.Cards.Select(card => card.Label));
    }
}
