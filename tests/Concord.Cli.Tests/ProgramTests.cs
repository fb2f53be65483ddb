using System.Diagnostics;
using System.Text;
using Concord.Receipts;
using Concord.Samples;

namespace Concord.Cli.Tests;

/// <summary>The built program, as a process: exit codes, the three streams, signals.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task The_exit_code_says_what_came_of_it()
    {
        using var files = await SampleFiles.CreateAsync();
        Assert.Equal((0, "OK"), Ended(await Run.ProgramAsync("verify", files.Bundle, "--trust", files.Trust)));
        Assert.Equal((0, "OK"), Ended(await Run.ProgramAsync("verify", files.Data, "--trust", files.Trust)));
        Assert.Equal((3, "INCOMPLETE"), Ended(await Run.ProgramAsync("verify", files.Bundle)));
        Assert.Equal((2, ""), Ended(await Run.ProgramAsync("verify", files["absent"])));
        SampleFiles.Tamper(files.Bundle, "robin");
        Assert.Equal((1, "FAILED"), Ended(await Run.ProgramAsync("verify", files.Bundle, "--trust", files.Trust)));

        static (int, string) Ended(Run run) => (run.ExitCode, run.LastLine);
    }

    [Fact]
    public async Task Usage_that_is_wrong_is_exit_code_2_and_points_to_the_help()
    {
        foreach (var arguments in new string[][] { [], ["verfy"], ["verify"], ["verify", "a", "b"], ["verify", "a", "--trst", "b"], ["import", "a"], ["hash", "a", "b"], ["verify", "a", "--trust"] })
        {
            var run = await Run.ProgramAsync(arguments);
            Assert.Equal((2, ""), (run.ExitCode, run.Output));
            Assert.Contains("--help'.", run.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("canonicalize")]
    [InlineData("hash")]
    [InlineData("verify")]
    [InlineData("export")]
    [InlineData("import")]
    public async Task The_help_of_every_command_has_examples_and_exit_codes(string command)
    {
        var run = await Run.ProgramAsync(command.Length == 0 ? ["--help"] : [command, "--help"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var examples = run.Output[run.Output.IndexOf("Examples:", StringComparison.Ordinal)..];
        Assert.Contains($"concord {command}".TrimEnd(), examples, StringComparison.Ordinal);
        Assert.Contains("  130  stopped", examples[examples.IndexOf("Exit codes:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_tells_its_version()
    {
        var run = await Run.ProgramAsync("--version");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^[0-9]+\.[0-9]+\.[0-9]+", run.Output);
    }

    [Fact]
    public async Task Hostile_files_are_verdicts_or_errors_and_never_crashes()
    {
        using var files = await SampleFiles.CreateAsync();
        var random = new byte[100_000];
        new Random(1).NextBytes(random);
        var bundle = await File.ReadAllBytesAsync(files.Bundle);
        var header = bundle[..(bundle.AsSpan().IndexOf((byte)'\n') + 1)];
        var hostile = new Dictionary<string, byte[]>
        {
            ["empty"] = [],
            ["line-feed"] = "\n"u8.ToArray(),
            ["nul"] = new byte[10_000],
            ["random"] = random,
            ["bom"] = [0xEF, 0xBB, 0xBF, .. bundle],
            ["crlf"] = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bundle).Replace("\n", "\r\n", StringComparison.Ordinal)),
            ["deep"] = [.. Enumerable.Repeat((byte)'[', 100_000), (byte)'\n'],
            ["header-only"] = header,
            ["header-and-nul"] = [.. header, .. new byte[1000], (byte)'\n'],
            ["header-and-deep"] = [.. header, .. Enumerable.Repeat((byte)'[', 100_000), (byte)'\n'],
            ["header-and-huge-line"] = [.. header, .. Enumerable.Repeat((byte)'a', 5_000_000), (byte)'\n'],
            ["wrong-types"] = "{\"format\":1,\"streams\":2,\"version\":\"3\"}\n"u8.ToArray(),
            ["nulls"] = "{\"format\":\"concord-bundle\",\"streams\":[null],\"version\":1}\n"u8.ToArray(),
        };
        foreach (var (name, bytes) in hostile)
        {
            var run = await Run.HereAsync("verify", files.Write(name, bytes), "--trust", files.Trust);
            Assert.True(run is { ExitCode: 1, LastLine: "FAILED", Error: "" }, name);
            Assert.Equal(2, (await Run.HereAsync("verify", files.Bundle, "--trust", files[name])).ExitCode);
            var imported = await Run.HereAsync("import", files[name], files["restored"]);
            Assert.Equal(1, imported.ExitCode);
            Assert.Contains((await Run.HereAsync("hash", files[name])).ExitCode, new[] { 0, 1 });
        }
        Assert.False(Directory.Exists(files["restored"]));

        // Some of them as the process that a user starts.
        foreach (var name in new[] { "empty", "nul", "random", "header-and-huge-line" })
            Assert.Equal(1, (await Run.ProgramAsync("verify", files[name])).ExitCode);
        Assert.Equal(2, (await Run.ProgramAsync("verify", files.Bundle, "--trust", files["nul"])).ExitCode);
    }

    [SkippableTheory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_it_at_once_with_130(string signal)
    {
        Skip.If(OperatingSystem.IsWindows(), "no such signals there");
        // More than a pipe holds: written when the program has begun to read. Then it waits for the rest of a line that does not come.
        using var process = Run.Start("verify", "-");
        await process.StandardInput.BaseStream.WriteAsync(new byte[1_000_000]);
        Assert.False(process.HasExited);
        var since = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal((130, "", ""), (process.ExitCode, await output, await error));
        Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_command_that_is_cancelled_says_nothing_and_ends_with_130()
    {
        using var files = await SampleFiles.CreateAsync();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        foreach (var arguments in new string[][] { ["verify", files.Bundle], ["verify", files.Bundle, "--json"], ["verify", files.Data], ["export", files.Data], ["import", files.Bundle, files["restored"], "--trust", files.Trust], ["hash", files.Trust] })
        {
            var run = await Run.HereAsync([], stopped.Token, arguments);
            Assert.Equal((130, "", ""), (run.ExitCode, run.Output, run.Error));
        }
        Assert.False(Directory.Exists(files["restored"]));
    }

    [SkippableFact]
    public async Task A_reader_who_goes_away_is_no_crash()
    {
        Skip.If(OperatingSystem.IsWindows(), "pipes end otherwise there");
        using var files = await SampleFiles.CreateAsync();
        for (var i = 0; i < 150; i++)
            await files.Sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        // An export is more than a pipe holds: it is told, and stops.
        var exported = await BrokenAsync("export", files.Data);
        Assert.Equal(2, exported.ExitCode);
        Assert.StartsWith("concord: ", exported.Error, StringComparison.Ordinal);
        Assert.Single(exported.Error.TrimEnd('\n').Split('\n'));
        // An answer that nobody reads is still the answer.
        Assert.Equal((0, ""), await BrokenAsync("verify", files.Data, "--trust", files.Trust));
        Assert.Equal((0, ""), await BrokenAsync("--help"));

        static async Task<(int ExitCode, string Error)> BrokenAsync(params string[] arguments)
        {
            using var process = Run.Start(arguments);
            process.StandardOutput.Close();
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, error);
        }
    }

    [Fact]
    public async Task Nothing_but_the_answer_is_written_where_nobody_watches()
    {
        using var files = await SampleFiles.CreateAsync();
        foreach (var arguments in new string[][] { ["verify", files.Data, "--trust", files.Trust], ["export", files.Data, "-o", files["out"]], ["import", files.Bundle, files["restored"], "--trust", files.Trust] })
            Assert.Equal("", (await Run.ProgramAsync(arguments)).Error);
    }
}
