using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Tests.Platform.Requests;

public sealed class JsonPointerTests
{
    [Theory]
    [InlineData(null, "")]
    [InlineData("$", "")]
    [InlineData("$.name", "/name")]
    [InlineData("$.cards[12].label", "/cards/12/label")]
    [InlineData("$[0][1]", "/0/1")]
    [InlineData("$['a.b/c'].d", "/a.b~1c/d")]
    public void A_path_becomes_a_pointer(string? path, string pointer) => Assert.Equal(pointer, JsonPointer.FromPath(path));

    [Fact]
    public void Names_are_escaped() => Assert.Equal("/a/b~1c~0d", JsonPointer.Append("/a", "b/c~d"));
}
