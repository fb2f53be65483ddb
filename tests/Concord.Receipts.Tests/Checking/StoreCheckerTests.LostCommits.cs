using Concord.Receipts.Checking;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;
using static Concord.Receipts.Checking.FindingSeverity;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    [Theory]
    [InlineData(new long[] { 6 })]
    [InlineData(new long[] { 5, 6 })]
    [InlineData(new long[] { 3, 5, 6 })]
    [InlineData(new long[] { 1, 2, 3, 5, 6 })]
    public async Task Lost_commits_at_the_end_are_restored_with_writers_stopped(long[] lost)
    {
        using var stored = await StoredWorld.CreateAsync();
        var undamaged = stored.Files();
        stored.Delete([.. lost.Select(StoredWorld.Commit)]);
        var finding = await stored.ExpectAsync(Repairable, FailureKind.Truncated, StoredWorld.Commit(lost[0]), lost[0], stored.World.Book[lost[0]].EventId);
        Assert.True(finding.NeedsWritersStopped);
        Assert.Contains($"{lost.Length} whole", finding.Found, StringComparison.Ordinal);
        await stored.ExpectUntouchedAsync(areWritersStopped: false);
        await stored.ExpectRepairedAsync(undamaged, true, [.. lost.Select(version => stored.Action(RepairKind.RestoreCommit, StoredWorld.Commit(version), version))]);
    }

    [Theory]
    [InlineData(new long[] { 1 })]
    [InlineData(new long[] { 3 })]
    [InlineData(new long[] { 2, 3 })]
    [InlineData(new long[] { 1, 2, 3, 5 })]
    public async Task Lost_commits_before_others_are_restored_with_writers_stopped(long[] lost)
    {
        using var stored = await StoredWorld.CreateAsync();
        var undamaged = stored.Files();
        stored.Delete([.. lost.Select(StoredWorld.Commit)]);
        var finding = await stored.ExpectAsync(Repairable, FailureKind.VersionGap, StoredWorld.Commit(lost[0]), lost[0], stored.World.Book[lost[0]].EventId);
        Assert.True(finding.NeedsWritersStopped);
        await stored.ExpectUntouchedAsync(areWritersStopped: false);
        await stored.ExpectRepairedAsync(undamaged, true, [.. lost.Select(version => stored.Action(RepairKind.RestoreCommit, StoredWorld.Commit(version), version))]);
    }

    [Fact]
    public async Task A_commit_lost_with_an_event_of_it_is_damage_and_what_follows_is_good()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Delete(StoredWorld.Commit(3), stored.Event(3));
        var finding = await stored.ExpectAsync(Damage, FailureKind.VersionGap, StoredWorld.Commit(3), 3);
        Assert.Equal("commits of versions 3 to 4", finding.Expected);
        await stored.ExpectUntouchedAsync();
        stored.Delete(stored.Event(4));
        await stored.ExpectAsync(Damage, FailureKind.VersionGap, StoredWorld.Commit(3), 3);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task Lost_commits_at_the_end_are_restored_up_to_the_last_whole_one()
    {
        var world = World.WithBook();
        world.Book.Commit(World.Owner, world.OwnerKey, World.Save(7), World.Save(8), World.Save(9));
        using var stored = await StoredWorld.CreateAsync(world);
        stored.Delete(StoredWorld.Commit(6), StoredWorld.Commit(7), stored.Event(9));
        var found = await stored.CheckAsync();
        Assert.Equal(
            [(Repairable, "truncated", StoredWorld.Commit(6)), (Damage, "truncated", stored.Event(7))],
            found.Findings.Select(finding => (finding.Severity, finding.Kind.Name, finding.Key)));

        var report = await stored.CheckAsync(RepairMode.Repair, areWritersStopped: true);
        Assert.Equal([stored.Action(RepairKind.RestoreCommit, StoredWorld.Commit(6), 6)], report.Repairs.AsEnumerable());
        Assert.Equal((1L, 0L), (report.DamageCount, report.RepairableCount));
        await stored.ExpectAsync(Damage, FailureKind.Truncated, stored.Event(7), null, world.Book[7].EventId);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task A_lost_commit_is_not_restored_from_events_that_do_not_verify()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Delete(StoredWorld.Commit(6));
        stored.Write(stored.Event(6), ReceiptChain.Edit(stored.World.Book[6], json => json["signature"] = stored.World.Book[5].Signature.ToString()));
        var report = await stored.CheckAsync();
        Assert.Equal(0L, report.RepairableCount);
        Assert.Contains(report.Findings, finding => finding.Kind.Name == "signature-invalid" && finding.Key == stored.Event(6));
        await stored.ExpectUntouchedAsync();
    }
}
