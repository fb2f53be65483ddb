namespace Concord.Samples.Tests;

public sealed class QuickStartTests
{
    [Fact]
    public async Task The_first_run_appends_and_the_second_gets_the_same_answers()
    {
        using var folder = new TemporaryFolder();
        var first = await SampleProgram.RunAsync("QuickStart", folder.Path);
        var bundle = await File.ReadAllBytesAsync(folder["shopping.receipts.jsonl"]);
        var second = await SampleProgram.RunAsync("QuickStart", folder.Path);

        Assert.Equal((0, ""), (first.ExitCode, first.Errors));
        Assert.Equal(
            ["k1 milk: Committed, version 1", "k2 bread: Committed, version 2", "k2 bread: Replayed, version 2", "k3 milk: Refused, 'milk' is on the list.", "the list: milk, bread", "the bundle: good, 3 receipts"],
            first.Lines[..6]);
        Assert.StartsWith("with 'milk' made 'wine': NOT GOOD, bundle:3: hash-mismatch at version 1 (", first.Lines[6], StringComparison.Ordinal);
        Assert.Equal(["k1 milk: Replayed, version 1", "k2 bread: Replayed, version 2"], second.Lines[..2]);
        Assert.True(first.Lines.AsSpan(2).SequenceEqual(second.Lines.AsSpan(2)));
        Assert.Equal(bundle, await File.ReadAllBytesAsync(folder["shopping.receipts.jsonl"]));
    }

    [Fact]
    public void The_package_readme_quotes_the_sample()
    {
        var sample = Between(File.ReadAllLines(Repository.PathOf("samples/QuickStart/Program.cs")), "// <readme>", "// </readme>");
        var readme = File.ReadAllLines(Repository.PathOf("src/Concord.Receipts/README.md"));
        var use = Between(readme[Array.IndexOf(readme, "## Use")..], "```csharp", "```");
        Assert.NotEmpty(sample);
        Assert.Equal(sample, use);
    }

    private static string[] Between(string[] lines, string begin, string end) => [.. lines.SkipWhile(line => line != begin).Skip(1).TakeWhile(line => line != end)];
}
