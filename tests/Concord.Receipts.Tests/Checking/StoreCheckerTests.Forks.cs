using Concord.Receipts.Checking;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;
using static Concord.Receipts.Checking.FindingSeverity;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_commits_for_one_version_are_a_fork(bool isPublished)
    {
        using var stored = await StoredWorld.CreateAsync();
        // Another writer, from the same beginning: version 3 in one commit, version 4 in the next.
        var other = Diverged();
        stored.Write(StoredWorld.Commit(4), CommitObject.Write(other.Book.Commits[3]));
        if (isPublished)
            stored.Write(StreamLayout.Event("books/", other.Book[4].EventId), other.Book[4].Bytes.ToArray());
        await stored.ExpectAsync(Damage, FailureKind.Fork, StoredWorld.Commit(4), 4, other.Book[4].EventId);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task Nothing_of_the_receipts_of_a_forked_stream_is_repaired()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Write(StoredWorld.Commit(4), CommitObject.Write(Diverged().Book.Commits[3]));
        stored.Delete(stored.Event(2), stored.Event(6), StoredWorld.Commit(5));
        await stored.ExpectUntouchedAsync();
        var report = await stored.CheckAsync();
        Assert.Equal((0L, true), (report.RepairableCount, report.DamageCount >= 3));
        Assert.Contains(report.Findings, finding => finding.Advice.EndsWith("first settle what is forked in this stream.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_that_differs_from_its_commit_is_a_fork_if_it_is_good_by_itself()
    {
        using var stored = await StoredWorld.CreateAsync();
        var receipt = stored.World.Book[4];
        stored.Write(stored.Event(4), ReceiptChain.Forge(receipt, stored.World.Platform, json => json["createdAt"] = "2001-01-01T00:00:00.000Z"));
        await stored.ExpectAsync(Damage, FailureKind.Fork, stored.Event(4), 4, receipt.EventId);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task An_event_of_no_commit_between_others_is_a_fork()
    {
        using var stored = await StoredWorld.CreateAsync();
        var id = stored.World.Book[4].EventId.ToString();
        var other = SealedReceipt.Parse(ReceiptChain.Forge(stored.World.Book[4], stored.World.Platform, json => json["eventId"] = id[..^1] + (char)(id[^1] + 1)));
        stored.Write(StreamLayout.Event("books/", other.EventId), other.Bytes.ToArray());
        await stored.ExpectAsync(Damage, FailureKind.Fork, StreamLayout.Event("books/", other.EventId), null, other.EventId);
        await stored.ExpectUntouchedAsync();
    }

    private static World Diverged()
    {
        var world = new World();
        world.Book
            .Commit(World.Owner, world.OwnerKey, world.Created())
            .Commit(World.Owner, world.OwnerKey, World.Save(1))
            .Commit(World.Owner, world.OwnerKey, World.Save(77));
        // Ids follow from the number of commits: with some more of them the two do not meet in one event.
        world.Book.Commits.InsertRange(0, [[], [], [], []]);
        world.Book.Commit(World.Owner, world.OwnerKey, World.Save(78));
        world.Book.Commits.RemoveRange(0, 4);
        return world;
    }
}
