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
    public async Task A_good_store_has_no_findings()
    {
        using var stored = await StoredWorld.CreateAsync();
        var before = stored.Files();
        await stored.ExpectCleanAsync();
        Assert.Equal(before, stored.Files());
        Assert.Equal(0, (await stored.CheckAsync(RepairMode.Repair, areWritersStopped: true)).RepairCount);
        Assert.Equal(before, stored.Files());
    }

    [Fact]
    public async Task An_empty_store_has_no_findings_and_no_streams()
    {
        using var stored = await StoredWorld.CreateAsync();
        var report = await stored.CheckAsync(store: new Receipts.Storage.MemoryObjectStore());
        Assert.Equal((true, 0), (report.IsClean, report.Streams.Length));
    }

    [Fact]
    public async Task Without_trust_it_is_incomplete_and_says_what_was_not_checked()
    {
        using var stored = await StoredWorld.CreateAsync();
        var report = await StoreChecker.CheckAsync(stored.Store, new StoreCheckOptions { Layout = StoredWorld.Layout });
        Assert.Equal((true, true), (report.IsClean, report.IsIncomplete));
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.TrustRoot);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.IssuerPolicy);
        Assert.DoesNotContain(report.NotChecked, item => item.Kind == NotCheckedKind.IdempotencyKeys);
    }

    [Fact]
    public async Task Every_kind_has_its_own_name_in_kebab_case()
    {
        await Task.CompletedTask;
        var names = Enum.GetValues<StoreFault>().Select(fault => FindingKind.FromStoreFault(fault).Name)
            .Concat(Enum.GetValues<FailureKind>().Select(rule => FindingKind.FromFailureKind(rule).Name)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z]+(-[a-z]+)*$", name));
        Assert.DoesNotContain("none", names);
    }

    // Receipts and commits

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

    // Forks

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

    // Events

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

    // Lost commits

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

    // Content

    [Fact]
    public async Task Missing_and_wrong_content_is_named()
    {
        using var stored = await StoredWorld.CreateAsync();
        var key = Content(stored);
        stored.Write(key, "{}"u8.ToArray());
        await stored.ExpectAsync(Damage, FailureKind.ContentMismatch, key, 1, stored.World.Book[1].EventId);
        stored.Delete(key);
        await stored.ExpectAsync(Damage, FailureKind.ContentMismatch, key, 1, stored.World.Book[1].EventId);
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task Content_that_was_erased_may_be_missing_and_must_be()
    {
        var world = World.WithBook();
        var hash = ContentReference.FindIn(world.Book[1].Payload)[0].ContentHash;
        world.Book.Commit(Issuer.Platform, world.Platform, ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{hash}}","reason":"asked"}"""));
        using var stored = await StoredWorld.CreateAsync(world);
        await stored.ExpectAsync(Damage, StoreFault.ContentNotErased, Content(stored), 1, world.Book[1].EventId);
        await stored.ExpectUntouchedAsync();
        stored.Delete(Content(stored));
        await stored.ExpectCleanAsync();
    }

    [Fact]
    public async Task Content_that_no_receipt_names_is_a_note()
    {
        using var stored = await StoredWorld.CreateAsync();
        var orphan = ContentObject.Create("1"u8, new byte[32]);
        stored.Write(StreamLayout.Content("books/", orphan.Reference.ContentHash), orphan.Bytes.ToArray());
        await stored.ExpectAsync(Note, StoreFault.ContentOrphaned, StreamLayout.Content("books/", orphan.Reference.ContentHash));
    }

    [Fact]
    public async Task Content_of_a_stream_that_never_began_is_a_note()
    {
        using var stored = await StoredWorld.CreateAsync();
        var orphan = ContentObject.Create("1"u8, new byte[32]);
        stored.Write(StreamLayout.Content("elsewhere/", orphan.Reference.ContentHash), orphan.Bytes.ToArray());
        await stored.ExpectAsync(Note, StoreFault.ContentOrphaned, StreamLayout.Content("elsewhere/", orphan.Reference.ContentHash));
    }

    private static string Content(StoredWorld stored) => StreamLayout.Content("books/", ContentReference.FindIn(stored.World.Book[1].Payload)[0].ContentHash);

    // Locators, places, and what is no part of it

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

    // Key histories and trust

    [Fact]
    public async Task Without_the_platforms_history_that_is_the_one_finding()
    {
        using var stored = await StoredWorld.CreateAsync();
        Directory.Delete(stored["platform"], recursive: true);
        await stored.ExpectAsync(Damage, FailureKind.KeyUnknown, "platform/");
        // What cannot be verified is not restored either.
        stored.Delete(StoredWorld.Commit(6));
        await stored.ExpectUntouchedAsync();
    }

    [Fact]
    public async Task Without_an_identitys_history_its_keys_are_unknown_and_said_once()
    {
        using var stored = await StoredWorld.CreateAsync();
        Directory.Delete(stored["identities/OWNER"], recursive: true);
        stored.Delete("locators/identity/OWNER.json");
        await stored.ExpectAsync(Damage, FailureKind.KeyUnknown, StoredWorld.Commit(1), 1, stored.World.Book[1].EventId);
    }

    [Fact]
    public async Task A_lost_commit_of_a_key_history_judges_by_its_events_and_is_restored()
    {
        using var stored = await StoredWorld.CreateAsync();
        var undamaged = stored.Files();
        foreach (var (prefix, chain) in new[] { ("platform/", stored.World.PlatformKeys), ("identities/OWNER/", stored.World.OwnerKeys) })
        {
            stored.Delete(StreamLayout.Commit(prefix, 1));
            await stored.ExpectAsync(Repairable, FailureKind.Truncated, StreamLayout.Commit(prefix, 1), 1, chain[1].EventId);
            await stored.ExpectRepairedAsync(undamaged, true, new RepairAction(RepairKind.RestoreCommit, StreamLayout.Commit(prefix, 1), chain.Stream, 1));
        }
    }

    [Fact]
    public async Task A_stream_behind_its_pinned_head_and_a_pinned_stream_that_is_gone_are_truncated()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Delete(StoredWorld.Commit(6), stored.Event(6));
        Assert.True((await stored.CheckAsync()).IsClean);
        var trust = Pinned(stored.World);
        var report = await stored.CheckAsync(trust: trust);
        Assert.Equal((Damage, "truncated", StoredWorld.Commit(5)), Assert.Single(report.Findings.Select(finding => (finding.Severity, finding.Kind.Name, finding.Key))));
        Directory.Delete(stored["books"], recursive: true);
        stored.Delete(StoredWorld.Locator);
        report = await stored.CheckAsync(trust: trust);
        Assert.Equal((Damage, "truncated", "books/"), Assert.Single(report.Findings.Select(finding => (finding.Severity, finding.Kind.Name, finding.Key))));
    }

    private static TrustFile Pinned(World world)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(TrustFile.Write([world.Platform.Id], Encoding.UTF8.GetBytes(World.Policy)))!;
        json["heads"] = new System.Text.Json.Nodes.JsonArray(System.Text.Json.Nodes.JsonNode.Parse($$"""{"hash":"{{world.Book[6].Hash}}","stream":{{world.Book.Stream.Json}},"streamVersion":6}"""));
        return TrustFile.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    [Fact]
    public async Task A_store_full_of_damage_is_counted_whole_and_kept_in_part()
    {
        using var stored = await StoredWorld.CreateAsync();
        for (var i = 0; i < StoreCheckReport.MaxFindings + 7; i++)
            stored.Write($"unknown/{i}", []);
        var report = await stored.CheckAsync();
        Assert.Equal((StoreCheckReport.MaxFindings + 7, StoreCheckReport.MaxFindings), (report.NoteCount, report.Findings.Length));
    }

    [Fact]
    public async Task It_stops_when_it_is_cancelled_and_tells_how_far_it_is()
    {
        using var stored = await StoredWorld.CreateAsync();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreChecker.CheckAsync(stored.Store, stored.Options(), null, stop.Token));
    }
}
