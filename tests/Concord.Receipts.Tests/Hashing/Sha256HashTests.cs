using System.Text;
using Concord.Receipts.Hashing;
using CsCheck;

namespace Concord.Receipts.Tests.Hashing;

public sealed class Sha256HashTests
{
    // FIPS 180-4, "abc".
    private const string Abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void The_hash_of_abc_is_the_published_one()
    {
        Assert.Equal(Abc, Sha256Hash.Of("abc"u8).ToString());
        Assert.Equal(Abc[7..], Sha256Hash.Of("abc"u8).ToHex());
    }

    [Fact]
    public void Every_value_has_one_text_and_reads_back() => Gen.Byte.Array[32].Sample(bytes =>
    {
        var hash = Sha256Hash.FromBytes(bytes);
        Assert.Equal(hash, Sha256Hash.Parse(hash.ToString()));
        Assert.True(hash.Bytes.SequenceEqual(bytes));
        Span<byte> text = stackalloc byte[Sha256Hash.TextLength];
        hash.Format(text);
        Assert.Equal(hash.ToString(), Encoding.ASCII.GetString(text));
        Assert.True(Sha256Hash.TryParse(text, out var again) && again == hash && !(again != hash));
    });

    [Fact]
    public void Only_lower_case_digits_are_digits()
    {
        for (var character = 0; character < 256; character++)
        {
            var text = Encoding.ASCII.GetBytes(Abc);
            text[40] = (byte)character;
            Assert.Equal("0123456789abcdef".Contains((char)character, StringComparison.Ordinal), Sha256Hash.TryParse(text, out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256:")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015add")]
    [InlineData("SHA256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015\u00E4")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(Sha256Hash.TryParse(text, out var hash));
        Assert.Equal(default, hash);
        Assert.Throws<FormatException>(() => Sha256Hash.Parse(text));
        Assert.False(ReceiptHash.TryParse(text, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_value_has_32_bytes(int length) => Assert.Throws<ArgumentException>(() => Sha256Hash.FromBytes(new byte[length]));
}
