using Microsoft.AspNetCore.Http;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Tests.Platform.Requests;

public sealed class IdempotencyKeyHeaderTests
{
    private const string Key = "2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11";

    [Theory]
    [InlineData(Key)]
    [InlineData($"\"{Key}\"")]
    [InlineData("2F1C6F0E-6D0F-4F6E-9A53-0F4F3A0F2B11")]
    public void A_uuid_in_any_spelling_is_one_key(string header) => Assert.Equal(Key, Read(header).Value);

    [Fact]
    public void A_command_without_one_is_refused() =>
        Assert.Same(ProblemCode.IdempotencyKeyRequired, Assert.Throws<ProblemException>(() => Read()).Code);

    [Theory]
    [InlineData("")]
    [InlineData("my-key")]
    [InlineData($"\"{Key}")]
    [InlineData($"{Key}\"")]
    [InlineData($" {Key}")]
    [InlineData($"{Key}\n")]
    [InlineData($"{{{Key}}}")]
    [InlineData($"\"{Key}\";a=1")]
    [InlineData($"{Key}, {Key}")]
    [InlineData("2f1c6f0e6d0f4f6e9a530f4f3a0f2b11")]
    [InlineData("0x1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11")]
    [InlineData("+f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11")]
    [InlineData("trade:2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11")]
    [InlineData("2f1c6f0e:6d0f:4f6e:9a53:0f4f3a0f2b11")]
    public void Anything_else_is_refused(string header) =>
        Assert.Same(ProblemCode.IdempotencyKeyInvalid, Assert.Throws<ProblemException>(() => Read(header)).Code);

    [Fact]
    public void Two_headers_are_refused_even_if_they_agree() =>
        Assert.Same(ProblemCode.IdempotencyKeyInvalid, Assert.Throws<ProblemException>(() => Read(Key, Key)).Code);

    private static IdempotencyKeyHeader Read(params string[] values)
    {
        var context = new DefaultHttpContext();
        if (values.Length > 0) context.Request.Headers[IdempotencyKeyHeader.Header] = values;
        return IdempotencyKeyHeader.Read(context.Request);
    }
}
