using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Verification;

namespace Concord.Vectors.Tests;

/// <summary>What the documentation quotes is what the vectors say.</summary>
public sealed partial class DocsTests
{
    private static readonly string Root = Path.Combine(Vectors.Folder, "../..");

    [Fact]
    public void Quotes_are_from_the_vectors()
    {
        var quotes = Quote().Matches(File.ReadAllText(Path.Combine(Root, "docs/receipt-format.md")));
        Assert.True(quotes.Count >= 8);
        foreach (Match quote in quotes)
            Assert.Equal(Canonical(Source(quote.Groups["source"].Value.Split(' '))), Canonical(quote.Groups["json"].Value));
    }

    [Fact]
    public void The_policy_in_the_format_page_is_one()
    {
        var text = File.ReadAllText(Path.Combine(Root, "docs/receipt-format.md"));
        var start = text.IndexOf("```json\n{\n  \"streams\"", StringComparison.Ordinal) + 8;
        IssuerPolicy.Parse(Encoding.UTF8.GetBytes(text[start..text.IndexOf("```", start, StringComparison.Ordinal)]));
    }

    [Fact]
    public void The_table_of_failure_kinds_has_each_and_a_vector_of_it()
    {
        var rows = Row().Matches(File.ReadAllText(Path.Combine(Root, "docs/verifying.md")));
        foreach (Match row in rows)
        {
            var vector = Vectors.All.Single(item => (string)item["id"]! == row.Groups["vector"].Value);
            Assert.Equal(row.Groups["kind"].Value, (string?)(vector["failures"]?[0] ?? vector["failure"])?["kind"]);
        }
        Assert.Equal(Enum.GetValues<FailureKind>().Select(kind => kind.Name()), rows.Select(row => row.Groups["kind"].Value));
    }

    private static string Source(string[] words) => words switch
    {
        ["requestHashes", var id] => Vectors.Get("requestHashes", id).Text("hashed"),
        ["contentReference", var file] => JsonNode.Parse(Read(file))!["payload"]!["name"]!.ToJsonString(),
        ["header", var file] => Read(file).Split('\n')[0],
        ["line", var line, var file] => Read(file).Split('\n')[int.Parse(line, System.Globalization.CultureInfo.InvariantCulture) - 1],
        [var file] => Read(file),
        _ => throw new FormatException(string.Join(' ', words)),
    };

    private static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    private static string Canonical(string json) => Encoding.UTF8.GetString(JsonCanonicalizer.Canonicalize(Encoding.UTF8.GetBytes(json)));

    [GeneratedRegex(@"<!-- (?<source>[^>]+) -->\n```json\n(?<json>.*?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Quote();

    [GeneratedRegex(@"^\| `(?<kind>[a-z-]+)` \| [^|]+ \| `(?<vector>[a-z]+/not-[a-z0-9-]+)` \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
