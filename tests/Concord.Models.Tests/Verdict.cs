using System.Text.RegularExpressions;

namespace Concord.Models.Tests;

/// <summary>What the verifier that SPIN made says after its search.</summary>
internal sealed partial class Verdict(string output)
{
    /// <summary>The rule of the model that was broken; none if there is none, or what was found is no broken rule.</summary>
    public string? BrokenRule => Assertion().Match(output) is { Success: true } match ? match.Groups["rule"].Value : null;

    public bool HasCycle => output.Contains("acceptance cycle", StringComparison.Ordinal);

    /// <summary>The search was whole and found nothing: no broken rule, no dead end, no cycle where one was looked for.</summary>
    public void AssertHolds()
    {
        Assert.True(output.Contains("errors: 0", StringComparison.Ordinal), output);
        foreach (var incomplete in new[] { "Search not completed", "max search depth too small", "out of memory", "Bit statespace" })
            Assert.DoesNotContain(incomplete, output, StringComparison.Ordinal);
    }

    /// <summary>The statements of one process that no state got to.</summary>
    public IEnumerable<string> UnreachedIn(string process)
    {
        AssertHolds();
        var section = output.Split("unreached in ").Single(text => text.StartsWith($"proctype {process}\n", StringComparison.Ordinal));
        // SPIN lists a statement together with the escape that guards it, the crash.
        return Statement().Matches(section).Select(match => match.Groups["text"].Value).Where(text => text != "(down[me])");
    }

    [GeneratedRegex(@"assertion violated\s+!\((?<rule>\w+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Assertion();

    [GeneratedRegex("state [0-9]+, \"(?<text>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Statement();
}
