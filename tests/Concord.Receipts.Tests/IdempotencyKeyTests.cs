using System.Text;

namespace Concord.Receipts.Tests;

public sealed class IdempotencyKeyTests
{
    private const string Allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-";

    [Fact]
    public void A_key_is_1_to_128_characters()
    {
        Assert.False(IdempotencyKey.TryParse("", out _));
        Assert.Equal("a", IdempotencyKey.Parse("a").Value);
        Assert.Equal(128, IdempotencyKey.Parse(new string('a', 128)).Value.Length);
        Assert.Throws<FormatException>(() => IdempotencyKey.Parse(new string('a', 129)));
        Assert.False(IdempotencyKey.TryParse(null, out _));
    }

    [Fact]
    public void Only_the_allowed_characters_are_allowed()
    {
        for (var character = '\0'; character < 0x180; character++)
        {
            var isAllowed = Allowed.Contains(character, StringComparison.Ordinal);
            Assert.Equal(isAllowed, IdempotencyKey.TryParse($"a{character}", out _));
            Assert.Equal(isAllowed, IdempotencyKey.IsValid(Encoding.UTF8.GetBytes($"a{character}")));
        }
    }

    [Fact]
    public void Keys_are_equal_by_text()
    {
        Assert.Equal(IdempotencyKey.Parse("k"), IdempotencyKey.Parse("k"));
        Assert.NotEqual(IdempotencyKey.Parse("k"), IdempotencyKey.Parse("K"));
    }

    [Fact]
    public void The_default_has_no_value()
    {
        Assert.Throws<InvalidOperationException>(() => default(IdempotencyKey).Value);
        Assert.Equal("", default(IdempotencyKey).ToString());
    }
}
