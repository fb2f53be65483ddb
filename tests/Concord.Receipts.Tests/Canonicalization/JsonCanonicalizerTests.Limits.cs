using System.Diagnostics;
using System.Text;
using Concord.Receipts.Canonicalization;

namespace Concord.Receipts.Tests.Canonicalization;

public partial class JsonCanonicalizerTests
{
    public static TheoryData<string, int> Depths => new() { { nameof(JsonRules.IJson), 64 }, { nameof(JsonRules.Receipt), 63 }, { nameof(JsonRules.Commit), 64 } };

    [Theory, MemberData(nameof(Depths))]
    public void Nesting_is_admitted_to_the_depth_of_the_rules_and_no_deeper(string name, int depth)
    {
        var rules = (JsonRules)typeof(JsonRules).GetProperty(name)!.GetValue(null)!;
        Assert.Equal(depth, rules.MaxDepth);

        string arrays = new string('[', depth) + "1" + new string(']', depth);
        Assert.Equal(arrays, Json.Canonical(arrays, rules));
        Json.AssertRefused(JsonFault.TooDeep, "[" + arrays + "]", rules, offset: depth);

        string objects = string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
        Assert.Equal(objects, Json.Canonical(objects, rules));
        Json.AssertRefused(JsonFault.TooDeep, "{\"a\":" + objects + "}", rules, offset: 5 * depth);
    }

    [Theory]
    [InlineData("["), InlineData("{\"a\":"), InlineData("[{\"a\":")]
    public void A_million_levels_are_refused_without_a_stack_overflow(string opening) =>
        Json.AssertRefused(JsonFault.TooDeep, string.Concat(Enumerable.Repeat(opening, 1_000_000)));

    [Fact]
    public void A_hundred_thousand_members_in_reverse_are_sorted_in_time()
    {
        byte[] reversed = Members(Enumerable.Range(0, 100_000).Reverse());
        byte[] sorted = Members(Enumerable.Range(0, 100_000));
        var watch = Stopwatch.StartNew();

        Assert.Equal(sorted, JsonCanonicalizer.Canonicalize(reversed));
        Assert.True(JsonCanonicalizer.IsCanonical(sorted));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "n log n takes milliseconds: " + watch.Elapsed);
    }

    [Fact]
    public void A_hundred_thousand_members_in_any_order_are_sorted_and_a_duplicate_among_them_is_found()
    {
        int[] numbers = [.. Enumerable.Range(0, 100_000)];
        new Random(1).Shuffle(numbers);

        Assert.Equal(Members(Enumerable.Range(0, 100_000)), JsonCanonicalizer.Canonicalize(Members(numbers)));
        Json.AssertRefused(JsonFault.DuplicateName, Members([.. numbers, numbers[77]]));
    }

    [Fact]
    public void A_number_of_a_million_digits_is_judged_in_time()
    {
        string nines = new('9', 1_000_000);
        var watch = Stopwatch.StartNew();

        Json.AssertRefused(JsonFault.NumberOutOfRange, nines, offset: 0);
        Json.AssertRefused(JsonFault.NumberOutOfRange, nines, JsonRules.Receipt, offset: 0);
        Assert.Equal("1", Json.Canonical("0." + nines));
        Assert.Equal("0.1", Json.Canonical("0.1" + new string('0', 1_000_000)));
        Assert.Equal("1", Json.Canonical("1" + new string('0', 20_000) + "e-20000"));
        Assert.Equal("0", Json.Canonical("0." + new string('0', 1_000_000) + "1"));
        Json.AssertRefused(JsonFault.Syntax, "0." + nines + "x", offset: 1_000_002);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), watch.Elapsed.ToString());
    }

    [Fact]
    public void Strings_of_millions_of_escapes_or_characters_are_read_in_time()
    {
        var watch = Stopwatch.StartNew();

        Assert.Equal("\"" + new string('a', 1_000_000) + "\"",
            Json.Canonical("\"" + string.Concat(Enumerable.Repeat("\\u0061", 1_000_000)) + "\""));
        Json.AssertCanonical("\"" + string.Concat(Enumerable.Repeat("\\n\\\"\\u001f", 300_000)) + "\"");
        Json.AssertCanonical("{\"" + string.Concat(Enumerable.Repeat("\\n", 300_000)) + "\":\"" + new string('\u20ac', 1_000_000) + "\"}");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), watch.Elapsed.ToString());
    }

    [Fact]
    public void Strings_end_where_they_end_at_every_length_around_the_vector_width()
    {
        for (int length = 0; length < 70; length++)
        {
            string plain = new('x', length);
            Json.AssertCanonical($"\"{plain}\"");
            Json.AssertCanonical($"[\"{plain}\\n{plain}\",\"{plain}é\"]");
            Assert.Equal($"\"{plain}/\"", Json.Canonical($"\"{plain}\\/\""));
            Json.AssertRefused(JsonFault.Syntax, $"\"{plain}", offset: length + 1);
            Json.AssertRefused(JsonFault.Syntax, $"\"{plain}\u001f{plain}\"", offset: length + 1);
        }
    }

    static byte[] Members(IEnumerable<int> numbers)
    {
        var text = new StringBuilder("{");
        foreach (int number in numbers)
            text.Append(text.Length > 1 ? "," : "").Append($"\"member{number:D6}\":{number}");
        return Json.Utf8(text.Append('}').ToString());
    }
}
