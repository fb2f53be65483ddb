using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts.Canonicalization;
using CsCheck;

namespace Concord.Receipts.Tests.Canonicalization;

public class RandomDocumentTests
{
    static readonly Gen<byte[]> s_written = Gen.Select(RandomJson.Document, Gen.Int, RandomJson.Write);

    [Fact]
    public void Canonicalization_agrees_with_the_slow_one() =>
        s_written.Sample(text => JsonCanonicalizer.Canonicalize(text).AsSpan().SequenceEqual(SlowCanonicalizer.Canonicalize(text)), print: Show, iter: 3000);

    [Fact]
    public void Canonical_form_is_canonical_and_its_own_canonical_form() =>
        s_written.Sample(text =>
        {
            byte[] canonical = JsonCanonicalizer.Canonicalize(text);
            return JsonCanonicalizer.IsCanonical(canonical)
                && JsonCanonicalizer.Inspect(canonical, out _) == CanonicalForm.Canonical
                && JsonCanonicalizer.Canonicalize(canonical).AsSpan().SequenceEqual(canonical);
        }, print: Show, iter: 3000);

    [Fact]
    public void Canonical_form_means_the_same_document() =>
        s_written.Sample(text => Same(JsonNode.Parse(text), JsonNode.Parse(JsonCanonicalizer.Canonicalize(text))), print: Show, iter: 3000);

    [Fact]
    public void However_a_document_is_written_its_canonical_form_is_one() =>
        Gen.Select(RandomJson.Document, Gen.Int, Gen.Int).Sample((document, one, other) =>
            JsonCanonicalizer.Canonicalize(RandomJson.Write(document, one)).AsSpan()
                .SequenceEqual(JsonCanonicalizer.Canonicalize(RandomJson.Write(document, other))), iter: 3000);

    [Fact]
    public void A_document_with_random_bytes_changed_is_refused_or_canonicalized_as_the_slow_one_does() =>
        Gen.Select(s_written, Gen.Bool, Gen.Int, (text, canonical, seed) => Mutate(canonical ? JsonCanonicalizer.Canonicalize(text) : text, seed))
            .Sample(AgreesWithTheSlowOne, print: Show, iter: 20_000);

    [Fact]
    public void Random_bytes_of_json_are_refused_or_canonicalized_as_the_slow_one_does() =>
        Gen.Select(Gen.Byte.Select(b => (char)b), Gen.OneOf("{}[]:,\"\\ 019-+.eEtrufalsn/\ud83d\ude00".ToCharArray()), Gen.Bool, (any, json, choice) => choice ? json : any)
            .Array[0, 12].Select(characters => Encoding.Latin1.GetBytes(characters))
            .Sample(AgreesWithTheSlowOne, print: Show, iter: 50_000);

    static bool AgreesWithTheSlowOne(byte[] text)
    {
        byte[]? expected = SlowCanonicalizer.Canonicalize(text);
        CanonicalForm form = JsonCanonicalizer.Inspect(text, out JsonError error);
        var output = new ArrayBufferWriter<byte>();
        bool valid = JsonCanonicalizer.TryCanonicalize(text, output, out JsonError tried);
        bool unchanged = expected is not null && expected.AsSpan().SequenceEqual(text);

        return valid == expected is not null
            && valid == (error.Fault == JsonFault.None)
            && error == tried
            && error.Offset >= 0 && error.Offset <= text.Length
            && output.WrittenSpan.SequenceEqual(expected)
            && form == (!valid ? CanonicalForm.Invalid : unchanged ? CanonicalForm.Canonical : CanonicalForm.NotCanonical)
            && JsonCanonicalizer.IsCanonical(text) == unchanged
            && JsonCanonicalizer.Inspect(text, out _, JsonRules.Receipt) is CanonicalForm strict && (strict == form || strict == CanonicalForm.Invalid);
    }

    static byte[] Mutate(byte[] text, int seed)
    {
        var random = new Random(seed);
        List<byte> bytes = [.. text];
        for (int changes = random.Next(1, 4); changes > 0 && bytes.Count > 0; changes--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, bytes[random.Next(bytes.Count)]);
                    break;
                case 2:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    bytes[at] = (byte)"{}[]:,\"\\ 09-.eu\n"[random.Next(16)];
                    break;
                default:
                    int other = random.Next(bytes.Count);
                    (bytes[at], bytes[other]) = (bytes[other], bytes[at]);
                    break;
            }
        }

        return [.. bytes];
    }

    // JsonNode compares numbers by their text, and 1.0 is 1 to us.
    static bool Same(JsonNode? a, JsonNode? b) => (a, b) switch
    {
        (null, null) => true,
        (JsonObject x, JsonObject y) => x.Count == y.Count && x.All(member => y.TryGetPropertyValue(member.Key, out JsonNode? other) && Same(member.Value, other)),
        (JsonArray x, JsonArray y) => x.Count == y.Count && x.Zip(y).All(pair => Same(pair.First, pair.Second)),
        (JsonValue x, JsonValue y) when x.TryGetValue(out double p) && y.TryGetValue(out double q) => p == q,
        _ => JsonNode.DeepEquals(a, b),
    };

    static string Show(byte[] text) => Encoding.Latin1.GetString(text);
}
