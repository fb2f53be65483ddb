using Autosave;

namespace Concord.Samples.Tests.Autosave;

public sealed class AutosavePolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 12, 0, 0, TimeSpan.Zero);
    private static readonly AutosaveOptions Options = new();
    private static readonly AutosavePolicy Clean = new(Options, version: 3);

    [Fact]
    public void Nothing_edited_is_nothing_due()
    {
        Assert.Null(Clean.DueAt);
        Assert.True(Clean.IsSaved);
        Assert.Throws<InvalidOperationException>(() => Clean.Begin(Key(1)));
    }

    [Fact]
    public void Edits_are_one_save_once_nothing_was_edited_for_a_while()
    {
        var policy = Clean.Edit("1", At(0)).Edit("2", At(1)).Edit("3", At(2));
        Assert.Equal(At(4), policy.DueAt);
        Assert.Equal(new SaveCommand(Key(1), "3", ExpectedVersion: 3), policy.Begin(Key(1)).InFlight);
    }

    [Fact]
    public void Who_never_stops_editing_is_saved_too()
    {
        var policy = Clean;
        for (var second = 0; second < 30; second++)
            policy = policy.Edit($"{second}", At(second));
        Assert.Equal(At(20), policy.DueAt);
    }

    [Fact]
    public void While_a_save_is_under_way_nothing_else_is_due()
    {
        var policy = Clean.Edit("1", At(0)).Begin(Key(1)).Edit("2", At(3));
        Assert.Null(policy.DueAt);
        Assert.False(policy.IsSaved);
        Assert.Throws<InvalidOperationException>(() => policy.Begin(Key(2)));
    }

    [Fact]
    public void A_retry_is_the_same_command_also_when_the_document_was_edited_meanwhile()
    {
        var sent = Clean.Edit("1", At(0)).Begin(Key(1));
        var retried = sent.Edit("2", At(3)).Answered(new SaveAnswer.Unknown(), At(4), jitter: 1).Begin(Key(2));
        Assert.Equal(sent.InFlight, retried.InFlight);
        Assert.Equal(2, retried.Attempts);

        // Only then the edit, with a key of its own, behind the version that the first save made.
        var next = retried.Answered(new SaveAnswer.Saved(4), At(6), jitter: 0);
        Assert.Equal(At(5), next.DueAt);
        Assert.Equal(new SaveCommand(Key(3), "2", ExpectedVersion: 4), next.Begin(Key(3)).InFlight);
    }

    [Theory]
    [InlineData(1, 1.0, 1)]
    [InlineData(2, 1.0, 2)]
    [InlineData(4, 0.5, 4)]
    [InlineData(4, 0.0, 0)]
    [InlineData(30, 1.0, 60)]
    public void Pauses_double_up_to_a_bound_and_are_jittered(int attempts, double jitter, double seconds)
    {
        var policy = Clean.Edit("1", At(0)).Begin(Key(1));
        for (var attempt = 1; attempt < attempts; attempt++)
            policy = policy.Answered(new SaveAnswer.Unknown(), At(0), jitter: 0).Begin(Key(2));
        Assert.Equal(At(seconds), policy.Answered(new SaveAnswer.Unknown(), At(0), jitter).DueAt);
    }

    [Fact]
    public void A_pause_is_never_shorter_than_the_server_asks_for()
    {
        var policy = Clean.Edit("1", At(0)).Begin(Key(1)).Answered(new SaveAnswer.Unknown(TimeSpan.FromSeconds(5)), At(0), jitter: 0);
        Assert.Equal(At(5), policy.DueAt);
    }

    [Fact]
    public void A_conflict_is_surfaced_and_stops_saving_until_somebody_decides()
    {
        var policy = Clean.Edit("mine", At(0)).Begin(Key(1)).Answered(new SaveAnswer.Conflict(7), At(3), jitter: 0);
        Assert.Equal(new SaveAnswer.Conflict(7), policy.Conflict);
        Assert.Equal("mine", policy.Unsaved);
        Assert.Null(policy.DueAt);
        Assert.Null(policy.Edit("mine, more", At(9)).DueAt);

        Assert.Equal(new SaveCommand(Key(2), "mine", ExpectedVersion: 7), policy.KeepMine().Begin(Key(2)).InFlight);
        Assert.True(policy.TakeTheirs().IsSaved);
        Assert.Equal(7, policy.TakeTheirs().Version);
    }

    [Fact]
    public void An_edit_made_while_a_save_met_a_conflict_is_the_one_that_is_kept()
    {
        var policy = Clean.Edit("1", At(0)).Begin(Key(1)).Edit("2", At(3)).Answered(new SaveAnswer.Conflict(7), At(4), jitter: 0);
        Assert.Equal("2", policy.KeepMine().Begin(Key(2)).InFlight!.Document);
    }

    [Fact]
    public void A_rejected_save_is_not_sent_again_until_the_document_changes()
    {
        var policy = Clean.Edit("1", At(0)).Begin(Key(1)).Answered(new SaveAnswer.Rejected("400"), At(3), jitter: 0);
        Assert.Null(policy.DueAt);
        Assert.False(policy.IsSaved);
        var edited = policy.Edit("2", At(4));
        Assert.Equal(At(6), edited.DueAt);
        Assert.Equal(Key(2), edited.Begin(Key(2)).InFlight!.Key);
    }

    private static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private static Guid Key(int number) => new(number, 0, 0, new byte[8]);
}
