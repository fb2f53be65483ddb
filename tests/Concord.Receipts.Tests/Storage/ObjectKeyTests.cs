using Concord.Receipts.Storage;
using CsCheck;

namespace Concord.Receipts.Tests.Storage;

public class ObjectKeyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("pixpax/pixbooks/A1/b-2/commits/00000000000000000001.json")]
    [InlineData("a/b..c/-/_/0.")]
    public void A_key_is_valid_and_so_is_everything_it_starts_with(string key)
    {
        ObjectKey.Validate(key);
        for (int length = 0; length <= key.Length; length++)
            ObjectKey.ValidatePrefix(key[..length]);
    }

    [Fact]
    public void The_limits_are_inclusive()
    {
        string segment = new('a', ObjectKey.MaxSegmentBytes);
        ObjectKey.Validate(segment);
        Assert.Throws<ArgumentException>(() => ObjectKey.Validate(segment + "a"));
        Assert.Throws<ArgumentException>(() => ObjectKey.ValidatePrefix(segment + "a"));
        string longest = $"{segment}/{segment}/{segment}/{segment[..125]}";
        ObjectKey.Validate(longest);
        Assert.Throws<ArgumentException>(() => ObjectKey.Validate(longest + "a"));
    }

    [Fact]
    public void A_missing_key_is_refused_by_name()
    {
        Assert.Equal("key", Assert.Throws<ArgumentNullException>(() => ObjectKey.Validate(null!)).ParamName);
        Assert.Equal("prefix", Assert.Throws<ArgumentNullException>(() => ObjectKey.ValidatePrefix(null!)).ParamName);
    }

    [Fact]
    public void No_valid_key_leads_out_of_its_root()
    {
        Gen.Char["./\\a-_0"].Array[0, 12].Select(characters => new string(characters)).Sample(text =>
        {
            if (Record.Exception(() => ObjectKey.Validate(text)) is not null)
                return;
            string path = Path.GetFullPath("/root/" + text);
            Assert.Equal("/root/" + text, path);
        });
    }
}
