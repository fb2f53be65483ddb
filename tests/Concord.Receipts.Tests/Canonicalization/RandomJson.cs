using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;

namespace Concord.Receipts.Tests.Canonicalization;

/// <summary>Generates documents, and the many ways to write one down.</summary>
static class RandomJson
{
    static readonly Gen<string> s_character = Gen.Frequency(
        (6, Gen.Char['a', 'd'].Select(c => c.ToString())),
        (1, Gen.Char['\0', '\u007f'].Select(c => c.ToString())),
        (1, Gen.OneOf("\"", "\\", "/", "\n", "é", "\u2028", "\ud7ff", "\ue000", "\ufb33", "\uffff")),
        (1, Gen.Int[0x10000, 0x10FFFF].Select(char.ConvertFromUtf32)));

    static readonly Gen<string> s_string = Gen.Frequency(
        (5, s_character.Array[0, 4].Select(string.Concat)),
        (1, s_character.Array[0, 40].Select(string.Concat)),
        (1, s_character.Array[0, 2].Select(end => "a common start" + string.Concat(end))));

    static readonly Gen<double> s_number = Gen.Frequency(
        (3, Gen.Int[-1000, 1000].Select(i => (double)i)),
        (2, Gen.Int[-100000, 100000].Select(Gen.Int[-9, 24], (m, e) => double.Parse($"{m}e{e}", CultureInfo.InvariantCulture))),
        (1, Gen.Long.Select(l => (double)l)),
        (1, Gen.Int[-1074, 1023].Select(e => Math.ScaleB(1, e))),
        (2, Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite)));

    static readonly Gen<JsonNode?> s_scalar = Gen.OneOf<JsonNode?>(
        s_string.Select(s => (JsonNode?)JsonValue.Create(s)),
        s_number.Select(d => (JsonNode?)JsonValue.Create(d)),
        Gen.OneOf(0, 1, 2).Select(i => i == 0 ? null : (JsonNode?)JsonValue.Create(i == 1)));

    public static Gen<JsonNode?> Document { get; } = Value(3);

    static Gen<JsonNode?> Value(int depth)
    {
        if (depth == 0)
            return s_scalar;
        Gen<JsonNode?> inner = Value(depth - 1);
        return Gen.Frequency(
            (2, s_scalar),
            (2, inner.Array[0, 4].Select(items => (JsonNode?)new JsonArray(items.Select(item => item?.DeepClone()).ToArray()))),
            (3, Gen.Select(s_string, inner).Array[0, 5].Select(members => (JsonNode?)new JsonObject(
                members.DistinctBy(member => member.Item1)
                    .Select(member => KeyValuePair.Create(member.Item1, member.Item2?.DeepClone()))))));
    }

    /// <summary>Writes a document with members in any order, any whitespace, any escapes, any spelling of its numbers.</summary>
    public static byte[] Write(JsonNode? node, int seed)
    {
        var text = new StringBuilder();
        var random = new Random(seed);
        Space(text, random);
        Write(node, text, random);
        Space(text, random);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void Write(JsonNode? node, StringBuilder text, Random random)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonArray array:
                WriteAll("[]", [.. array.Select<JsonNode?, Action>(item => () => Write(item, text, random))], text, random);
                break;
            case JsonObject members:
                Action[] writers = [.. members.Select<KeyValuePair<string, JsonNode?>, Action>(member => () =>
                {
                    Write(member.Key, text, random);
                    Space(text, random);
                    text.Append(':');
                    Space(text, random);
                    Write(member.Value, text, random);
                })];
                random.Shuffle(writers);
                WriteAll("{}", writers, text, random);
                break;
            case JsonValue value when value.TryGetValue(out double number):
                text.Append(Spelling(number, random));
                break;
            case JsonValue value when value.TryGetValue(out string? s):
                Write(s, text, random);
                break;
            default:
                text.Append(node.GetValue<bool>() ? "true" : "false");
                break;
        }
    }

    static void WriteAll(string brackets, Action[] items, StringBuilder text, Random random)
    {
        text.Append(brackets[0]);
        Space(text, random);
        for (int i = 0; i < items.Length; i++)
        {
            if (i > 0)
            {
                text.Append(',');
                Space(text, random);
            }

            items[i]();
            Space(text, random);
        }

        text.Append(brackets[1]);
    }

    static void Write(string value, StringBuilder text, Random random)
    {
        text.Append('"');
        bool escapeMore = random.Next(4) == 0;
        for (int i = 0; i < value.Length; i++)
        {
            // Half a pair cannot be escaped alone, so the second half follows the choice for the first.
            bool pair = char.IsHighSurrogate(value[i]);
            bool escape = value[i] < ' ' || value[i] is '"' or '\\' || (escapeMore && random.Next(3) == 0);
            if (escape)
                text.Append(value[i] is '"' or '\\' or '/' && random.Next(2) == 0 ? "\\" + value[i] : Escaped(value[i], random));
            else
                text.Append(value[i]);
            if (pair)
                text.Append(escape ? Escaped(value[++i], random) : value[++i].ToString());
        }

        text.Append('"');
    }

    static string Escaped(char c, Random random) => random.Next(2) == 0 ? $"\\u{(int)c:x4}" : $"\\u{(int)c:X4}";

    // Never by "R": of two powers of two it names another double (see EcmaScriptNumberTests).
    static string Spelling(double number, Random random) => random.Next(5) switch
    {
        0 => number.ToString("E16", CultureInfo.InvariantCulture),
        1 => SlowCanonicalizer.Number(number),
        2 when number == Math.Floor(number) && Math.Abs(number) < 1e15 => number.ToString("F3", CultureInfo.InvariantCulture),
        3 => number.ToString("E25", CultureInfo.InvariantCulture),
        _ => SlowCanonicalizer.Number(number).ToUpperInvariant(),
    };

    static void Space(StringBuilder text, Random random)
    {
        if (random.Next(4) == 0)
            text.Append(" \n\t\r"[random.Next(4)], random.Next(1, 3));
    }
}
