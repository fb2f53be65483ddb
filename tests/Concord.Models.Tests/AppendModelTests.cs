namespace Concord.Models.Tests;

/// <summary>Checks <c>docs/models/append.pml</c> in configurations of seconds; <c>eng/test-long.sh</c> runs the large ones.</summary>
/// <remarks>What a name of a broken rule means is said where the model declares it, and in <c>docs/models/README.md</c>.</remarks>
public sealed class AppendModelTests
{
    /// <summary>Two writers, two commands each, a crash and a store fault: large enough for every broken variant.</summary>
    private const string Small = "REQS=2 CRASHES=1 FAULTS=1";

    [SkippableTheory]
    [InlineData("two writers, a crash and a fault", Small)]
    [InlineData("three writers with one command, each its retry", "WRITERS=3 CMDS=1 REQS=1 FAULTS=1")]
    [InlineData("three writers with two commands", "WRITERS=3")]
    [InlineData("three commands", "CMDS=3 REQS=2")]
    [InlineData("commits of three receipts", "CMDS=1 K=3 REQS=2 CRASHES=1 FAULTS=2")]
    [InlineData("a bounded number of rounds", Small + " ROUNDS=1")]
    [InlineData("a loss of power, when what was only read is created again", "POWER SECURE=2 CMDS=1 REQS=2 CRASHES=1 FAULTS=1")]
    public void The_protocol_holds_with(string configuration, string parameters)
    {
        _ = configuration;
        using var model = AppendModel.Compile(parameters);
        model.Check().AssertHolds();
    }

    [SkippableFact]
    public void No_step_of_a_writer_is_out_of_reach_so_nothing_holds_for_want_of_trying()
    {
        using var model = AppendModel.Compile(Small);
        // In a configuration of two commands nobody asks for the third.
        Assert.Equal(["cmd = 3"], model.Check().UnreachedIn("Writer"));
    }

    [SkippableFact]
    public void Everything_ends()
    {
        using var model = AppendModel.Compile(Small + " LIVE", liveness: true);
        model.Check().AssertHolds();
    }

    [SkippableTheory]
    [InlineData("RESTART_AT_2", "CommittedBehindUnpublished")]
    [InlineData("NO_PUBLISH_CHECK", "CommittedBehindUnpublished")]
    [InlineData("ROW=2", "CommittedBehindUnpublished")]
    [InlineData("ROW=3", "TwoCommitsForOneVersion")]
    [InlineData("ROW=4", "RefusedThoughCommitted")]
    [InlineData("TRUST_NOT_SEEN", "KeyCommittedTwice")]
    [InlineData("RESEAL=2", "KeyCommittedTwice")]
    [InlineData("LOST_IS_REFUSED", "RefusedThoughCommitted")]
    [InlineData("STALE_REFUSAL", "RefusedThoughCommitted")]
    [InlineData("LAST_ROUND_REFUSES ROUNDS=1", "RefusedThoughCommitted")]
    [InlineData("ANSWER_FROM_EVENTS", "AnswerIsNotTheCommit")]
    [InlineData("STORE_OVERWRITES", "TwoCommitsForOneVersion")]
    [InlineData("CLOCK", "RefusedAndMayStillLand")]
    [InlineData("CLAIM_NOTHING_COMMITTED", "SaidNothingWasCommitted")]
    [InlineData("POWER", "EventWithoutCommit")]
    [InlineData("POWER SECURE=1", "HoleInEvents")]
    [InlineData("POWER SECURE=2 NO_RECREATE", "AcknowledgedCommitIsGone")]
    public void A_broken_variant_is_caught_by_the_rule_that_it_breaks(string variant, string rule)
    {
        using var model = AppendModel.Compile($"{Small} {variant}");
        var verdict = model.Check();
        Assert.Equal(rule, verdict.BrokenRule);
        // The trail is no accident of the search: replayed step by step it ends at the same rule.
        Assert.Contains($"text of failed assertion: assert(!({rule}))", model.ReplayTrail(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("RESTART_BLIND")]
    [InlineData("ROW=1")]
    public void A_writer_that_does_not_read_what_it_lost_to_runs_in_circles_and_breaks_nothing_else(string variant)
    {
        using (var model = AppendModel.Compile($"REQS=2 {variant} LIVE", liveness: true))
        {
            Assert.True(model.Check().HasCycle);
            Assert.Contains("START OF CYCLE", model.ReplayTrail(), StringComparison.Ordinal);
        }
        using (var model = AppendModel.Compile($"{Small} {variant}"))
            model.Check().AssertHolds();
    }

    [SkippableFact]
    public void New_bytes_for_the_same_place_after_a_lost_response_break_nothing_as_the_next_round_finds_the_key()
    {
        using var model = AppendModel.Compile($"{Small} RESEAL=1");
        model.Check().AssertHolds();
    }
}
