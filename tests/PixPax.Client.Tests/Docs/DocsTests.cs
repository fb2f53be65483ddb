using System.Text.RegularExpressions;
using PixPax.Client.Tests.TypeScript;

namespace PixPax.Client.Tests.Docs;

/// <summary>The quick starts of docs/clients.md, run against a host: the very lines, with only address, folder and console of the test's own.</summary>
[Collection(LiveHostCollection.Name)]
public sealed partial class DocsTests(LiveHost host) : IClassFixture<TypeScriptPackage>
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(TypeScriptPackage.Folder, "..", ".."));

    [Fact]
    public async Task The_quick_start_in_CSharp_runs_as_it_is_written()
    {
        var source = await File.ReadAllTextAsync(Path.Combine(Root, "tests/PixPax.Client.Tests/Docs/QuickStart.cs"));
        var adapted = Quote("csharp")
            .Replace("new Uri(\"http://localhost:5080\")", "new Uri(Address)", StringComparison.Ordinal)
            .Replace("\"pixpax.trust.json\"", "Trust", StringComparison.Ordinal)
            .Replace("Console.WriteLine", "Said.Add", StringComparison.Ordinal);
        Assert.Contains(string.Join('\n', adapted.Split('\n').Select(line => line.Length == 0 ? "" : "        " + line)), source, StringComparison.Ordinal);

        using var trust = await PinAsync();
        var said = await QuickStart.RunAsync(host.Address, trust.Path);
        Assert.Equal(["1 PIXBOOK_CREATED", "2 PIXBOOK_SAVE", "3 PIXBOOK_SAVE"], said.SkipLast(1).Select(line => line[..line.LastIndexOf(' ')]));
        Assert.Equal("good", said[^1]);
    }

    [SkippableFact]
    public async Task The_quick_start_in_TypeScript_runs_as_it_is_written()
    {
        TypeScriptPackage.Require();
        using var trust = await PinAsync();
        var script = Quote("typescript")
            .Replace("http://localhost:5080", host.Address.ToString(), StringComparison.Ordinal)
            .Replace("pixpax.trust.json", trust.Path, StringComparison.Ordinal);
        var output = await TypeScriptPackage.SucceedAsync("node", "--input-type=module", "--eval", script);
        Assert.Matches("^1 PIXBOOK_CREATED sha256:[0-9a-f]{64}\n2 PIXBOOK_SAVE .*\n3 PIXBOOK_SAVE .*\ngood\n$", output);
    }

    private static string Quote(string language)
    {
        var docs = File.ReadAllText(Path.Combine(Root, "docs/clients.md"));
        return Block().Matches(docs).Single(match => match.Groups["language"].Value == language).Groups["code"].Value.TrimEnd('\n');
    }

    /// <summary>What the reader does once by hand; and the birds, which the quick start takes for published.</summary>
    private async Task<TrustOnDisk> PinAsync()
    {
        using var op = host.As("operator");
        await WalkTests.PublishAsync(op);
        var file = new TrustOnDisk(Path.GetTempFileName());
        await File.WriteAllBytesAsync(file.Path, await op.Platform.DownloadTrustFileToPinAsync());
        return file;
    }

    private sealed record TrustOnDisk(string Path) : IDisposable
    {
        public void Dispose() => File.Delete(Path);
    }

    [GeneratedRegex("<!-- (?<language>[a-z]+) -->\n```[a-z]+\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();
}
