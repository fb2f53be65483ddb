using Concord.Fuzzing.Running;

namespace Concord.Fuzzing.Tests;

internal static class Findings
{
    /// <summary>Gets where failing inputs go.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "findings");

    /// <summary>Fails with what was found, and how to see it again.</summary>
    public static void AssertNone(string target, int seed, FuzzResult result) =>
        Assert.True(result.Findings.Count == 0, $"{target}, seed {seed}:\n" + string.Join('\n', result.Findings.Select(finding =>
            $"{finding.What}\n  dotnet run --project tests/Concord.Fuzzing -- reproduce {target} {finding.File}")));
}
