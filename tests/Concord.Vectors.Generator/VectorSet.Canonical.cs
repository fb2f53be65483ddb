using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Concord.Vectors.Generator;

public sealed partial class VectorSet
{
    private const string LoneHigh = "\\ud83d";

    private void AddCanonical()
    {
        Accept("white-space", "White space outside strings goes, inside it stays.", " {\t\"b\" : [ 1 , \"a b\" ] ,\r\n \"a\" : { } }\n", """{"a":{},"b":[1,"a b"]}""");
        Accept("scalar", "Any value is a JSON text, not only objects and arrays.", " true ", "true");
        Accept("empty-name", "The empty name is a name, and the first of all.", """{"a":1,"":2}""", """{"":2,"a":1}""");
        Accept("name-order-utf16", "Names are in order of UTF-16 code units: U+1F600 (D83D DE00) comes before U+FB33 and U+E000. UTF-8 or code point order puts it last.",
            "{\"\uFB33\":1,\"\uD83D\uDE00\":2,\"\uE000\":3,\"z\":4,\"\u20AC\":5}", "{\"z\":4,\"\u20AC\":5,\"\uD83D\uDE00\":2,\"\uE000\":3,\"\uFB33\":1}");
        Accept("name-order-prefix", "A name that begins another comes before it; digits are characters, not numbers.",
            """{"aa":1,"a":2,"10":3,"9":4,"1":5}""", """{"1":5,"10":3,"9":4,"a":2,"aa":1}""");
        Accept("name-order-nested", "Order is made in every object, also inside arrays; arrays keep theirs.",
            """[{"b":{"d":1,"c":2},"a":[3,1,2]}]""", """[{"a":[3,1,2],"b":{"c":2,"d":1}}]""");
        Accept("name-order-escaped", "Order is by what a name means, not by how it is escaped.", """{"\u0062":1,"a":2,"\u0041":3}""", """{"A":3,"a":2,"b":1}""");
        Accept("names-of-prototypes", "Names that some languages treat as their own are plain names.",
            """{"toString":1,"__proto__":{"x":2},"constructor":3}""", """{"__proto__":{"x":2},"constructor":3,"toString":1}""");
        Accept("escapes", "Escaped are the quote, the backslash and the control characters, the latter in their short form where there is one; U+007F, the slash and everything else are not.",
            """{"s":"\u0022\u005c\/\b\f\n\r\t\u0000\u001F\u007f\u00e9\u2028\u20AC\uD83D\uDE00<>&'"}""", "{\"s\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007F\u00E9\u2028\u20AC\U0001F600<>&'\"}");
        Accept("no-normalisation", "Unicode is not normalised: e with an accent and e followed by an accent are two names.",
            "{\"e\\u0301\":1,\"\\u00e9\":2}", "{\"e\u0301\":1,\"\u00E9\":2}");
        Accept("noncharacters", "Noncharacters pass.", "[\"\\uFFFF\\uFDD0\"]", "[\"\uFFFF\uFDD0\"]");
        Accept("numbers", "Numbers are written as ECMAScript writes them.",
            "[-0,0.0,1.0,1e2,1E+2,0.000001,0.0000001,123456789012345680000,1e21,1.5e-7,4.50,5e-324,-1.7976931348623157e308,333333333.33333329,9007199254740993]",
            "[0,0,1,100,100,0.000001,1e-7,123456789012345680000,1e+21,1.5e-7,4.5,5e-324,-1.7976931348623157e+308,333333333.3333333,9007199254740992]");
        Accept("powers-of-two", "2^-25 and 2^-958: below a power of two doubles lie closer, and some shortest-digits routines drop a digit that is needed. .NET 10 does.",
            "[2.98023223876953125e-8,4.1045368012983762e-289]", "[2.9802322387695312e-8,4.1045368012983762e-289]");
        Accept("safe-numbers", "The greatest numbers of a receipt.", "[9007199254740991,-9007199254740991.0]", "[9007199254740991,-9007199254740991]", "receipt");
        Accept("underflow", "A number too small for a double is zero.", "[1e-400,-1e-400]", "[0,0]", "receipt");
        Accept("depth-64", "64 levels, the outermost is level 1.", Deep(64), Deep(64));
        Accept("depth-63", "63 levels, all that a receipt may have.", Deep(63), Deep(63), "receipt");
        Numbers();

        Refuse("syntax-empty", "syntax", "No value.", "");
        Refuse("syntax-two-values", "syntax", "A second value behind the first.", "{}{}");
        Refuse("syntax-trailing-comma", "syntax", "A comma with nothing behind it.", """{"a":1,}""");
        Refuse("syntax-comment", "syntax", "Comments are not JSON.", "{/* no */}");
        Refuse("syntax-single-quotes", "syntax", "Strings have double quotes.", "{'a':1}");
        Refuse("syntax-leading-zero", "syntax", "A number does not begin with a zero, unless it is all of its integer part.", "[01]");
        Refuse("syntax-plus", "syntax", "A number does not begin with a plus.", "[+1]");
        Refuse("syntax-point", "syntax", "Digits stand on both sides of the point.", "[1.]");
        Refuse("syntax-nan", "syntax", "NaN is not JSON.", "[NaN]");
        Refuse("syntax-literal", "syntax", "Literals are lower case.", "[True]");
        Refuse("syntax-control", "syntax", "A control character in a string must be escaped.", "[\"a\tb\"]");
        Refuse("syntax-escape", "syntax", "An escape that JSON has not.", """["\x41"]""");
        Refuse("syntax-white-space", "syntax", "U+00A0 is no white space of JSON.", "[1,\u00A02]");
        Refuse("syntax-form-feed", "syntax", "A form feed is no white space of JSON.", "[1,\f2]");
        Refuse("syntax-open", "syntax", "An array that does not end.", "[1");
        Refuse("byte-order-mark", "byte-order-mark", "A byte-order mark is refused, not skipped.", "\uFEFF{}");
        Refuse("utf8-overlong", "invalid-utf8", "An overlong form.", [.. "[\""u8, 0xC0, 0xAF, .. "\"]"u8]);
        Refuse("utf8-surrogate", "invalid-utf8", "A surrogate in UTF-8.", [.. "[\""u8, 0xED, 0xA0, 0x80, .. "\"]"u8]);
        Refuse("utf8-truncated", "invalid-utf8", "A sequence that lacks its last byte.", [.. "[\""u8, 0xE2, 0x82, .. "\"]"u8]);
        Refuse("utf8-beyond", "invalid-utf8", "Beyond U+10FFFF.", [.. "[\""u8, 0xF4, 0x90, 0x80, 0x80, .. "\"]"u8]);
        Refuse("surrogate-high", "lone-surrogate", "The first half of a pair alone.", $"[\"{LoneHigh}\"]");
        Refuse("surrogate-low", "lone-surrogate", "The second half of a pair alone.", """["\ude00"]""");
        Refuse("surrogate-swapped", "lone-surrogate", "The halves in the wrong order.", """["\ude00\ud83d"]""");
        Refuse("surrogate-in-name", "lone-surrogate", "Half of a pair in a name.", $"{{\"{LoneHigh}\":1}}");
        Refuse("duplicate", "duplicate-name", "One name twice.", """{"a":1,"a":1}""");
        Refuse("duplicate-escaped", "duplicate-name", "One name twice, escaped the second time.", """{"a":1,"b":2,"\u0061":3}""");
        Refuse("duplicate-nested", "duplicate-name", "One name twice in an inner object.", """[{"x":{"b":1,"a":2,"b":3}}]""");
        Refuse("number-infinite", "number-out-of-range", "Beyond IEEE 754 double precision.", "[1e309]");
        Refuse("number-unsafe-receipt", "number-out-of-range", "2^53 has an exact double, and its neighbour has the same: refused in receipts.", "[9007199254740992]", "receipt");
        Refuse("number-unsafe-exponent", "number-out-of-range", "Beyond 2^53−1 however it is written.", "[-1e16]", "receipt");
        Refuse("number-unsafe-fraction", "number-out-of-range", "Beyond 2^53−1 with a fraction.", "[9007199254740993.5]", "receipt");
        Refuse("number-inexact", "integer-not-exact", "2^53+1 would become 2^53.", "[9007199254740993]", "receipt");
        Refuse("depth-65", "too-deep", "One level too many.", Deep(65));
        Refuse("depth-64-receipt", "too-deep", "A commit adds a level, so a receipt has one less.", Deep(64), "receipt");
    }

    private void Numbers()
    {
        var lines = new StringBuilder();
        double[] numbers =
        [
            Math.Pow(2, -25), Math.Pow(2, -958), Math.Pow(2, -1074), Math.Pow(2, -1022), Math.Pow(2, 1023), Math.Pow(2, 53), Math.Pow(2, 70), 1e21, 1e20, 1e-6, 1e-7, 0.1, 0.3, 1.0 / 3,
            5e-324, double.MaxValue, -double.Epsilon, 4.35, 123456.789, 9.5367431640625e-7, 2.2250738585072011e-308, 9007199254740991, -9007199254740991, 295147905179352830000d, 1.4e-45, 2251799813685248.5,
        ];
        string[] texts =
        [
            "2.9802322387695312e-8", "4.1045368012983762e-289", "5e-324", "2.2250738585072014e-308", "8.98846567431158e+307", "9007199254740992", "1.1805916207174113e+21", "1e+21", "100000000000000000000", "0.000001", "1e-7", "0.1", "0.3", "0.3333333333333333",
            "5e-324", "1.7976931348623157e+308", "-5e-324", "4.35", "123456.789", "9.5367431640625e-7", "2.225073858507201e-308", "9007199254740991", "-9007199254740991", "295147905179352830000", "1.4e-45", "2251799813685248.5",
        ];
        for (var i = 0; i < numbers.Length; i++)
            lines.Append(CultureInfo.InvariantCulture, $"{BitConverter.DoubleToUInt64Bits(numbers[i]):x16},{texts[i]}\n");
        Add("numbers", "numbers/extremes", "Doubles by their bits, and the text that ECMAScript and so the canonical form writes. See also jcs/es6-static.txt.",
            new() { ["file"] = File("canonical/numbers.txt", Encoding.ASCII.GetBytes(lines.ToString())) });
    }

    private static string Deep(int levels) => new string('[', levels - 1) + "{}" + new string(']', levels - 1);

    private void Accept(string name, string about, string input, string canonical, string rules = "i-json") =>
        Add("canonical", $"canonical/{name}", about, new()
        {
            ["rules"] = rules,
            ["file"] = File($"canonical/accept/{name}.json", Encoding.UTF8.GetBytes(input)),
            ["canonical"] = File($"canonical/accept/{name}.canonical.json", Encoding.UTF8.GetBytes(canonical)),
        });

    private void Refuse(string name, string fault, string about, string input, string rules = "i-json") => Refuse(name, fault, about, Encoding.UTF8.GetBytes(input), rules);

    private void Refuse(string name, string fault, string about, byte[] input, string rules = "i-json") =>
        Add("notCanonicalizable", $"not-canonicalizable/{name}", about, new() { ["rules"] = rules, ["file"] = File($"canonical/refuse/{name}.json", input), ["fault"] = fault });
}
