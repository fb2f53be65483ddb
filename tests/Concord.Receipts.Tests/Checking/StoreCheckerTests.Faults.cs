using Concord.Receipts.Checking;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Testing;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    [Fact]
    public async Task A_repair_that_dies_at_any_write_is_completed_by_the_next()
    {
        foreach (var fault in new[] { Death.NotPersisted, Death.Persisted })
            for (var dying = 1; ; dying++)
            {
                using var stored = await DamagedInEveryRepairableWayAsync();
                var (files, writes) = (stored.Undamaged, 0);
                var faulty = new FaultyObjectStore(stored.World.Store)
                {
                    FaultOf = call => call.Operation is StoreOperation.Create or StoreOperation.Put && ++writes == dying
                        ? fault == Death.Persisted ? CallFault.ResponseLost : CallFault.NothingDone
                        : CallFault.None,
                };
                var died = false;
                try
                {
                    await stored.World.CheckAsync(RepairMode.Repair, areWritersStopped: true, store: faulty);
                }
                catch (ObjectStoreException)
                {
                    died = true;
                }
                Assert.Equal(died, writes >= dying);

                var report = await stored.World.CheckAsync(RepairMode.Repair, areWritersStopped: true);
                Assert.Empty(report.Findings);
                Assert.Equal(StoredWorld.Bytes(files), StoredWorld.Bytes(stored.World.Files()));
                if (!died)
                {
                    Assert.Equal(0, report.RepairCount);
                    Assert.True(dying > 8);
                    break;
                }
            }
    }

    [Fact]
    public async Task A_repair_creates_and_puts_and_the_puts_are_locators_only()
    {
        using var stored = await DamagedInEveryRepairableWayAsync();
        var faulty = new FaultyObjectStore(stored.World.Store);
        var report = await stored.World.CheckAsync(RepairMode.Repair, areWritersStopped: true, store: faulty);
        Assert.True(report.IsClean);
        Assert.All(faulty.Calls.Where(call => call.Operation == StoreOperation.Put), call => Assert.StartsWith("locators/", call.Key, StringComparison.Ordinal));
        Assert.Equal(
            report.Repairs.Where(repair => repair.Kind != RepairKind.WriteLocator).Select(repair => repair.Key).Order(StringComparer.Ordinal),
            faulty.Calls.Where(call => call.Operation == StoreOperation.Create).Select(call => call.Key).Where(stored.Missing.Contains).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_check_and_a_dry_run_make_no_write_at_all()
    {
        foreach (var mode in new[] { RepairMode.None, RepairMode.DryRun })
        {
            using var stored = await DamagedInEveryRepairableWayAsync();
            var faulty = new FaultyObjectStore(stored.World.Store);
            var report = await stored.World.CheckAsync(mode, areWritersStopped: true, store: faulty);
            Assert.False(report.IsClean);
            Assert.DoesNotContain(faulty.Calls, call => call.Operation is StoreOperation.Create or StoreOperation.Put);
        }
    }

    [Fact]
    public async Task What_cannot_be_read_is_an_exception_and_never_a_finding()
    {
        using var stored = await StoredWorld.CreateAsync();
        var counting = new FaultyObjectStore(stored.Store);
        await stored.CheckAsync(store: counting);
        for (var failing = 1; failing <= counting.Calls.Count; failing++)
        {
            var faulty = new FaultyObjectStore(stored.Store) { FaultOf = call => call.Number == failing ? CallFault.NothingDone : CallFault.None };
            await Assert.ThrowsAsync<ObjectStoreException>(() => stored.CheckAsync(store: faulty));
        }
    }

    private enum Death
    {
        NotPersisted,
        Persisted,
    }

    private sealed record Damaged(StoredWorld World, SortedDictionary<string, string> Undamaged, HashSet<string> Missing) : IDisposable
    {
        public void Dispose() => World.Dispose();
    }

    private static async Task<Damaged> DamagedInEveryRepairableWayAsync()
    {
        var world = World.WithBook();
        world.Book.Commit(World.Owner, world.OwnerKey, World.Save(7), World.Save(8), World.Save(9));
        var stored = await StoredWorld.CreateAsync(world);
        var undamaged = stored.Files();
        string[] missing =
        [
            StoredWorld.Commit(2), StoredWorld.Commit(3), stored.Event(1), stored.Event(6), stored.Event(8), stored.Event(9),
            StreamLayout.Commit("platform/", 1), StreamLayout.Commit("identities/OWNER/", 1),
        ];
        stored.Delete([.. missing, StoredWorld.Locator]);
        stored.Write("locators/identity/OWNER.json", "{}"u8.ToArray());
        return new Damaged(stored, undamaged, [.. missing]);
    }
}
