using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Tests.Streams;

public sealed class AppendCommandTests
{
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":1e400}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public void A_body_that_is_no_canonical_object_is_an_argument_that_is_refused(string body)
    {
        var exception = Assert.Throws<ArgumentException>(() => Make(body));
        Assert.Equal("body", exception.ParamName);
    }

    [Fact]
    public void A_body_is_the_same_however_it_is_written() =>
        Assert.Equal(Make("""{"a":1,"b":"é"}""").RequestHash, Make(""" { "b":"\u00e9", "a":1.0 } """).RequestHash);

    private static AppendCommand Make(string body) =>
        new(IdempotencyKey.Parse("2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11"), "things/commands/make", ImmutableSortedDictionary<string, string>.Empty, Encoding.UTF8.GetBytes(body));
}
