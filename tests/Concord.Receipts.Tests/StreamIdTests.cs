using System.Text;

namespace Concord.Receipts.Tests;

public sealed class StreamIdTests
{
    private static readonly string Long64 = new('a', 64);

    [Theory]
    [InlineData("""{"type":"platform-keys"}""")]
    [InlineData("""{"accountId":"A","identityId":"i-_9","type":"identity"}""")]
    [InlineData("""{"accountId":"A","bookId":"B","type":"pixbook"}""")]
    [InlineData("""{"tradeId":"T","type":"trade"}""")]
    [InlineData("""{"type":"x","zed":"after-the-type"}""")]
    [InlineData("""{"Upper":"1","lower":"2","type":"x"}""")]
    public void A_canonical_name_reads_back(string json)
    {
        Assert.True(StreamId.TryParse(Encoding.UTF8.GetBytes(json), out var stream));
        Assert.Equal(json, stream.Json);
        Assert.Equal(json, stream.ToString());
        var same = StreamId.Create(stream.Type, [.. stream.Ids.Select(id => (id.Key, id.Value)).Reverse()]);
        Assert.True(stream == same && !(stream != same) && stream.Equals((object)same) && stream.GetHashCode() == same.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("\"type\"")]
    [InlineData("""{"type":""}""")]
    [InlineData("""{"type":"Pixbook"}""")]
    [InlineData("""{"type":"9x"}""")]
    [InlineData("""{"type":"-x"}""")]
    [InlineData("""{"type":"x_y"}""")]
    [InlineData("""{"type": "trade"}""")]
    [InlineData("""{"type":"trade"} """)]
    [InlineData("""{"type":"trade","type":"trade"}""")]
    [InlineData("""{"type":"trade","a":"A"}""")]
    [InlineData("""{"b":"B","a":"A","type":"trade"}""")]
    [InlineData("""{"a":"A","a":"A","type":"trade"}""")]
    [InlineData("""{"a":"A","a":"B","type":"trade"}""")]
    [InlineData("""{"a":"A"}""")]
    [InlineData("""{"a":"","type":"trade"}""")]
    [InlineData("""{"":"A","type":"trade"}""")]
    [InlineData("""{"a":"A B","type":"trade"}""")]
    [InlineData("""{"a":"A/B","type":"trade"}""")]
    [InlineData("""{"a":"..","type":"trade"}""")]
    [InlineData("""{"a":"\u0041","type":"trade"}""")]
    [InlineData("""{"a":"Ä","type":"trade"}""")]
    [InlineData("""{"a":"?","type":"trade"}""")]
    [InlineData("""{"a":1,"type":"trade"}""")]
    [InlineData("""{"a":"A","type":"platform-keys"}""")]
    [InlineData("""{"accountId":"A","type":"identity"}""")]
    [InlineData("""{"identityId":"A","type":"identity"}""")]
    [InlineData("""{"accountId":"A","bookId":"B","more":"C","type":"pixbook"}""")]
    [InlineData("""{"bookId":"B","type":"pixbook"}""")]
    public void Anything_else_is_no_name(string json)
    {
        Assert.False(StreamId.TryParse(Encoding.UTF8.GetBytes(json), out var stream));
        Assert.Null(stream);
    }

    [Fact]
    public void Types_and_ids_have_64_characters_at_most()
    {
        Assert.Equal(Long64, StreamId.Create(Long64, ("id", Long64))["id"]);
        Assert.Throws<FormatException>(() => StreamId.Create(Long64 + "a"));
        Assert.Throws<FormatException>(() => StreamId.Create("x", ("id", Long64 + "a")));
        Assert.False(StreamId.TryParse(Encoding.ASCII.GetBytes($$"""{"id":"{{Long64}}a","type":"x"}"""), out _));
    }

    [Fact]
    public void A_name_has_8_ids_at_most()
    {
        var ids = Enumerable.Range(0, StreamId.MaxIds).Select(i => ($"id{i}", "V")).ToArray();
        var stream = StreamId.Create("x", ids);
        Assert.True(StreamId.TryParse(Encoding.ASCII.GetBytes(stream.Json), out var again));
        Assert.Equal(stream, again);
        Assert.Throws<FormatException>(() => StreamId.Create("x", [.. ids, ("id9", "V")]));
        Assert.False(StreamId.TryParse(Encoding.ASCII.GetBytes(stream.Json.Replace("\"type\"", "\"ie\":\"V\",\"type\"", StringComparison.Ordinal)), out _));
    }

    [Fact]
    public void A_huge_text_is_refused_at_once() => Assert.False(StreamId.TryParse(new byte[1 << 20], out _));

    [Fact]
    public void The_shapes_that_verification_depends_on_are_fixed()
    {
        Assert.Equal("""{"type":"platform-keys"}""", StreamId.PlatformKeys.Json);
        Assert.Equal("""{"accountId":"A","identityId":"I","type":"identity"}""", StreamId.Identity("A", "I").Json);
        Assert.Throws<FormatException>(() => StreamId.Create(StreamId.PlatformKeysType, ("id", "A")));
        Assert.Throws<FormatException>(() => StreamId.Create(StreamId.IdentityType, ("accountId", "A")));
        Assert.Throws<FormatException>(() => StreamId.Create("pixbook", ("bookId", "B"), ("accountId", "A"), ("x", "Y")));
    }

    [Fact]
    public void An_id_that_is_named_twice_is_refused()
    {
        Assert.Throws<FormatException>(() => StreamId.Create("x", ("a", "A"), ("a", "A")));
        Assert.Throws<FormatException>(() => StreamId.Create("x", ("a", "A"), ("a", "B")));
        Assert.Throws<FormatException>(() => StreamId.Create("x", ("type", "A")));
    }

    [Fact]
    public void Names_differ_by_type_and_by_every_id()
    {
        var stream = StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "B"));
        Assert.NotEqual(stream, StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "b")));
        Assert.NotEqual(stream, StreamId.Create("other", ("accountId", "A"), ("bookId", "B")));
        Assert.False(stream.Equals(null));
        Assert.True((StreamId?)null == null);
        Assert.Throws<KeyNotFoundException>(() => stream["other"]);
    }
}
