using System.Buffers;
using System.Text;
using Concord.Receipts.Canonicalization;

namespace Concord.Receipts.Tests.Canonicalization;

/// <summary>Says in one line what the tests of canonicalization say often.</summary>
static class Json
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Canonical(string text, JsonRules? rules = null) =>
        Encoding.UTF8.GetString(JsonCanonicalizer.Canonicalize(Utf8(text), rules));

    public static void AssertCanonical(string text) => Assert.Equal(text, Canonical(text));

    /// <summary>Every way in refuses the text, with the same error, and writes nothing.</summary>
    public static void AssertRefused(JsonFault fault, byte[] text, JsonRules? rules = null, long? offset = null)
    {
        Assert.Equal(CanonicalForm.Invalid, JsonCanonicalizer.Inspect(text, out JsonError error, rules));
        Assert.Equal(fault, error.Fault);
        if (offset is not null)
            Assert.Equal(offset.Value, error.Offset);
        Assert.InRange(error.Offset, 0, text.Length);

        var output = new ArrayBufferWriter<byte>();
        Assert.False(JsonCanonicalizer.TryCanonicalize(text, output, out JsonError tried, rules));
        Assert.Equal(error, tried);
        var thrown = Assert.Throws<CanonicalJsonException>(() => JsonCanonicalizer.Canonicalize(text, output, rules));
        Assert.Equal(error, thrown.Error);
        Assert.Equal(error.ToString(), thrown.Message);
        Assert.Equal(0, output.WrittenCount);

        Assert.Equal(error, Assert.Throws<CanonicalJsonException>(() => JsonCanonicalizer.Canonicalize(text, rules)).Error);
        byte[] destination = new byte[16];
        Assert.Equal(error, Assert.Throws<CanonicalJsonException>(
            () => JsonCanonicalizer.TryCanonicalize(text, destination, out _, rules)).Error);
        Assert.All(destination, b => Assert.Equal(0, b));
        Assert.False(JsonCanonicalizer.IsCanonical(text, rules));
    }

    public static void AssertRefused(JsonFault fault, string text, JsonRules? rules = null, long? offset = null) =>
        AssertRefused(fault, Utf8(text), rules, offset);
}
