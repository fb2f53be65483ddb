using Concord.Receipts.Checking;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;
using static Concord.Receipts.Checking.FindingSeverity;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    [Fact]
    public async Task A_tampered_event_is_named_by_the_rule_it_breaks()
    {
        using var stored = await StoredWorld.CreateAsync();
        var receipt = stored.World.Book[3];
        stored.Write(stored.Event(3), ReceiptChain.Edit(receipt, json => json["createdAt"] = "2001-01-01T00:00:00.000Z"));
        await stored.ExpectAsync(Damage, FailureKind.HashMismatch, stored.Event(3), 3, receipt.EventId);
        stored.Write(stored.Event(3), receipt.Bytes[..99].ToArray());
        await stored.ExpectAsync(Damage, FailureKind.Malformed, stored.Event(3), 3, receipt.EventId);
        stored.Write(stored.Event(3), ReceiptChain.Edit(receipt, json => json["signature"] = Signing.TestKey.HighS(receipt.Signature).ToString()));
        await stored.ExpectAsync(Damage, FailureKind.SignatureInvalid, stored.Event(3), 3, receipt.EventId);
        await stored.ExpectUntouchedAsync();
        stored.Delete(stored.Event(3));
        Assert.True((await stored.CheckAsync(RepairMode.Repair)).IsClean);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task A_missing_event_is_restored_from_its_commit(long version)
    {
        using var stored = await StoredWorld.CreateAsync();
        var undamaged = stored.Files();
        stored.Delete(stored.Event(version));
        await stored.ExpectAsync(Repairable, StoreFault.EventMissing, stored.Event(version), version, stored.World.Book[version].EventId);
        await stored.ExpectRepairedAsync(undamaged, false, stored.Action(RepairKind.RestoreEvent, stored.Event(version), version));
    }

    [Fact]
    public async Task All_events_gone_are_restored()
    {
        using var stored = await StoredWorld.CreateAsync();
        var undamaged = stored.Files();
        Directory.Delete(stored["books/events"], recursive: true);
        var report = await stored.CheckAsync();
        Assert.Equal((0L, 6L), (report.DamageCount, report.RepairableCount));
        await stored.ExpectRepairedAsync(undamaged, false,
            [.. Enumerable.Range(1, 6).Select(version => stored.Action(version == 6 ? RepairKind.Publish : RepairKind.RestoreEvent, stored.Event(version), version))]);
    }

    [Fact]
    public async Task An_unpublished_last_commit_is_published()
    {
        var world = World.WithBook();
        world.Book.Commit(World.Owner, world.OwnerKey, World.Save(7), World.Save(8), World.Save(9));
        using var stored = await StoredWorld.CreateAsync(world);
        var undamaged = stored.Files();
        stored.Delete(stored.Event(8), stored.Event(9));
        var finding = await stored.ExpectAsync(Repairable, StoreFault.Unpublished, StoredWorld.Commit(7), 8, world.Book[8].EventId);
        Assert.False(finding.NeedsWritersStopped);
        await stored.ExpectRepairedAsync(undamaged, false, stored.Action(RepairKind.Publish, stored.Event(8), 8), stored.Action(RepairKind.Publish, stored.Event(9), 9));
    }

    [Fact]
    public async Task Events_of_a_commit_that_is_not_good_are_not_published()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Delete(stored.Event(6));
        stored.Write(StoredWorld.Commit(6), CommitObject.Write([SealedReceipt.Parse(ReceiptChain.Edit(stored.World.Book[6], json => json["createdAt"] = "2001-01-01T00:00:00.000Z"))]));
        var report = await stored.CheckAsync();
        Assert.Equal([(Damage, "hash-mismatch"), (Damage, "event-missing")], report.Findings.Select(finding => (finding.Severity, finding.Kind.Name)));
        await stored.ExpectUntouchedAsync();
    }
}
