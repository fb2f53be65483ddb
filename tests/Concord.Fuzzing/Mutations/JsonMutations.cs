using System.Buffers;
using System.Text;
using Concord.Receipts.Canonicalization;

namespace Concord.Fuzzing.Mutations;

/// <summary>Changes JSON as JSON: members, values, names, the way they are written.</summary>
internal static class JsonMutations
{
    /// <summary>Changes a text; often brings it into canonical form again, which is where parsers begin to look closely.</summary>
    public static byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        if (random.Next(4) == 0)
            return ByteMutations.Mutate(input, other, random);
        for (var changes = 1 + random.Next(3); changes > 0; changes--)
            input = Change(input, other, random);
        return random.Next(3) > 0 ? Canonical(input) : input;
    }

    /// <summary>Gives the canonical form where there is one.</summary>
    public static byte[] Canonical(byte[] input)
    {
        var canonical = new ArrayBufferWriter<byte>();
        return JsonCanonicalizer.TryCanonicalize(input, canonical, out _) ? canonical.WrittenSpan.ToArray() : input;
    }

    private static byte[] Change(byte[] input, byte[] other, Random random)
    {
        var spans = JsonSpans.Of(input);
        if (spans.Values.Count == 0)
            return ByteMutations.Mutate(input, other, random);
        var value = Any(spans.Values, random);
        switch (random.Next(13))
        {
            case 0 or 1 or 2:
                return Put(input, value, Interesting.Value(random));
            case 3 when spans.Members.Count > 0:
                return Drop(input, Any(spans.Members, random));
            case 4:
                return Drop(input, value);
            case 5 when spans.Members.Count > 0:
                var twice = Any(spans.Members, random);
                return [.. input[..twice.End], (byte)',', .. input[twice.Start..]];
            case 6:
                return Swap(input, value, Any(spans.Values, random));
            case 7 when spans.Names.Count > 0:
                return Put(input, Any(spans.Names, random), Interesting.Name(random));
            case 8 when spans.Objects.Count > 0:
                var at = spans.Objects[random.Next(spans.Objects.Count)];
                return [.. input[..at], .. Interesting.Name(random), (byte)':', .. Interesting.Value(random), .. At(input, at) == '}' ? [] : ","u8, .. input.AsSpan(at)];
            case 9 when JsonSpans.Of(other) is { Values.Count: > 0 } foreign:
                var taken = Any(foreign.Values, random);
                return Put(input, value, other.AsSpan(taken.Start, taken.End - taken.Start));
            case 10 when spans.Strings.Count > 0:
                return ChangeText(input, Any(spans.Strings, random), random);
            case 11:
                return [.. input[..value.Start], " \n\t\r"u8[random.Next(4)], .. input[value.Start..]];
            case 12:
                // An item again, as the next one.
                return [.. input[..value.End], (byte)',', .. input[value.Start..value.End], .. input[value.End..]];
            default:
                return Put(input, value, Interesting.Value(random));
        }
    }

    private static byte[] ChangeText(byte[] input, JsonSpans.Span text, Random random)
    {
        if (text.End - text.Start <= 2)
            return Put(input, text, "\"a\""u8);
        var at = random.Next(text.Start + 1, text.End - 1);
        return random.Next(4) switch
        {
            // The same character, written as an escape.
            0 when input[at] < 0x80 => Put(input, new(at, at + 1), Encoding.ASCII.GetBytes($"\\u{(int)input[at]:x4}")),
            1 => Put(input, new(at, at + 1), [Interesting.Byte(random)]),
            2 => Put(input, new(at, at + 1), []),
            // A letter or digit of the same text: often still of the form that is asked for.
            _ => Put(input, new(at, at + 1), [input[random.Next(text.Start + 1, text.End - 1)]]),
        };
    }

    private static byte[] Drop(byte[] input, JsonSpans.Span span)
    {
        if (At(input, span.End) == ',')
            return [.. input[..span.Start], .. input[(span.End + 1)..]];
        return span.Start > 0 && input[span.Start - 1] == ',' ? [.. input[..(span.Start - 1)], .. input[span.End..]] : [.. input[..span.Start], .. input[span.End..]];
    }

    private static byte[] Swap(byte[] input, JsonSpans.Span a, JsonSpans.Span b)
    {
        var (first, second) = a.Start < b.Start ? (a, b) : (b, a);
        return first.End > second.Start
            ? Put(input, first, input.AsSpan(second.Start, second.End - second.Start))
            : [.. input[..first.Start], .. input[second.Start..second.End], .. input[first.End..second.Start], .. input[first.Start..first.End], .. input[second.End..]];
    }

    private static byte[] Put(byte[] input, JsonSpans.Span span, ReadOnlySpan<byte> value) => [.. input[..span.Start], .. value, .. input[span.End..]];

    private static T Any<T>(List<T> list, Random random) => list[random.Next(list.Count)];

    private static int At(byte[] input, int at) => at < input.Length ? input[at] : -1;
}
