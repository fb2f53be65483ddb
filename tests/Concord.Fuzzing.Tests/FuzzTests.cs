using Concord.Fuzzing.Running;
using Xunit.Abstractions;

namespace Concord.Fuzzing.Tests;

/// <summary>A short run of every target, once with a seed that is always the same and once with another; eng/long/fuzz.sh runs them for long.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void Nothing_is_found_from_the_usual_seed(string target) => Run(target, 8785);

    [Theory, MemberData(nameof(Targets))]
    public void Nothing_is_found_from_another_seed(string target) => Run(target, Random.Shared.Next());

    private void Run(string target, int seed)
    {
        output.WriteLine($"eng/fuzz.sh {target} 10 --seed {seed}");
        var result = FuzzRun.Run(FuzzTargets.Get(target), new FuzzOptions { Seed = seed, Time = TimeSpan.FromSeconds(0.5), Inputs = 20_000, Folder = Findings.Folder });
        output.WriteLine($"{result.Inputs} inputs, {result.Kept} kept");
        Findings.AssertNone(target, seed, result);
        Assert.True(result.Kept > 1);
    }
}
