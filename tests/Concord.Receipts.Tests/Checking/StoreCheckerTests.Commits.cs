using Concord.Receipts.Checking;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;
using static Concord.Receipts.Checking.FindingSeverity;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(6, 6)]
    public async Task A_changed_receipt_in_a_commit_is_named_by_the_rule_it_breaks(long commit, long version)
    {
        using var stored = await StoredWorld.CreateAsync();
        var receipts = stored.World.Book.Commits.Single(receipts => receipts[0].StreamVersion == commit)
            .Select(receipt => receipt.StreamVersion == version ? SealedReceipt.Parse(ReceiptChain.Edit(receipt, json => json["createdAt"] = "2001-01-01T00:00:00.000Z")) : receipt);
        stored.Write(StoredWorld.Commit(commit), CommitObject.Write([.. receipts]));
        await stored.ExpectAsync(Damage, FailureKind.HashMismatch, StoredWorld.Commit(commit), version, stored.World.Book[version].EventId);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task A_commit_signed_by_nobody_we_know_is_named_once_a_key()
    {
        var world = World.WithBook();
        world.Book.Commit(World.Owner, new Signing.TestKey(99), World.Save(3)).Commit(World.Owner, new Signing.TestKey(99), World.Save(4));
        using var stored = await StoredWorld.CreateAsync(world);
        await stored.ExpectAsync(Damage, FailureKind.KeyUnknown, StoredWorld.Commit(7), 7, world.Book[7].EventId);
    }

    [Fact]
    public async Task A_receipt_of_the_wrong_issuer_is_named()
    {
        var world = World.WithBook();
        world.Book.Commit(World.Other, world.OtherKey, World.Save(3));
        using var stored = await StoredWorld.CreateAsync(world);
        await stored.ExpectAsync(Damage, FailureKind.IssuerNotAllowed, StoredWorld.Commit(7), 7, world.Book[7].EventId);
    }

    [Fact]
    public async Task A_key_in_two_commits_is_named_at_the_second()
    {
        var world = World.WithBook();
        world.Book.Commits.Add(world.Book.Seal(World.Owner, world.OwnerKey, "key-2", World.Save(3)));
        using var stored = await StoredWorld.CreateAsync(world);
        var finding = await stored.ExpectAsync(Damage, FailureKind.IdempotencyKeyReused, StoredWorld.Commit(7), 7, world.Book[7].EventId);
        Assert.Contains("version 2", finding.Found, StringComparison.Ordinal);
        await stored.ExpectUntouchedAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task A_cut_commit_object_is_torn_wherever_it_was_cut(long commit)
    {
        using var stored = await StoredWorld.CreateAsync();
        var whole = stored.Read(StoredWorld.Commit(commit));
        foreach (var length in new[] { 0, 1, 2, 100, whole.Length / 2, whole.Length - 2, whole.Length - 1 })
            foreach (var zeros in new[] { 0, whole.Length - length })
            {
                stored.Write(StoredWorld.Commit(commit), [.. whole[..length], .. new byte[zeros]]);
                var finding = await stored.ExpectAsync(Damage, FailureKind.CommitTorn, StoredWorld.Commit(commit), commit);
                Assert.Contains("the events hold this commit whole", finding.Advice, StringComparison.Ordinal);
            }
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task A_torn_commit_that_was_moved_away_is_restored_from_its_events()
    {
        using var stored = await StoredWorld.CreateAsync();
        var undamaged = stored.Files();
        stored.Write(StoredWorld.Commit(3), stored.Read(StoredWorld.Commit(3))[..200]);
        await stored.ExpectUntouchedAsync();
        stored.Delete(StoredWorld.Commit(3));
        await stored.ExpectRepairedAsync(undamaged, true, stored.Action(RepairKind.RestoreCommit, StoredWorld.Commit(3), 3));
    }

    [Fact]
    public async Task A_torn_last_commit_whose_events_are_not_all_there_is_one_finding()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.World.Book.Commit(World.Owner, stored.World.OwnerKey, World.Save(7), World.Save(8));
        var commit = CommitObject.Write(stored.World.Book.Commits[^1]);
        stored.Write(StoredWorld.Commit(7), commit[..(commit.Length / 2)]);
        await stored.ExpectAsync(Damage, FailureKind.CommitTorn, StoredWorld.Commit(7), 7);
        stored.Write(stored.Event(7), stored.World.Book[7].Bytes.ToArray());
        var finding = await stored.ExpectAsync(Damage, FailureKind.CommitTorn, StoredWorld.Commit(7), 7);
        Assert.Contains("copy of the store", finding.Advice, StringComparison.Ordinal);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task A_commit_without_its_last_receipt_is_torn()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Write(StoredWorld.Commit(3), CommitObject.Write([stored.World.Book[3]]));
        await stored.ExpectAsync(Damage, FailureKind.CommitTorn, StoredWorld.Commit(3), 3, stored.World.Book[3].EventId);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task A_commit_object_that_is_something_else_is_named_by_the_rule_it_breaks()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Write(StoredWorld.Commit(2), "not json"u8.ToArray());
        await stored.ExpectAsync(Damage, FailureKind.Malformed, StoredWorld.Commit(2), 2);
        stored.Write(StoredWorld.Commit(2), "[ ]"u8.ToArray());
        await stored.ExpectAsync(Damage, FailureKind.NotCanonical, StoredWorld.Commit(2), 2);
        stored.Write(StoredWorld.Commit(2), """[{"schemaVersion":2}]"""u8.ToArray());
        await stored.ExpectAsync(Damage, FailureKind.UnsupportedSchema, StoredWorld.Commit(2), 2);
        stored.Write(StoredWorld.Commit(2), stored.Read(StoredWorld.Commit(5)));
        await stored.ExpectAsync(Damage, FailureKind.VersionGap, StoredWorld.Commit(2), 2, stored.World.Book[5].EventId);
        stored.Write(StoredWorld.Commit(2), stored.Read("identities/OTHER/commits/00000000000000000001.json"));
        await stored.ExpectAsync(Damage, FailureKind.StreamMismatch, StoredWorld.Commit(2), 2, stored.World.OtherKeys[1].EventId);
        await stored.ExpectUntouchedAsync();
    }
}
