using System.Text;
using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Streams;
using Concord.Samples;

namespace Concord.Cli.Tests;

public sealed class VerifyTests
{
    [Fact]
    public async Task A_good_bundle_with_a_trust_file_is_OK()
    {
        using var files = await SampleFiles.CreateAsync();
        var run = await Run.HereAsync("verify", files.Bundle, "--trust", files.Trust);
        Assert.Equal((0, "OK", ""), (run.ExitCode, run.LastLine, run.Error));
        Assert.Contains("stream: pixbook accountId=ANNA bookId=ANNABOOK versions 1 to 4, sha256:", run.Output, StringComparison.Ordinal);
        Assert.Contains("keys: of ANNAID as of version 1, sha256:", run.Output, StringComparison.Ordinal);
        Assert.Contains("11 receipts in 5 streams, 0 failures", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bundle_comes_from_standard_input_too()
    {
        using var files = await SampleFiles.CreateAsync();
        var run = await Run.HereAsync(await File.ReadAllBytesAsync(files.Bundle), default, "verify", "-", "--trust", files.Trust);
        Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
    }

    [Fact]
    public async Task Without_a_trust_file_the_root_and_the_policy_are_not_checked_and_it_says_so()
    {
        using var files = await SampleFiles.CreateAsync();
        var run = await Run.HereAsync("verify", files.Bundle);
        Assert.Equal((3, "INCOMPLETE"), (run.ExitCode, run.LastLine));
        Assert.Contains("not checked: trust-root: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("not checked: issuer-policy: ", run.Output, StringComparison.Ordinal);
        Assert.Contains("Give --trust FILE", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not checked: signatures", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_folder_of_a_stream_without_keys_says_that_signatures_were_not_checked()
    {
        using var files = await SampleFiles.CreateAsync();
        foreach (var folder in new[] { files.AnnasBook, files.AnnasBook + "/", files["data/pixpax/pixbooks"], files["data/pixpax/identities"] })
        {
            var run = await Run.HereAsync("verify", folder, "--trust", files.Trust);
            Assert.Equal((3, "INCOMPLETE"), (run.ExitCode, run.LastLine));
            Assert.Contains("not checked: signatures: ", run.Output, StringComparison.Ordinal);
            Assert.Contains("Give --keys PATH", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_folder_of_a_stream_with_keys_and_trust_is_OK()
    {
        using var files = await SampleFiles.CreateAsync();
        foreach (var keys in new[] { files.Data, files.Bundle })
            foreach (var folder in new[] { files.AnnasBook, files["data/pixpax/identities"] })
            {
                var run = await Run.HereAsync("verify", folder, "--keys", keys, "--trust", files.Trust);
                Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
                Assert.Contains("keys: of platform as of version 1", run.Output, StringComparison.Ordinal);
            }
    }

    [Fact]
    public async Task Keys_without_trust_leave_the_root_unchecked()
    {
        using var files = await SampleFiles.CreateAsync();
        var run = await Run.HereAsync("verify", files.AnnasBook, "--keys", files.Data);
        Assert.Equal((3, "INCOMPLETE"), (run.ExitCode, run.LastLine));
        Assert.Contains("not checked: trust-root: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_platforms_keys_verify_themselves()
    {
        using var files = await SampleFiles.CreateAsync();
        Assert.Equal(0, (await Run.HereAsync("verify", files["data/pixpax/platform/keys"], "--trust", files.Trust)).ExitCode);
        Assert.Equal(3, (await Run.HereAsync("verify", files["data/pixpax/platform/keys"])).ExitCode);
    }

    [Fact]
    public async Task A_whole_store_is_verified_by_its_own_keys_and_nothing_is_written()
    {
        using var files = await SampleFiles.CreateAsync();
        // What a writer that died has left: whoever writes next removes it, a reader does not.
        var leftover = files["data/.staging/0123-1"];
        await File.WriteAllTextAsync(leftover, "");
        File.SetLastWriteTimeUtc(leftover, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = SampleFiles.Snapshot(files.Data);

        var run = await Run.HereAsync("verify", files.Data, "--trust", files.Trust);
        Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
        Assert.Contains("11 receipts in 5 streams", run.Output, StringComparison.Ordinal);
        Assert.Equal(before, SampleFiles.Snapshot(files.Data));
    }

    [Fact]
    public async Task Another_platforms_trust_file_is_not_enough()
    {
        using var files = await SampleFiles.CreateAsync();
        using var others = await SampleFiles.CreateAsync();
        foreach (var path in new[] { files.Bundle, files.Data })
        {
            var run = await Run.HereAsync("verify", path, "--trust", others.Trust);
            Assert.Equal((1, "FAILED"), (run.ExitCode, run.LastLine));
            Assert.Contains("key-not-valid: platform-keys version 1", run.Output, StringComparison.Ordinal);
        }
        // A good stream, and keys that are not: the keys are named, and judge nothing.
        var judged = await Run.HereAsync("verify", files.AnnasBook, "--keys", others.Data, "--trust", files.Trust);
        Assert.Equal(1, judged.ExitCode);
        Assert.Contains(others["data/pixpax/platform/keys/commits/"], judged.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("pixbook", judged.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tampered_event_is_named_by_its_path()
    {
        using var files = await SampleFiles.CreateAsync();
        var tampered = Directory.GetFiles(files.AnnasBook + "/events").Order(StringComparer.Ordinal).ElementAt(1);
        SampleFiles.Tamper(tampered, "robin");
        foreach (var arguments in new string[][] { ["verify", files.Data], ["verify", files.AnnasBook], ["verify", files.AnnasBook, "--keys", files.Bundle] })
        {
            var run = await Run.HereAsync([.. arguments, "--trust", files.Trust]);
            Assert.Equal((1, "FAILED"), (run.ExitCode, run.LastLine));
            var failure = Assert.Single(run.Output.Split('\n'), line => line.StartsWith("failure: ", StringComparison.Ordinal));
            Assert.StartsWith($"failure: {tampered}: hash-mismatch: pixbook accountId=ANNA bookId=ANNABOOK version 2 event {Path.GetFileNameWithoutExtension(tampered)}: expected sha256:", failure, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_tampered_commit_is_named_by_its_path()
    {
        using var files = await SampleFiles.CreateAsync();
        var tampered = Path.Combine(files.AnnasBook, "commits", "00000000000000000002.json");
        SampleFiles.Tamper(tampered, "robin");
        var run = await Run.HereAsync("verify", files.Data, "--trust", files.Trust);
        Assert.Equal((1, "FAILED"), (run.ExitCode, run.LastLine));
        Assert.Contains($"failure: {tampered}: hash-mismatch: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_commit_that_is_no_JSON_is_a_failure_and_not_an_error()
    {
        using var files = await SampleFiles.CreateAsync();
        var broken = Path.Combine(files.AnnasBook, "commits", "00000000000000000004.json");
        await File.WriteAllBytesAsync(broken, new byte[100]);
        var run = await Run.HereAsync("verify", files.Data, "--trust", files.Trust);
        Assert.Equal((1, "FAILED"), (run.ExitCode, run.LastLine));
        Assert.Contains($"failure: {broken}: malformed: pixbook accountId=ANNA bookId=ANNABOOK version 4: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_that_is_changed_or_gone_is_told()
    {
        using var files = await SampleFiles.CreateAsync();
        var contents = Directory.GetFiles(files.AnnasBook + "/content");
        SampleFiles.Tamper(contents[0], "salt");
        var changed = await Run.HereAsync("verify", files.Data, "--trust", files.Trust);
        Assert.Equal(1, changed.ExitCode);
        Assert.Contains($"failure: {contents[0]}: content-mismatch", changed.Output, StringComparison.Ordinal);

        File.Delete(contents[0]);
        var gone = await Run.HereAsync("verify", files.Data, "--trust", files.Trust);
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains("content-mismatch", gone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_that_was_erased_is_told_as_erased()
    {
        using var files = await SampleFiles.CreateAsync();
        var save = await files.Sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        await files.Sample.EraseAsync(SampleStore.AnnasBook, Assert.Single(ContentReference.FindIn(save.Payload)));
        var run = await Run.HereAsync("verify", files.Data, "--trust", files.Trust);
        Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
        Assert.Contains("erased: 1 content object, as receipts say", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_of_the_public_part_is_verified_by_its_events()
    {
        using var files = await SampleFiles.CreateAsync();
        Directory.Delete(files.AnnasBook + "/commits", recursive: true);
        var run = await Run.HereAsync("verify", files.Data, "--trust", files.Trust);
        Assert.Equal((0, "OK"), (run.ExitCode, run.LastLine));
        Assert.Contains("11 receipts in 5 streams", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pinned_head_is_not_fallen_behind()
    {
        using var files = await SampleFiles.CreateAsync();
        var trust = Encoding.UTF8.GetString(await File.ReadAllBytesAsync(files.Trust));
        string Pin(StreamId stream, int version) => $$"""{"hash":"sha256:{{new string('0', 64)}}","stream":{{stream.Json}},"streamVersion":{{version}}}""";
        var pinned = files.Write("pinned.json", Encoding.UTF8.GetBytes(trust[..^1] + $$""","heads":[{{Pin(SampleStore.AnnasBook, 9)}},{{Pin(StreamId.Create("pixbook", ("accountId", "C"), ("bookId", "D")), 1)}}]}"""));
        foreach (var path in new[] { files.Data, files.Bundle })
        {
            var run = await Run.HereAsync("verify", path, "--trust", pinned);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("truncated: pixbook accountId=ANNA bookId=ANNABOOK version 4", run.Output, StringComparison.Ordinal);
            // A stream that is pinned and not here at all is worth a line.
            Assert.Contains("not checked: head: The trust file pins version 1 of {\"accountId\":\"C\",\"bookId\":\"D\",\"type\":\"pixbook\"}", run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Json_has_stable_members()
    {
        using var files = await SampleFiles.CreateAsync();
        var good = (await Run.HereAsync("verify", files.Data, "--trust", files.Trust, "--json")).Output;
        using var verdict = JsonDocument.Parse(good);
        Assert.Equal(["good", "exitCode", "receipts", "erasedContents", "failureCount", "failures", "notChecked", "streams", "keyHistories"], verdict.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.True(verdict.RootElement.GetProperty("good").GetBoolean());
        Assert.Equal(0, verdict.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Equal(11, verdict.RootElement.GetProperty("receipts").GetInt32());
        Assert.Equal(["stream", "from", "to", "hash"], verdict.RootElement.GetProperty("streams")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal("platform-keys", verdict.RootElement.GetProperty("streams")[0].GetProperty("stream").GetProperty("type").GetString());
        Assert.Equal(["identityId", "version", "hash"], verdict.RootElement.GetProperty("keyHistories")[0].EnumerateObject().Select(member => member.Name));
        Assert.Equal(["name", "detail", "forWantOfInput"], verdict.RootElement.GetProperty("notChecked")[0].EnumerateObject().Select(member => member.Name));
        Assert.EndsWith("}\n", good, StringComparison.Ordinal);
        Assert.Single(good.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Json_tells_failures_and_where_they_are()
    {
        using var files = await SampleFiles.CreateAsync();
        SampleFiles.Tamper(files.Bundle, "robin");
        var run = await Run.HereAsync("verify", files.Bundle, "--json");
        using var verdict = JsonDocument.Parse(run.Output);
        Assert.Equal((1, 1), (run.ExitCode, verdict.RootElement.GetProperty("exitCode").GetInt32()));
        Assert.False(verdict.RootElement.GetProperty("good").GetBoolean());
        var failure = verdict.RootElement.GetProperty("failures")[0];
        Assert.Equal(["kind", "location", "stream", "streamVersion", "eventId", "expected", "found"], failure.EnumerateObject().Select(member => member.Name));
        Assert.Equal("hash-mismatch", failure.GetProperty("kind").GetString());
        var line = 1 + Encoding.UTF8.GetString(await File.ReadAllBytesAsync(files.Bundle)).Split('\n').ToList().FindIndex(text => text.Contains("\"cardId\"", StringComparison.Ordinal));
        Assert.Equal($"{files.Bundle}:{line}", failure.GetProperty("location").GetString());
        Assert.Equal("ANNABOOK", failure.GetProperty("stream").GetProperty("bookId").GetString());
        Assert.Equal(2, failure.GetProperty("streamVersion").GetInt32());
    }

    [Fact]
    public async Task Json_tells_what_cannot_be_read()
    {
        using var files = await SampleFiles.CreateAsync();
        var broken = files.Write("broken.json", "{}"u8.ToArray());
        foreach (var arguments in new string[][] { [files["absent"]], [files.Bundle, "--trust", broken], [files.Bundle, "--keys", files.Data], [files.Data, "--keys", files["absent"]] })
        {
            var run = await Run.HereAsync(["verify", .. arguments, "--json"]);
            using var verdict = JsonDocument.Parse(run.Output);
            Assert.Equal((2, 2), (run.ExitCode, verdict.RootElement.GetProperty("exitCode").GetInt32()));
            Assert.False(verdict.RootElement.GetProperty("good").GetBoolean());
            Assert.NotEmpty(verdict.RootElement.GetProperty("error").GetString()!);
            Assert.Equal(0, verdict.RootElement.GetProperty("failures").GetArrayLength());
        }
    }

    [Fact]
    public async Task What_could_not_be_checked_is_exit_code_2()
    {
        using var files = await SampleFiles.CreateAsync();
        Directory.CreateDirectory(files["empty"]);
        Directory.CreateDirectory(files["data/pixpax/collections"]);
        await Both([files["absent"]], "Could not find");
        await Both([files["empty"]], "There is no stream in");
        await Both([files["data/pixpax/collections"]], "There is no stream in");
        await Both([files.AnnasBook + "/content"], "There is no stream in");
        await Both([files.Bundle, "--keys", files.Data], "--keys is for folders");
        await Both([files.AnnasBook, "--keys", files.AnnasBook], "no key history of the platform");
        await Both([files.AnnasBook, "--keys", files["absent"]], "Could not find");
        await Both([files.Bundle, "--trust", files["absent"]], "Could not find");
        await Both([files.Bundle, "--trust", files.Bundle], "trust file");
        await Both([files.Bundle, "--trust", files.Data], "is a folder");

        static async Task Both(string[] arguments, string message)
        {
            var run = await Run.HereAsync(["verify", .. arguments]);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public async Task Many_streams_are_told_by_their_number()
    {
        using var files = await SampleFiles.CreateAsync();
        for (var i = 0; i < 20; i++)
            await files.Sample.AddBookAsync(StreamId.Create("pixbook", ("accountId", "ANNA"), ("bookId", $"B{i}")), SampleStore.AnnasIdentity);
        var run = await Run.HereAsync("verify", files.Data, "--trust", files.Trust);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("streams: 22 of type pixbook", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("stream: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_in_a_file_moves_the_terminal()
    {
        using var files = await SampleFiles.CreateAsync();
        var hostile = files.Write("hostile", "{\"format\":\"concord-bundle\",\"version\":1,\"x\":\"\u001b[2J\nOK\r\"}\n"u8.ToArray());
        foreach (var path in new[] { hostile, files["\u001b[2Jabsent"] })
        {
            var run = await Run.HereAsync("verify", path);
            Assert.DoesNotContain('\u001b', run.Output + run.Error);
            Assert.DoesNotContain('\r', run.Output + run.Error);
        }
    }
}
