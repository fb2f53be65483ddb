using System.Text;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Verification;

public sealed class TrustFileTests
{
    private static readonly string Id = new TestKey(1).Id.ToString();

    [Fact]
    public void What_is_written_reads_back()
    {
        var trust = TrustFile.Parse(TrustFile.Write([new TestKey(1).Id, new TestKey(2).Id], Encoding.UTF8.GetBytes(World.Policy)));
        Assert.Equal(2, trust.PlatformKeyIds.Count);
        Assert.NotNull(trust.Policy);
        Assert.Empty(trust.Heads);
    }

    [Fact]
    public void Policy_and_heads_may_be_absent()
    {
        var trust = TrustFile.Parse(Encoding.UTF8.GetBytes($$"""{"format":"concord-trust","version":1,"platformKeyIds":["{{Id}}"]}"""));
        Assert.Null(trust.Policy);
        Assert.Empty(trust.Heads);
    }

    [Fact]
    public void Any_layout_will_do()
    {
        var trust = TrustFile.Parse(Encoding.UTF8.GetBytes($$"""
            { "version": 1, "format": "concord-trust",
              "heads": [ { "streamVersion": 3, "stream": { "type": "pixbook", "bookId": "B", "accountId": "A" }, "hash": "{{Id}}" } ],
              "platformKeyIds": [ "{{Id}}" ] }
            """));
        Assert.Equal(3, trust.Heads[StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "B"))].StreamVersion);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"format":"other","version":1,"platformKeyIds":["ID"]}""")]
    [InlineData("""{"format":"concord-trust","version":2,"platformKeyIds":["ID"]}""")]
    [InlineData("""{"format":"concord-trust","version":"1","platformKeyIds":["ID"]}""")]
    [InlineData("""{"format":"concord-trust","version":1}""")]
    [InlineData("""{"format":"concord-trust","version":1,"platformKeyIds":[]}""")]
    [InlineData("""{"format":"concord-trust","version":1,"platformKeyIds":["x"]}""")]
    [InlineData("""{"format":"concord-trust","version":1,"platformKeyIds":[1]}""")]
    [InlineData("""{"format":"concord-trust","version":1,"platformKeyIds":["ID"],"more":1}""")]
    [InlineData("""{"format":"concord-trust","version":1,"version":1,"platformKeyIds":["ID"]}""")]
    [InlineData("""{"format":"concord-trust","version":1,"platformKeyIds":["ID"],"heads":[{}]}""")]
    [InlineData("""{"format":"concord-trust","version":1,"platformKeyIds":["ID"],"heads":{}}""")]
    [InlineData("""{"format":"concord-trust","version":1,"platformKeyIds":["ID"],"policy":[]}""")]
    public void Anything_else_is_no_trust_file(string json) =>
        Assert.Throws<FormatException>(() => TrustFile.Parse(Encoding.UTF8.GetBytes(json.Replace("ID", Id, StringComparison.Ordinal))));

    [Theory]
    [InlineData("{}")]
    [InlineData("x")]
    [InlineData("""{"streams":[]}""")]
    [InlineData("""{"streams":{},"more":1}""")]
    [InlineData("""{"streams":{"x":{}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{"T":{}}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{"T":[{}]}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{"T":[{"signer":1}]}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{"T":[{"signer":"owner"}]}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{"T":[{"signer":"platform","when":{"pointer":"/a"}}]}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{"T":[{"signer":"platform","when":{"pointer":"a","equals":"b"}}]}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{"T":[{"signer":"platform","unless":{}}]}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{},"signers":{"platform":{"identity":"/a","account":"b"}}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{},"signers":{"o":{"identity":"/a"}}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{},"signers":{"o":{"account":"/a"}}}}}""")]
    [InlineData("""{"streams":{"x":{"receipts":{}},"x":{"receipts":{}}}}""")]
    public void A_policy_that_is_not_understood_wholly_is_refused(string json) =>
        Assert.Throws<FormatException>(() => IssuerPolicy.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void No_policy_at_all_is_refused() => Assert.Throws<FormatException>(() => IssuerPolicy.Parse(default(System.Text.Json.JsonElement)));

    [Fact]
    public void The_star_stands_for_every_type_that_is_not_named_and_rules_hold_in_order()
    {
        var policy = IssuerPolicy.Parse("""{"streams":{"x":{"receipts":{"*":[{"signer":"platform"}],"NOBODY":[],"IF":[{"signer":"o","when":{"pointer":"/a~1b/c","equals":"d"}},{"signer":"platform"}]},"signers":{"o":{"identity":"/o","account":"/p"}}}}}"""u8.ToArray()).For("x")!;
        Assert.Equal("platform", policy.SignerOf("ANY"u8, "{}"u8));
        Assert.Null(policy.SignerOf("NOBODY"u8, "{}"u8));
        Assert.Equal("platform", policy.SignerOf("IF"u8, """{"a/b":{"c":"e"}}"""u8));
        Assert.Equal("o", policy.SignerOf("IF"u8, """{"0":{"c":[{"c":"x"}]},"a/b":{"b":1,"c":"d"}}"""u8));
        Assert.Equal("platform", policy.SignerOf("IF"u8, """{"a/b":["c","d"]}"""u8));
    }

    public static TheoryData<string, byte[]> PoliciesThatAreNotIJson => new()
    {
        { "half a surrogate pair in a name", """{"streams":{"\ud800":{"receipts":{}}}}"""u8.ToArray() },
        { "half a surrogate pair in a value", """{"streams":{"x":{"receipts":{"*":[{"signer":"\udc00"}]}}}}"""u8.ToArray() },
        { "bytes that are not UTF-8", [.. """{"streams":{"x":{"receipts":{"*":[{"signer":"a"""u8, 0xED, .. "\"}]}}}}"u8] },
    };

    [Theory, MemberData(nameof(PoliciesThatAreNotIJson))]
    public void A_policy_that_is_not_I_JSON_is_refused(string what, byte[] json)
    {
        Assert.NotEmpty(what);
        Assert.Throws<FormatException>(() => IssuerPolicy.Parse(json));
        if (!what.StartsWith("bytes", StringComparison.Ordinal))
            Assert.Throws<FormatException>(() => IssuerPolicy.Parse(System.Text.Json.JsonDocument.Parse(json).RootElement));
    }
}
