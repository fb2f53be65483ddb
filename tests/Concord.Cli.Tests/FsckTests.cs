using System.Text.Json;

namespace Concord.Cli.Tests;

public sealed class FsckTests
{
    private const string Book = "pixpax/pixbooks/ANNA/ANNABOOK/";
    private const string Locator = "pixpax/locators/pixbook/ANNABOOK.json";

    [Fact]
    public async Task A_good_store_with_a_trust_file_is_OK_and_nothing_is_written()
    {
        using var files = await SampleFiles.CreateAsync();
        var before = SampleFiles.Snapshot(files.Data);
        var run = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust);
        Assert.Equal((0, "OK", ""), (run.ExitCode, run.LastLine, run.Error));
        Assert.Contains("11 receipts in 5 streams, ", run.Output, StringComparison.Ordinal);
        Assert.Contains(": 0 damage, 0 repairable, 0 notes", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, SampleFiles.Snapshot(files.Data));
    }

    [Fact]
    public async Task Without_a_trust_file_it_is_INCOMPLETE_and_says_what_is_wanting()
    {
        using var files = await SampleFiles.CreateAsync();
        var run = await Run.HereAsync("fsck", files.Data);
        Assert.Equal((3, "INCOMPLETE"), (run.ExitCode, run.LastLine));
        Assert.Contains("not checked: trust-root: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Give --trust FILE", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notes_alone_are_OK()
    {
        using var files = await SampleFiles.CreateAsync();
        File.WriteAllText(Path.Combine(files.Data, "notes.txt"), "mine");
        var run = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust);
        Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
        Assert.Contains($"note: {Path.Combine(files.Data, "notes.txt")}: unknown-object: expected", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_is_named_with_its_object_and_what_to_do()
    {
        using var files = await SampleFiles.CreateAsync();
        var commit = Path.Combine(files.Data, Book + "commits/00000000000000000002.json");
        SampleFiles.Tamper(commit, "robin");
        foreach (var options in new[] { Array.Empty<string>(), ["--repair"], ["--repair", "--writers-stopped"] })
        {
            var run = await Run.HereAsync(["fsck", files.Data, "--trust", files.Trust, .. options]);
            Assert.Equal((1, "FAILED"), (run.ExitCode, run.LastLine));
            Assert.Contains($"damage: {commit}: hash-mismatch: pixbook accountId=ANNA bookId=ANNABOOK version 2 event ", run.Output, StringComparison.Ordinal);
            Assert.Contains("\n  Restore it from a copy of the store", run.Output, StringComparison.Ordinal);
            Assert.Contains(": 1 damage, 0 repairable, 0 notes", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_can_be_repaired_is_said_shown_and_repaired()
    {
        using var files = await SampleFiles.CreateAsync();
        var locator = Path.Combine(files.Data, Locator);
        var last = Directory.EnumerateFiles(Path.Combine(files.Data, Book + "events")).Order(StringComparer.Ordinal).Last();
        File.Delete(locator);
        File.Delete(last);

        var found = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust);
        Assert.Equal((1, "FAILED"), (found.ExitCode, found.LastLine));
        Assert.Contains($"repairable: {locator}: locator-missing: ", found.Output, StringComparison.Ordinal);
        Assert.Contains($"repairable: {Path.Combine(files.Data, Book + "commits/00000000000000000004.json")}: unpublished: ", found.Output, StringComparison.Ordinal);

        var before = SampleFiles.Snapshot(files.Data);
        var shown = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust, "--repair", "--dry-run");
        Assert.Equal((1, "FAILED"), (shown.ExitCode, shown.LastLine));
        Assert.Contains($"would write: {last}: publish: pixbook", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"would write: {locator}: write-locator: pixbook", shown.Output, StringComparison.Ordinal);
        Assert.Equal(before, SampleFiles.Snapshot(files.Data));

        var repaired = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust, "--repair");
        Assert.Equal((0, "OK"), (repaired.ExitCode, repaired.LastLine));
        Assert.Contains($"written: {last}: publish: pixbook", repaired.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(last) && File.Exists(locator));
        Assert.Equal(0, (await Run.HereAsync("fsck", files.Data, "--trust", files.Trust)).ExitCode);
    }

    [Fact]
    public async Task Lost_commits_come_back_only_with_writers_stopped()
    {
        using var files = await SampleFiles.CreateAsync();
        var lost = Path.Combine(files.Data, Book + "commits/00000000000000000004.json");
        var bytes = File.ReadAllBytes(lost);
        File.Delete(lost);
        var refused = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust, "--repair");
        Assert.Equal((1, false), (refused.ExitCode, File.Exists(lost)));
        Assert.Contains($"repairable: {lost}: truncated: ", refused.Output, StringComparison.Ordinal);
        Assert.Contains("Stop every writer", refused.Output, StringComparison.Ordinal);

        var repaired = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust, "--repair", "--writers-stopped");
        Assert.Equal((0, "OK"), (repaired.ExitCode, repaired.LastLine));
        Assert.Equal(bytes, File.ReadAllBytes(lost));
    }

    [Fact]
    public async Task As_JSON_every_finding_is_data()
    {
        using var files = await SampleFiles.CreateAsync();
        File.Delete(Path.Combine(files.Data, Locator));
        SampleFiles.Tamper(Path.Combine(files.Data, Book + "commits/00000000000000000002.json"), "robin");
        var run = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust, "--json");
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.Equal((1, 1, 1), (run.ExitCode, root.GetProperty("exitCode").GetInt32(), root.GetProperty("damageCount").GetInt32()));
        Assert.False(root.GetProperty("clean").GetBoolean());
        Assert.Equal(11, root.GetProperty("receipts").GetInt32());
        var findings = root.GetProperty("findings").EnumerateArray().ToList();
        var damage = findings.Single(finding => finding.GetProperty("severity").GetString() == "damage");
        Assert.Equal(
            ("hash-mismatch", Book + "commits/00000000000000000002.json", "ANNABOOK", 2),
            (damage.GetProperty("kind").GetString(), damage.GetProperty("object").GetString(), damage.GetProperty("stream").GetProperty("bookId").GetString(), damage.GetProperty("streamVersion").GetInt32()));
        Assert.All(["expected", "found", "advice"], name => Assert.NotEmpty(damage.GetProperty(name).GetString()!));
        var locator = findings.Single(finding => finding.GetProperty("severity").GetString() == "repairable");
        Assert.Equal(("locator-missing", Locator), (locator.GetProperty("kind").GetString(), locator.GetProperty("object").GetString()));
        Assert.Equal(JsonValueKind.Null, locator.GetProperty("eventId").ValueKind);
        Assert.Equal(0, root.GetProperty("repairs").GetArrayLength());

        using var repaired = JsonDocument.Parse((await Run.HereAsync("fsck", files.Data, "--trust", files.Trust, "--repair", "--json")).Output);
        Assert.Equal(Locator, repaired.RootElement.GetProperty("repairs")[0].GetProperty("object").GetString());
        Assert.Equal((1, 0), (repaired.RootElement.GetProperty("damageCount").GetInt32(), repaired.RootElement.GetProperty("repairableCount").GetInt32()));
    }

    [Fact]
    public async Task Another_layout_is_read_from_a_file()
    {
        using var files = await SampleFiles.CreateAsync();
        var layout = files.Write("layout.json", """{"format":"concord-layout","version":1,"streams":{"pixbook":{"prefix":"elsewhere/{bookId}/"}}}"""u8.ToArray());
        var run = await Run.HereAsync("fsck", files.Data, "--trust", files.Trust, "--layout", layout);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("stream-misplaced: pixbook accountId=ANNA bookId=ANNABOOK: expected this stream at elsewhere/ANNABOOK/", run.Output, StringComparison.Ordinal);
        Assert.Contains("note: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_checked_is_exit_code_2_in_text_and_in_JSON()
    {
        using var files = await SampleFiles.CreateAsync();
        Directory.CreateDirectory(files["empty"]);
        foreach (var arguments in new string[][]
        {
            [files["nothing"]], [files.Trust], [files["empty"]], ["s3://bucket"], [files.Data, "--trust", files["nothing"]], [files.Data, "--layout", files.Trust],
        })
        {
            var text = await Run.HereAsync(["fsck", .. arguments]);
            Assert.Equal((2, ""), (text.ExitCode, text.Output));
            Assert.StartsWith("concord: ", text.Error, StringComparison.Ordinal);
            var run = await Run.HereAsync(["fsck", .. arguments, "--json"]);
            using var json = JsonDocument.Parse(run.Output);
            Assert.Equal((2, 2), (run.ExitCode, json.RootElement.GetProperty("exitCode").GetInt32()));
            Assert.NotEmpty(json.RootElement.GetProperty("error").GetString()!);
        }
        Assert.Equal(2, (await Run.HereAsync("fsck", files.Data, "--dry-run")).ExitCode);
        Assert.Equal(2, (await Run.HereAsync("fsck", files.Data, "--writers-stopped")).ExitCode);
        Assert.Equal(2, (await Run.HereAsync("fsck")).ExitCode);
    }

    [Fact]
    public async Task Cancelled_it_ends_with_130()
    {
        using var files = await SampleFiles.CreateAsync();
        Assert.Equal(130, (await Run.HereAsync([], new CancellationToken(canceled: true), "fsck", files.Data)).ExitCode);
    }

    [Fact]
    public async Task The_help_has_examples_and_exit_codes()
    {
        var run = await Run.HereAsync("fsck", "--help");
        Assert.Equal(0, run.ExitCode);
        foreach (var text in new[] { "concord fsck data --trust concord-trust.json --repair --dry-run", "Exit codes:", "--writers-stopped", "--layout", "  1    something is damaged" })
            Assert.Contains(text, run.Output, StringComparison.Ordinal);
        Assert.Contains("fsck", (await Run.HereAsync("--help")).Output, StringComparison.Ordinal);
    }
}
