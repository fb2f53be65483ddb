using System.Globalization;
using System.Text.RegularExpressions;

namespace PixPax.Client.Tests.TypeScript;

/// <summary>The package's own tests, in Node.js.</summary>
public sealed partial class NodeTests : IClassFixture<TypeScriptPackage>
{
    [SkippableTheory]
    [InlineData("vectors.test.mjs", 1)]
    [InlineData("verify.test.mjs", 10)]
    [InlineData("page.test.mjs", 2)]
    [InlineData("transport.test.mjs", 18)]
    public async Task The_tests_in_Node_pass(string file, int atLeast)
    {
        TypeScriptPackage.Require();
        var output = await TypeScriptPackage.SucceedAsync("node", "--test", "--test-reporter=tap", Path.Combine("test", file));
        Assert.InRange(Count("pass", output), atLeast, int.MaxValue);
        Assert.Equal(0, Count("skipped", output));
    }

    private static int Count(string what, string output) =>
        int.Parse(Summary().Matches(output).Single(match => match.Groups["what"].Value == what).Groups["count"].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^# (?<what>[a-z]+) (?<count>[0-9]+)$", RegexOptions.Multiline)]
    private static partial Regex Summary();
}
