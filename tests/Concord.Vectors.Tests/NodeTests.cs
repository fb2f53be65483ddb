using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Concord.Vectors.Tests;

/// <summary>The second implementation, tests/vectors/verify.mjs, gives the same verdict on every vector.</summary>
public sealed class NodeTests
{
    [SkippableFact]
    public async Task The_Node_verifier_gives_every_expected_verdict()
    {
        var (exitCode, output, error) = await NodeAsync("run.mjs");
        Assert.Equal("", error);
        var json = JsonNode.Parse(output)!;
        Assert.Empty(json["unexpected"]!.AsArray().Select(id => (string)id!));
        Assert.Equal(Vectors.All.Select(vector => (string)vector["id"]!).Order(StringComparer.Ordinal), json["results"]!.AsArray().Select(result => (string)result!["id"]!).Order(StringComparer.Ordinal));
        Assert.Equal(0, exitCode);
    }

    [SkippableTheory]
    [InlineData("bundles/single-book.receipts.jsonl", "trust/trust.json", 0)]
    [InlineData("bundles/not/hash-mismatch.receipts.jsonl", "trust/trust.json", 1)]
    [InlineData("bundles/single-book.receipts.jsonl", null, 3)]
    public async Task Its_exit_code_says_good_bad_or_not_all_checked(string bundle, string? trust, int expected)
    {
        var (exitCode, output, _) = await NodeAsync("verify.mjs", trust is null ? [bundle] : [bundle, "--trust", trust]);
        Assert.Equal(expected, exitCode);
        Assert.Equal(expected == 1, JsonNode.Parse(output)!["failures"]!.AsArray().Count > 0);
    }

    private static async Task<(int ExitCode, string Output, string Error)> NodeAsync(string script, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("node", [script, .. arguments]) { WorkingDirectory = Vectors.Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception) when (Environment.GetEnvironmentVariable("CI") is not { Length: > 0 })
        {
            // In CI a verdict that nobody compared is a failure, not a skip.
            throw new SkipException("node is not installed: the second implementation did not judge the vectors. Install Node.js 20 or later.");
        }
        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, output, await error);
        }
    }
}
