using System.Globalization;
using Concord.Receipts.Canonicalization;

namespace Concord.Receipts.Tests.Canonicalization;

public class JcsVectorTests
{
    public static TheoryData<string> Names => ["arrays", "french", "structures", "unicode", "values", "weird"];

    [Theory, MemberData(nameof(Names))]
    public void The_canonical_form_of_a_vector_is_its_published_output(string name)
    {
        byte[] canonical = JsonCanonicalizer.Canonicalize(JcsVectors.Bytes("input", name + ".json"));

        Assert.Equal(JcsVectors.Bytes("output", name + ".json"), canonical);
        Assert.Equal(PublishedHex(name), canonical);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_published_output_of_a_vector_is_canonical(string name)
    {
        byte[] output = JcsVectors.Bytes("output", name + ".json");

        Assert.True(JsonCanonicalizer.IsCanonical(output));
        Assert.Equal(CanonicalForm.Canonical, JsonCanonicalizer.Inspect(output, out JsonError error));
        Assert.Equal(default, error);
    }

    [Theory, MemberData(nameof(Names))]
    public void The_input_of_a_vector_is_valid_but_not_canonical(string name)
    {
        byte[] input = JcsVectors.Bytes("input", name + ".json");

        Assert.False(JsonCanonicalizer.IsCanonical(input));
        Assert.Equal(CanonicalForm.NotCanonical, JsonCanonicalizer.Inspect(input, out _));
    }

    static byte[] PublishedHex(string name) =>
        System.Text.Encoding.ASCII.GetString(JcsVectors.Bytes("outhex", name + ".txt"))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(hex => byte.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture))
            .ToArray();
}
