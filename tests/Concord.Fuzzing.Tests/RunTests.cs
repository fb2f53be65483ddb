using System.Diagnostics;
using System.Text.RegularExpressions;
using Concord.Fuzzing.Running;

namespace Concord.Fuzzing.Tests;

/// <summary>The fuzzer itself: what it must find it finds, and coverage guides it.</summary>
public sealed partial class RunTests
{
    [Fact]
    public void A_run_can_be_made_again_from_its_seed()
    {
        var runs = Enumerable.Range(0, 2).Select(_ => new Recording()).ToList();
        foreach (var target in runs)
            Run(target, inputs: 300);
        Assert.Equal(runs[0].Inputs, runs[1].Inputs);
        Assert.NotEqual(runs[0].Inputs[^1], runs[0].Inputs[^2]);
    }

    [Fact]
    public void An_exception_is_found_and_its_input_kept()
    {
        var finding = Assert.Single(Run(new Faulty(input => input.Contains((byte)'"') ? throw new InvalidOperationException("a quote") : 0), inputs: 5000).Findings);
        Assert.Contains("a quote", finding.What, StringComparison.Ordinal);
        Assert.Contains((byte)'"', File.ReadAllBytes(finding.File));
    }

    [Fact]
    public void Memory_out_of_proportion_is_found() =>
        Assert.Contains("allocated more", Assert.Single(Run(new Faulty(input =>
        {
            var budget = AllocationBudget.Begin(input.Length, perByte: 64);
            GC.KeepAlive(new byte[32 * 1024 * 1024]);
            budget.End();
            return 0;
        }), inputs: 1).Findings).What, StringComparison.Ordinal);

    [Fact]
    public void An_input_that_hangs_is_found()
    {
        using var end = new ManualResetEventSlim();
        var result = Run(new Faulty(_ =>
        {
            end.Wait();
            return 0;
        }), inputs: 1, hangsAfter: 1);
        end.Set();
        Assert.Contains("hangs", Assert.Single(result.Findings).What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_input_that_ends_a_process_is_left_behind()
    {
        Directory.CreateDirectory(Findings.Folder);
        var path = Path.Combine(Findings.Folder, "left.current");
        using var current = new CurrentInput(path, capacity: 100);
        current.Set("something longer"u8.ToArray());
        current.Set("[[[["u8.ToArray());
        // Not closed: so is the file of a process that has ended.
        Assert.Equal("[[[["u8.ToArray(), CurrentInput.Read(path));
    }

    [Fact]
    public async Task Coverage_leads_to_edges_that_no_seed_takes()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Concord.Fuzzing.dll");
        var copy = (await RunAsync(program, "instrument", Path.Combine(AppContext.BaseDirectory, "instrumented"))).Trim();
        var said = await RunAsync(copy, "run", "trust-file", "--seconds", "30", "--inputs", "500", "--seed", "8785");
        var edges = Edges().Match(said);
        Assert.True(edges.Success, said);
        Assert.True(int.Parse(edges.Groups["all"].ValueSpan) > int.Parse(edges.Groups["seeds"].ValueSpan), said);
    }

    private static FuzzResult Run(FuzzTarget target, long inputs, int hangsAfter = 60) => FuzzRun.Run(target, new FuzzOptions
    {
        Seed = 1, Inputs = inputs, Time = TimeSpan.FromMinutes(1), HangsAfter = TimeSpan.FromSeconds(hangsAfter), Folder = Findings.Folder,
    });

    private static async Task<string> RunAsync(params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, Environment = { ["DOTNET_PROCESSOR_COUNT"] = "1" } })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    [GeneratedRegex(@"(?<all>\d+) edges \((?<seeds>\d+) of the seeds\)")]
    private static partial Regex Edges();

    private class Faulty(Func<byte[], int> run) : FuzzTarget
    {
        public override string Name => "faulty";

        public override IEnumerable<byte[]> Seeds() => ["[1,{}]"u8.ToArray()];

        public override Verdict Run(byte[] input) => new($"{run(input)}");
    }

    private sealed class Recording() : Faulty(_ => 0)
    {
        public List<string> Inputs { get; } = [];

        public override Verdict Run(byte[] input)
        {
            Inputs.Add(Convert.ToHexString(input));
            return new($"{input.Length}");
        }
    }
}
