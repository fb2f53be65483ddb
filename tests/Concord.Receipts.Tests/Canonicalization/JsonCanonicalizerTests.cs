using System.Buffers;
using System.Text;
using Concord.Receipts.Canonicalization;

namespace Concord.Receipts.Tests.Canonicalization;

public partial class JsonCanonicalizerTests
{
    [Fact]
    public void Whitespace_is_removed_outside_strings_and_kept_inside() =>
        Assert.Equal("""{"a":[1,2,{"b":" x "}],"c":null}""",
            Json.Canonical(" \t\r\n{ \"a\" : [ 1 ,\n2 , { \"b\" : \" x \" } ] , \"c\" : null } \n"));

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("null"), InlineData("true"), InlineData("false"), InlineData("0"), InlineData("\"\"")]
    [InlineData("""{"":0}"""), InlineData("""{"a":{},"b":[],"c":[[],{}]}"""), InlineData("[[[]]]")]
    public void Any_json_value_may_be_the_outermost(string text) => Json.AssertCanonical(text);

    [Fact]
    public void Members_are_sorted_at_every_level_and_elements_are_not() =>
        Assert.Equal("""{"a":[3,1,{"x":1,"y":[{"c":1,"d":2}]}],"b":{"p":0,"q":0}}""",
            Json.Canonical("""{"b":{"q":0,"p":0},"a":[3,1,{"y":[{"d":2,"c":1}],"x":1}]}"""));

    [Fact]
    public void Names_sort_by_utf16_code_units_not_by_bytes_or_code_points()
    {
        // U+1F600 is D83D DE00 in UTF-16, before U+E000 and U+FB33; its UTF-8 bytes sort behind theirs.
        string sorted = "{\"\":0,\"a\":1,\"é\":2,\"\uD7FF\":3,\"\U0001F600\":4,\"\U0010FFFF\":5,\"\uE000\":6,\"\uFB33\":7,\"\uFFFF\":8}";

        Json.AssertCanonical(sorted);
        Assert.Equal(sorted, Json.Canonical(
            "{\"\uFFFF\":8,\"\U0010FFFF\":5,\"\uFB33\":7,\"\uE000\":6,\"a\":1,\"\U0001F600\":4,\"\uD7FF\":3,\"\":0,\"é\":2}"));
    }

    [Fact]
    public void Names_with_a_long_common_start_sort_by_what_follows() =>
        Assert.Equal("{\"common start\":1,\"common start!\":2,\"common start\U0001F600\":3,\"common start\uFB33\":4}",
            Json.Canonical("{\"common start\uFB33\":4,\"common start!\":2,\"common start\U0001F600\":3,\"common start\":1}"));

    [Fact]
    public void Names_sort_by_the_characters_they_mean_not_by_their_escapes()
    {
        // Escaped, '\n' would sort by its backslash (5C), behind 'A' and '"'.
        Assert.Equal("""{"\u0000":0,"\n":1,"\"":2,"A":3,"\\":4,"a":5,"a\u0000":6,"b":7}""",
            Json.Canonical("""{"b":7,"\\":4,"a\u0000":6,"\u0061":5,"A":3,"\"":2,"\u000A":1,"\u0000":0}"""));
        Json.AssertCanonical("""{"common start\n":1,"common start\"":2,"common start#":3,"common start\\":4}""");
        Assert.Equal("""{"common start\n":1,"common start#":3,"common start\\":4}""",
            Json.Canonical("""{"common start\\":4,"common start#":3,"common start\n":1}"""));
    }

    [Fact]
    public void Strings_escape_quote_backslash_and_control_characters_and_nothing_else()
    {
        Json.AssertCanonical(
            """["\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e\u000f","\u0010\u001a\u001f","\"\\"]""");
        Json.AssertCanonical("[\"/<>&'+\u007f\u0080\u00ff\u2028\u2029\ud7ff\ue000\ufdd0\ufffe\uffff\U0001F600\U0010FFFF\"]");
    }

    [Fact]
    public void Escapes_are_rewritten_the_shortest_way() =>
        Assert.Equal("[\"/\\\"\\\\\\b\\f\\n\\r\\t\\u001f a\u007f\u2028\uffff\U0001F600\U0010FFFF\"]",
            Json.Canonical("""["\/\u0022\u005C\u0008\u000C\u000a\u000D\u0009\u001F\u0020\u0061\u007F\u2028\uFFFF\uD83D\uDe00\udbff\uDFFF"]"""));

    [Theory]
    [InlineData("-0", "0"), InlineData("-0.0", "0"), InlineData("0.0", "0"), InlineData("0e5", "0"), InlineData("-0E-5", "0")]
    [InlineData("1.0", "1"), InlineData("1.50", "1.5"), InlineData("10e-1", "1"), InlineData("1E3", "1000"), InlineData("1e+3", "1000")]
    [InlineData("1E20", "100000000000000000000"), InlineData("1E21", "1e+21"), InlineData("-1E21", "-1e+21")]
    [InlineData("1e-6", "0.000001"), InlineData("0.0000001", "1e-7"), InlineData("1e-7", "1e-7"), InlineData("0.00000123", "0.00000123")]
    [InlineData("-0.00001", "-0.00001"), InlineData("123456789012345680000", "123456789012345680000")]
    [InlineData("1234567890123456789012", "1.2345678901234568e+21")]
    [InlineData("9007199254740991", "9007199254740991"), InlineData("-9007199254740991", "-9007199254740991")]
    [InlineData("9007199254740993", "9007199254740992"), InlineData("333333333.33333329", "333333333.3333333")]
    [InlineData("1e23", "1e+23"), InlineData("4.35", "4.35"), InlineData("0.1", "0.1"), InlineData("0.10000000000000001", "0.1")]
    [InlineData("1e-400", "0"), InlineData("-1e-400", "0"), InlineData("5e-324", "5e-324"), InlineData("2e-324", "0")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308"), InlineData("5.684341886080802e-14", "5.684341886080802e-14")]
    [InlineData("123456789.123456", "123456789.123456"), InlineData("0.300000000000000", "0.3")]
    public void Numbers_are_doubles_as_ecmascript_writes_them(string text, string canonical)
    {
        Assert.Equal(canonical, Json.Canonical(text));
        Json.AssertCanonical(canonical);
        Assert.Equal(text == canonical, JsonCanonicalizer.IsCanonical(Json.Utf8(text)));
    }

    [Fact]
    public void Canonical_text_that_is_longer_than_its_source_fits()
    {
        string text = "[" + string.Join(",", Enumerable.Repeat("1e20", 10_000)) + "]";
        string canonical = "[" + string.Join(",", Enumerable.Repeat("100000000000000000000", 10_000)) + "]";

        Assert.Equal(canonical, Json.Canonical(text));
    }

    [Fact]
    public void A_destination_that_is_too_small_is_reported_and_left_alone()
    {
        byte[] text = Json.Utf8("""{"b":1,"a":1e20}""");
        byte[] canonical = JsonCanonicalizer.Canonicalize(text);
        byte[] destination = new byte[canonical.Length];

        Assert.False(JsonCanonicalizer.TryCanonicalize(text, destination.AsSpan(1), out int none));
        Assert.Equal(0, none);
        Assert.All(destination, b => Assert.Equal(0, b));
        Assert.True(JsonCanonicalizer.TryCanonicalize(text, destination, out int written));
        Assert.Equal(canonical, destination[..written]);
    }

    [Fact]
    public void A_document_may_be_canonicalized_in_place()
    {
        byte[] text = Json.Utf8("""{"b": [1, 2, 3], "a": "x"}""");

        Assert.True(JsonCanonicalizer.TryCanonicalize(text, text, out int written));

        Assert.Equal("""{"a":"x","b":[1,2,3]}""", Encoding.UTF8.GetString(text, 0, written));
    }

    [Fact]
    public void A_writer_is_appended_to()
    {
        var output = new ArrayBufferWriter<byte>();
        JsonCanonicalizer.Canonicalize("[ 1 ]"u8, output);
        JsonCanonicalizer.Canonicalize("[2]"u8, output);

        Assert.Equal("[1][2]", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Threads_do_not_disturb_each_other()
    {
        byte[][] inputs = [.. Enumerable.Range(0, 64).Select(i => Json.Utf8($$"""{"z{{i}}":[{{i}}.0,{"\u0062":1,"\u0061":{{i}}}],"a":{{i}}}"""))];
        byte[][] expected = [.. inputs.Select(input => JsonCanonicalizer.Canonicalize(input))];

        Parallel.For(0, 10_000, i => Assert.Equal(expected[i % 64], JsonCanonicalizer.Canonicalize(inputs[i % 64])));
    }
}
