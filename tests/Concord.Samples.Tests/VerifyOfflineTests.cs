
namespace Concord.Samples.Tests;

public sealed class VerifyOfflineTests(QuickStartFolder quickStart) : IClassFixture<QuickStartFolder>
{
    [Fact]
    public async Task A_good_bundle_and_its_trust_file_are_good()
    {
        var (exitCode, lines, _) = await SampleProgram.RunAsync("VerifyOffline", quickStart.Bundle, quickStart.Trust);
        Assert.Equal(0, exitCode);
        Assert.Equal("OK", lines[^1]);
        Assert.Equal("3 receipts, 0 failures", lines[^2]);
        Assert.Contains(lines, line => line.StartsWith("not checked: head: ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.StartsWith("not checked: trust-root: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_changed_word_is_named_by_line_and_rule()
    {
        var (exitCode, lines, _) = await SampleProgram.RunAsync("VerifyOffline", quickStart.Tampered("bread", "stone"), quickStart.Trust);
        Assert.Equal(1, exitCode);
        Assert.Equal("FAILED", lines[^1]);
        Assert.Contains(lines, line => line.StartsWith("failure: tampered.receipts.jsonl:4: hash-mismatch at version 2 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_trust_file_a_bundle_only_agrees_with_itself()
    {
        var (exitCode, lines, _) = await SampleProgram.RunAsync("VerifyOffline", quickStart.Bundle);
        Assert.Equal((3, "INCOMPLETE"), (exitCode, lines[^1]));
        Assert.Contains(lines, line => line.StartsWith("not checked: trust-root: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Somebody_elses_bundle_fails_against_the_pinned_key()
    {
        var trust = await File.ReadAllTextAsync(quickStart.Trust);
        var digit = trust.IndexOf("sha256:", StringComparison.Ordinal) + 7;
        var other = quickStart.Write("other-trust.json", trust[..digit] + (trust[digit] == '0' ? '1' : '0') + trust[(digit + 1)..]);
        var (exitCode, lines, _) = await SampleProgram.RunAsync("VerifyOffline", quickStart.Bundle, other);
        Assert.Equal(1, exitCode);
        Assert.Contains(lines, line => line.StartsWith("failure: shopping.receipts.jsonl:2: key-not-valid at version 1 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_read_is_not_a_verdict()
    {
        var (exitCode, lines, errors) = await SampleProgram.RunAsync("VerifyOffline", quickStart.Folder["absent.jsonl"]);
        Assert.Equal(2, exitCode);
        Assert.Empty(lines);
        Assert.Contains("absent.jsonl", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_bundle_fails()
    {
        var (exitCode, lines, _) = await SampleProgram.RunAsync("VerifyOffline", quickStart.Write("empty.jsonl", ""), quickStart.Trust);
        Assert.Equal((1, "FAILED"), (exitCode, lines[^1]));
    }
}
