using System.Text;
using Concord.Receipts.Checking;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;
using static Concord.Receipts.Checking.FindingSeverity;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    [Fact]
    public async Task A_missing_or_wrong_locator_is_written()
    {
        using var stored = await StoredWorld.CreateAsync();
        var undamaged = stored.Files();
        stored.Delete(StoredWorld.Locator);
        await stored.ExpectAsync(Repairable, StoreFault.LocatorMissing, StoredWorld.Locator);
        await stored.ExpectRepairedAsync(undamaged, false, stored.Action(RepairKind.WriteLocator, StoredWorld.Locator, null));
        foreach (var wrong in new[] { "", "{}", stored.World.OwnerKeys.Stream.Json })
        {
            stored.Write(StoredWorld.Locator, Encoding.ASCII.GetBytes(wrong));
            await stored.ExpectAsync(Repairable, StoreFault.LocatorWrong, StoredWorld.Locator);
            await stored.ExpectRepairedAsync(undamaged, false, stored.Action(RepairKind.WriteLocator, StoredWorld.Locator, null));
        }
    }

    [Fact]
    public async Task A_locator_to_nothing_is_a_note()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Write("locators/identity/NOBODY.json", Encoding.ASCII.GetBytes(StreamId.Identity("A", "NOBODY").Json));
        await stored.ExpectAsync(Note, StoreFault.LocatorDangling, "locators/identity/NOBODY.json");
    }

    [Fact]
    public async Task A_stream_at_another_place_than_the_layouts_is_named()
    {
        using var stored = await StoredWorld.CreateAsync();
        Directory.Move(stored["identities/OTHER"], stored["identities/ANOTHER"]);
        stored.Delete("locators/identity/OTHER.json");
        await stored.ExpectAsync(Damage, StoreFault.StreamMisplaced, "identities/ANOTHER/");
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task Two_streams_that_want_one_locator_are_named_and_neither_gets_it()
    {
        var world = World.WithBook();
        using var stored = await StoredWorld.CreateAsync(world);
        var twin = new ReceiptChain(StreamId.Create("pixbook", ("accountId", "B"), ("bookId", "BOOK")));
        twin.Commit(World.Other, world.OtherKey, ReceiptChain.Draft("PIXBOOK_CREATED", $$"""{"ownerIdentityId":"{{World.Other}}"}"""));
        stored.Write("more/B/commits/00000000000000000001.json", CommitObject.Write(twin.Commits[0]));
        stored.Write(StreamLayout.Event("more/B/", twin[1].EventId), twin[1].Bytes.ToArray());
        var layout = StoredWorld.Layout[..2].Append(new StreamPaths("pixbook", "more/{accountId}/", "locators/pixbook/{bookId}.json")).ToArray();
        var before = stored.Files();
        stored.Write("more/A/x", []);
        Directory.Delete(stored["more/A"], true);
        Directory.Move(stored["books"], stored["more/A"]);
        var report = await StoreChecker.CheckAsync(stored.Store, new StoreCheckOptions { Trust = world.Trust, Layout = layout, Repair = RepairMode.Repair });
        var finding = Assert.Single(report.Findings);
        Assert.Equal((Damage, "locator-contested", StoredWorld.Locator, 0L), (finding.Severity, finding.Kind.Name, finding.Key, report.RepairCount));
    }

    [Fact]
    public async Task A_type_that_the_layout_does_not_know_is_a_note()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Delete(StoredWorld.Locator);
        var report = await StoreChecker.CheckAsync(stored.Store, new StoreCheckOptions { Trust = stored.World.Trust, Layout = StoredWorld.Layout[..2] });
        var finding = Assert.Single(report.Findings);
        Assert.Equal((Note, "stream-type-unknown", "books/"), (finding.Severity, finding.Kind.Name, finding.Key));
    }

    [Theory]
    [InlineData("books/commits/x.json")]
    [InlineData("books/commits/00000000000000000000.json")]
    [InlineData("books/events/x.json")]
    [InlineData("books/content/xyz")]
    [InlineData("books/readme.txt")]
    [InlineData("lost")]
    [InlineData("nowhere/snapshot.json")]
    public async Task An_object_that_is_no_part_of_the_layout_is_a_note(string key)
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Write(key, [1, 2, 3]);
        await stored.ExpectAsync(Note, StoreFault.UnknownObject, key);
    }

    [Fact]
    public async Task A_snapshot_is_noted_as_not_checked()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Write("books/snapshot.json", [1, 2, 3]);
        await stored.ExpectAsync(Note, StoreFault.DerivedNotChecked, "books/snapshot.json");
    }
}
