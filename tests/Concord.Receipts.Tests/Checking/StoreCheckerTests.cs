using Concord.Receipts.Checking;
using Concord.Receipts.Verification;

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
