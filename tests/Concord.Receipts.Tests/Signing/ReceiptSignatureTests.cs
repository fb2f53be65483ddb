using System.Numerics;
using System.Text;
using Concord.Receipts.Signing;
using CsCheck;

namespace Concord.Receipts.Tests.Signing;

public sealed partial class ReceiptSignatureTests
{
    private static readonly BigInteger Half = (P256.N - 1) / 2;

    private static readonly Gen<BigInteger> GenScalar = Gen.Byte.Array[32].Select(bytes => (P256.Number(bytes) % (P256.N - 1)) + 1);

    [Fact]
    public void Every_pair_in_range_has_one_text_and_reads_back() => Gen.Select(GenScalar, GenScalar).Sample((r, s) =>
    {
        var signature = Of(r, s);
        Assert.True(ReceiptSignature.TryParse(signature.ToString(), out var again));
        Assert.True(signature == again && !(signature != again) && signature.GetHashCode() == again.GetHashCode());
        Span<byte> text = stackalloc byte[ReceiptSignature.TextLength];
        signature.Format(text);
        Assert.Equal(signature.ToString(), Encoding.ASCII.GetString(text));
        Assert.Equal("ecdsa-p256:" + Convert.ToBase64String([.. P256.Bytes(r), .. P256.Bytes(s)]), signature.ToString());
    });

    public static TheoryData<string> Edges => [.. new[] { 0, 1, 2, Half - 1, Half, Half + 1, Half + 2, P256.N - 1, P256.N, P256.N + 1, BigInteger.Pow(2, 256) - 1 }.Select(Text)];

    [Theory, MemberData(nameof(Edges))]
    public void A_component_is_from_1_to_n_minus_1(string hex)
    {
        var scalar = Parse(hex);
        var isInRange = scalar >= 1 && scalar < P256.N;
        Assert.Equal(isInRange, ReceiptSignature.TryFromP1363([.. P256.Bytes(scalar), .. P256.Bytes(1)], out var asR));
        Assert.Equal(isInRange, ReceiptSignature.TryFromP1363([.. P256.Bytes(1), .. P256.Bytes(scalar)], out var asS));
        Assert.Equal(isInRange, ReceiptSignature.TryParse("ecdsa-p256:" + Convert.ToBase64String([.. P256.Bytes(scalar), .. P256.Bytes(1)]), out _));
        if (!isInRange)
        {
            Assert.Equal(default, asR);
            Assert.Equal(default, asS);
            return;
        }
        AssertNormalised(1, scalar);
    }

    [Fact]
    public void The_lower_half_is_what_big_integers_say() => Gen.Select(GenScalar, GenScalar).Sample(AssertNormalised);

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(65)]
    public void A_signature_has_64_bytes(int length) => Assert.False(ReceiptSignature.TryFromP1363([.. Enumerable.Repeat((byte)1, length)], out _));

    [Fact]
    public void Only_the_exact_text_is_read()
    {
        var text = Of(Half, Half - 5).ToString();
        var base64 = text["ecdsa-p256:".Length..];
        string[] others =
        [
            "", base64, "ecdsa-p256:", "ECDSA-P256:" + base64, "ecdsa-p384:" + base64, text + "\n", " " + text, text + "=",
            text[..^2], text[..^1] + "A", text[..^2] + "A=", text[..^3] + " ==", text[..^4] + " " + text[^3..], text[..^4] + "\n" + text[^3..],
            text[..40] + "-" + text[41..], text[..40] + "_" + text[41..], text[..40] + "é" + text[42..],
            "ecdsa-p256: " + base64[..^1], "ecdsa-p256:" + base64[..80] + "        ", "ecdsa-p256:" + base64[..^4] + "\r\n" + base64[^2..],
        ];
        Assert.All(others, other =>
        {
            Assert.False(ReceiptSignature.TryParse(other, out var signature), other);
            Assert.Equal(default, signature);
            Assert.False(ReceiptSignature.TryParse(Encoding.UTF8.GetBytes(other), out _), other);
        });
        Assert.False(ReceiptSignature.TryParse((string?)null, out _));
        Assert.True(ReceiptSignature.TryParse(text, out _));
    }

    [Fact]
    public void Bits_behind_the_last_byte_must_be_zero()
    {
        // 64 bytes leave four bits of the 86th character unused: of 16 characters for the same bytes one is right.
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        var text = Of(12345, 6789).ToString();
        var last = Alphabet.IndexOf(text[^3], StringComparison.Ordinal);
        Assert.Equal(0, last & 15);
        for (var bits = 0; bits < 16; bits++)
            Assert.Equal(bits == 0, ReceiptSignature.TryParse(text[..^3] + Alphabet[last + bits] + "==", out _));
    }

    private static void AssertNormalised(BigInteger r, BigInteger s)
    {
        var signature = Of(r, s);
        var low = s <= Half ? s : P256.N - s;
        Assert.Equal(s == low, signature.IsLowS);
        Assert.Equal(Of(r, low), signature.ToLowS());
        Assert.True(signature.ToLowS().IsLowS);
        Assert.Equal(signature.ToLowS(), Of(r, P256.N - s).ToLowS());
        Assert.NotEqual(signature.IsLowS, Of(r, P256.N - s).IsLowS);
    }

    private static ReceiptSignature Of(BigInteger r, BigInteger s)
    {
        Assert.True(ReceiptSignature.TryFromP1363([.. P256.Bytes(r), .. P256.Bytes(s)], out var signature));
        return signature;
    }

    private static string Text(BigInteger value) => Convert.ToHexString(P256.Bytes(value));

    private static BigInteger Parse(string hex) => P256.Number(Convert.FromHexString(hex));
}
