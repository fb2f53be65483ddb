using System.Globalization;
using System.Text;

namespace Concord.Benchmarks.Inputs;

/// <summary>
/// A nested document of about 101 KB with members in any order and some 3,700 numbers, two in five of them with 16 or 17 digits: the
/// same bytes in every run.
/// </summary>
internal static class SampleDocument
{
    private const int Records = 461;

    public static byte[] Bytes { get; } = Encoding.UTF8.GetBytes(Write());

    private static string Write()
    {
        var random = new Random(8785);
        var records = Enumerable.Range(0, Records).Select(i => Record(i, random));
        return $"{{\"version\":3,\"records\":[{string.Join(',', records)}],\"name\":\"sample\"}}";
    }

    private static string Record(int i, Random random)
    {
        var position = Object(random, ("y", Long(random)), ("x", Long(random)), ("z", Long(random)));
        return Object(
            random,
            ("id", Whole(i)),
            ("label", i % 7 == 0 ? $"\"Sammelkärtchen № {i} ⭐\"" : $"\"sticker number {i}\""),
            ("position", position),
            ("price", (random.Next(1, 100_000) / 100.0).ToString("R", CultureInfo.InvariantCulture)),
            ("count", Whole(random.Next(10_000))),
            ("tags", $"[{Whole(random.Next(100))},\"rare\",{Whole(random.Next(1_000_000))}]"),
            ("active", random.Next(2) == 0 ? "true" : "false"));
    }

    private static string Object(Random random, params (string Name, string Value)[] members)
    {
        random.Shuffle(members);
        return "{" + string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Value}")) + "}";
    }

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Long(Random random) => (random.NextDouble() * 1000).ToString("R", CultureInfo.InvariantCulture);
}
