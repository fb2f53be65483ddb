using System.Formats.Asn1;
using System.Numerics;
using Concord.Receipts.Signing;
using CsCheck;

namespace Concord.Receipts.Tests.Signing;

public sealed partial class ReceiptSignatureTests
{
    [Fact]
    public void Der_of_any_pair_gives_the_same_signature() => Gen.Select(GenScalar, GenScalar).Sample((r, s) =>
    {
        Assert.True(ReceiptSignature.TryFromDer(Der(r, s), out var signature));
        Assert.Equal(Of(r, s), signature);
    });

    [Fact]
    public void Small_components_are_padded()
    {
        Assert.True(ReceiptSignature.TryFromDer(Convert.FromHexString("3006020101020102"), out var signature));
        Assert.Equal(Of(1, 2), signature);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("30", "a tag alone")]
    [InlineData("3000", "no components")]
    [InlineData("3003020101", "one component")]
    [InlineData("3009020101020102020103", "three components")]
    [InlineData("300602010102010200", "a byte behind it")]
    [InlineData("3007020101020200 02", "a leading zero that says nothing")]
    [InlineData("30810602 0101 020102", "a long length where a short one does")]
    [InlineData("308002 0101 020102 0000", "an indefinite length")]
    [InlineData("3006020100020102", "r is zero")]
    [InlineData("3006020101020100", "s is zero")]
    [InlineData("30060201FF020102", "r is negative")]
    [InlineData("3006020101020180", "s is negative")]
    [InlineData("3106020101020102", "a set")]
    [InlineData("3006030101020102", "a bit string")]
    [InlineData("3007020101020102", "a length beyond the end")]
    [InlineData("3005020101020102", "a length before the end")]
    [InlineData("30050200020102", "an empty integer")]
    public void What_is_not_strict_der_is_refused(string hex, string what) =>
        Assert.False(ReceiptSignature.TryFromDer(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out _), what);

    [Fact]
    public void A_component_from_n_on_is_refused()
    {
        Assert.True(ReceiptSignature.TryFromDer(Der(P256.N - 1, P256.N - 1), out _));
        Assert.False(ReceiptSignature.TryFromDer(Der(P256.N, 1), out _));
        Assert.False(ReceiptSignature.TryFromDer(Der(1, P256.N), out _));
        Assert.False(ReceiptSignature.TryFromDer(Der(BigInteger.Pow(2, 256), 1), out _));
        Assert.False(ReceiptSignature.TryFromDer(Der(1, BigInteger.Pow(2, 300)), out _));
    }

    private static byte[] Der(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }
        return writer.Encode();
    }
}
