using Concord.Receipts.Canonicalization;

namespace Concord.Receipts.Tests.Canonicalization;

public partial class JsonCanonicalizerTests
{
    [Theory]
    [InlineData("", 0), InlineData(" ", 1), InlineData("nul", 0), InlineData("True", 0), InlineData("NaN", 0), InlineData("Infinity", 0)]
    [InlineData("{", 1), InlineData("[", 1), InlineData("[1", 2), InlineData("[1,]", 3), InlineData("[,1]", 1), InlineData("[1 2]", 3)]
    [InlineData("{\"a\":1,}", 7), InlineData("{,}", 1), InlineData("{\"a\"}", 4), InlineData("{\"a\":}", 5), InlineData("{a:1}", 1)]
    [InlineData("{'a':1}", 1), InlineData("{\"a\" 1}", 5), InlineData("{\"a\":1 \"b\":2}", 7), InlineData("{1:1}", 1), InlineData("[1}", 2)]
    [InlineData("1 2", 2), InlineData("{} x", 3), InlineData("[]]", 2), InlineData("{},", 2), InlineData("nullx", 4), InlineData("]", 0)]
    [InlineData("//c\n1", 0), InlineData("[1,/*c*/2]", 3), InlineData("1//", 1), InlineData("[1]\0", 3), InlineData("\u00a01", 0)]
    [InlineData("01", 1), InlineData("-01", 2), InlineData("00", 1), InlineData("+1", 0), InlineData(".5", 0), InlineData("-.5", 1)]
    [InlineData("5.", 2), InlineData("5.e1", 2), InlineData("1e", 2), InlineData("1e+", 3), InlineData("-", 1), InlineData("--1", 1)]
    [InlineData("0x10", 1), InlineData("1_000", 1), InlineData("1.2.3", 3), InlineData("1e5.5", 3)]
    [InlineData("\"", 1), InlineData("\"a", 2), InlineData("\"a\nb\"", 2), InlineData("\"\t\"", 1), InlineData("\"\u0000\"", 1)]
    [InlineData("\"\u001f\"", 1), InlineData("\"\\", 1), InlineData("\"\\\"", 3), InlineData("\"\\x41\"", 1), InlineData("\"\\U0041\"", 1)]
    [InlineData("\"\\u12\"", 1), InlineData("\"\\u12g4\"", 1), InlineData("\"\\u\"", 1), InlineData("\"\\ud83d\\u12\"", 7), InlineData("'a'", 0)]
    public void Text_that_breaks_the_grammar_is_refused_where_it_does(string text, long offset) =>
        Json.AssertRefused(JsonFault.Syntax, text, offset: offset);

    [Fact]
    public void A_byte_order_mark_is_refused()
    {
        Json.AssertRefused(JsonFault.ByteOrderMark, "\uFEFF{}", offset: 0);
        Json.AssertRefused(JsonFault.ByteOrderMark, "\uFEFF", offset: 0);
        Json.AssertRefused(JsonFault.Syntax, "[\uFEFF]", offset: 1);
        Json.AssertCanonical("\"\uFEFF\"");
    }

    public static TheoryData<string, byte[]> InvalidUtf8 => new()
    {
        { "a continuation byte alone", [0x80] },
        { "a truncated sequence", [0xE2, 0x82] },
        { "an overlong NUL", [0xC0, 0x80] },
        { "an overlong slash", [0xE0, 0x80, 0xAF] },
        { "a surrogate (CESU-8)", [0xED, 0xA0, 0x80] },
        { "a pair of surrogates (CESU-8)", [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80] },
        { "a code point beyond U+10FFFF", [0xF4, 0x90, 0x80, 0x80] },
        { "a five-byte sequence", [0xF8, 0x88, 0x80, 0x80, 0x80] },
        { "a byte that UTF-8 never uses", [0xFF] },
    };

    [Theory, MemberData(nameof(InvalidUtf8))]
    public void Invalid_utf8_is_refused_in_values_names_and_elsewhere(string what, byte[] bytes)
    {
        Assert.NotEmpty(what);
        Json.AssertRefused(JsonFault.InvalidUtf8, [.. "[\"é\",\""u8, .. bytes, .. "\"]"u8], offset: 7);
        Json.AssertRefused(JsonFault.InvalidUtf8, [.. "{\""u8, .. bytes, .. "\":1}"u8], offset: 2);
        Json.AssertRefused(JsonFault.InvalidUtf8, [.. "[]"u8, .. bytes], offset: 2);
        Json.AssertRefused(JsonFault.InvalidUtf8, [.. "\"a string that is longer than one vector of the scan "u8, .. bytes, .. "\""u8], offset: 53);
    }

    [Theory]
    [InlineData("\"\\ud800\"", 1), InlineData("\"\\udc00\"", 1), InlineData("\"a\\udfffb\"", 2), InlineData("\"\\ud83d\\ud83d\"", 1)]
    [InlineData("\"\\ud83dx\"", 1), InlineData("\"\\ud83d\\n\"", 1), InlineData("\"\\ude00\\ud83d\"", 1), InlineData("{\"\\ud800\":1}", 2)]
    [InlineData("\"\\ud83d\\u0041\"", 1), InlineData("\"\\ud83d", 1)]
    public void A_lone_surrogate_escape_is_refused(string text, long offset) =>
        Json.AssertRefused(JsonFault.LoneSurrogate, text, offset: offset);

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}", 7), InlineData("{\"a\":1,\"b\":0,\"a\":1}", 13), InlineData("{\"a\":1,\"\\u0061\":2}", 7)]
    [InlineData("{\"b\":0,\"a\":0,\"b\":0}", 13), InlineData("{\"\":0,\"\":0}", 6), InlineData("{\"\\n\":0,\"\\u000a\":0}", 8)]
    [InlineData("{\"x\":[{\"b\":0,\"a\":{},\"\\u0062\":0}]}", 20), InlineData("{\"\\ud83d\\ude00\":0,\"\U0001F600\":0}", 18)]
    [InlineData("{\"longer than a key\":0,\"a\":0,\"longer than a key\":0}", 29), InlineData("{\"\\/\":0,\"/\":0}", 8)]
    public void A_duplicate_name_is_refused_after_unescaping(string text, long offset) =>
        Json.AssertRefused(JsonFault.DuplicateName, text, offset: offset);

    [Theory]
    [InlineData("{\"b\":0,\"a\":0,\"b\":[[[1]]]}", 13), InlineData("{\"b\":0,\"a\":0,\"b\":0,\"c\":tru}", 13), InlineData("{\"x\":{\"b\":0,\"a\":0,\"b\":0,\"c\"}}", 18)]
    [InlineData("{\"b\":0,\"a\":0,\"a\":0,\"b\":0,1}", 13), InlineData("{\"c\":0,\"b\":0,\"c\":{\"b\":0,\"a\":0,\"b\":1e999}}", 13)]
    public void What_is_at_fault_first_in_the_text_is_told(string text, long offset) =>
        Json.AssertRefused(JsonFault.DuplicateName, text.Replace("[[[1]]]", new string('[', 70), StringComparison.Ordinal), offset: offset);

    [Theory]
    [InlineData("{\"b\":0,\"a\":tru,\"b\":0}", 11), InlineData("{\"b\":{\"d\":0,\"c\":0,1},\"b\":0}", 18)]
    public void A_name_that_comes_twice_behind_another_fault_is_not_told(string text, long offset) =>
        Json.AssertRefused(JsonFault.Syntax, text, offset: offset);

    [Fact]
    public void The_same_name_in_different_objects_is_no_duplicate() => Json.AssertCanonical("""{"a":{"a":[{"a":1},{"a":2}]},"b":{"a":1}}""");

    [Fact]
    public void A_canonically_different_name_is_no_duplicate() =>
        // Normalization is none of the canonicalizer's business (RFC 8785, section 3.1).
        Json.AssertCanonical("{\"e\u0301\":1,\"\u00e9\":2}");

    [Theory]
    [InlineData("1e400"), InlineData("-1e400"), InlineData("1e309"), InlineData("1.7976931348623159e308"), InlineData("1e99999999999999999999")]
    public void A_number_beyond_ieee_double_is_refused(string number)
    {
        Json.AssertRefused(JsonFault.NumberOutOfRange, number, offset: 0);
        Json.AssertRefused(JsonFault.NumberOutOfRange, $"[1,{number}]", JsonRules.Receipt, offset: 3);
    }

    [Theory]
    [InlineData("9007199254740992", JsonFault.NumberOutOfRange), InlineData("-9007199254740992", JsonFault.NumberOutOfRange)]
    [InlineData("9007199254740993", JsonFault.IntegerNotExact), InlineData("-9007199254740993", JsonFault.IntegerNotExact)]
    [InlineData("18446744073709551615", JsonFault.IntegerNotExact), InlineData("18446744073709551616", JsonFault.NumberOutOfRange)]
    [InlineData("100000000000000000000000", JsonFault.IntegerNotExact), InlineData("1e300", JsonFault.NumberOutOfRange)]
    [InlineData("9007199254740991.5", JsonFault.NumberOutOfRange), InlineData("9007199254740993.0", JsonFault.NumberOutOfRange)]
    [InlineData("9.007199254740993e15", JsonFault.NumberOutOfRange), InlineData("90071992547409920e-1", JsonFault.NumberOutOfRange)]
    public void A_receipt_refuses_numbers_beyond_the_safe_integers_however_written(string number, JsonFault fault)
    {
        Json.AssertRefused(fault, number, JsonRules.Receipt, offset: 0);
        Json.AssertRefused(fault, $$"""{"a":{{number}}}""", JsonRules.Commit, offset: 5);
        Assert.NotEqual(CanonicalForm.Invalid, JsonCanonicalizer.Inspect(Json.Utf8(number), out _));
    }

    [Theory]
    [InlineData("9007199254740991"), InlineData("-9007199254740991"), InlineData("0.1"), InlineData("1e-7"), InlineData("5e-324")]
    [InlineData("4503599627370495.5"), InlineData("0")]
    public void A_receipt_takes_numbers_up_to_the_safe_integers(string number) =>
        Assert.Equal(number, Json.Canonical(number, JsonRules.Receipt));

    [Fact]
    public void A_receipt_judges_a_fraction_by_its_double() =>
        Assert.Equal("9007199254740991", Json.Canonical("9007199254740991.4", JsonRules.Receipt));

    [Fact]
    public void The_message_says_what_and_where_and_what_to_do()
    {
        foreach (JsonFault fault in Enum.GetValues<JsonFault>())
            Assert.Matches(fault == JsonFault.None ? "valid" : @"^[A-Z].+ at byte 12\. [A-Z].+\.$", new JsonError(fault, 12).ToString());
    }
}
