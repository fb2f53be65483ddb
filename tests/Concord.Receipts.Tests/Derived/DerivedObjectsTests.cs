using Concord.Receipts.Checking;
using Concord.Receipts.Derived;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Storage;
using Concord.Receipts.Tests.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;
using Concord.Samples;
using Concord.Testing;

namespace Concord.Receipts.Tests.Derived;

public sealed class DerivedObjectsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_that_is_derived_can_be_deleted_and_comes_back_byte_for_byte(bool isOnFiles)
    {
        using var folder = new TemporaryFolder();
        var scene = new DerivedScene(isOnFiles ? new FileObjectStore(folder.Path) : new MemoryObjectStore());
        await LongStream.WriteSinglesAsync(scene.Inner, 1_070);
        foreach (var name in new[] { "D", "E" })
            await WriteOtherAsync(scene.Inner, name, name == "D" ? 60 : 3);
        await UpdateAllAsync(scene);
        var before = await DerivedAsync(scene.Inner);
        Assert.Equal(
            ["counters/C/archives/00000000000000000001.jsonl", "counters/C/archives/00000000000000001001.jsonl", "counters/C/snapshot.json",
                "counters/D/archives/00000000000000000001.jsonl", "locators/counter/C.json", "locators/counter/D.json", "locators/counter/E.json"],
            before.Keys);

        foreach (var key in before.Keys)
            await ((IObjectEraser)scene.Inner).DeleteAsync(key);
        await UpdateAllAsync(scene);
        Assert.Equal(before, await DerivedAsync(scene.Inner));
        Assert.Equal([], await UpdateAllAsync(scene));
    }

    [Fact]
    public async Task A_crash_at_any_call_leaves_what_the_next_call_completes()
    {
        var scene = new DerivedScene();
        await LongStream.WriteSinglesAsync(scene.Inner, 130);
        var whole = await scene.ReplayAsync();
        await scene.BringUpToDateAsync(scene.Writer(interval: 100));
        var wanted = await DerivedAsync(scene.Inner);
        var calls = scene.Store.Calls.Count;
        Assert.Empty((await scene.BringUpToDateAsync(scene.Writer(interval: 100))).Written);
        Assert.Equal(6, scene.Store.Calls.Count - calls);
        // Most calls are reads of commits, one like the other: the first and the last eight, and some between.
        foreach (var number in Enumerable.Range(1, calls).Where(number => number <= 8 || number > calls - 8 || number % 20 == 0))
            foreach (var fault in new[] { CallFault.NothingDone, CallFault.ResponseLost })
            {
                var crashed = new DerivedScene();
                await LongStream.WriteSinglesAsync(crashed.Inner, 130);
                crashed.Store.FaultOf = call => call.Number == number ? fault : CallFault.None;
                await Assert.ThrowsAsync<ObjectStoreException>(async () => await crashed.Writer(interval: 100).BringUpToDateAsync(whole));
                crashed.Store.FaultOf = _ => CallFault.None;
                await crashed.ExpectReplayedAsync(await crashed.ReadAsync());
                await crashed.BringUpToDateAsync(crashed.Writer(interval: 100));
                Assert.Equal(wanted, await DerivedAsync(crashed.Inner));
                Assert.Empty(crashed.Ignored);
            }
    }

    [Fact]
    public async Task A_stream_that_grows_while_it_is_read_is_read_to_its_end()
    {
        var scene = new DerivedScene();
        await LongStream.WriteSinglesAsync(scene.Inner, 1_100);
        await scene.BringUpToDateAsync();
        var to = 1_100;
        scene.Store.Before = async call =>
        {
            if (call.Operation == StoreOperation.List || call.Key.EndsWith(".jsonl", StringComparison.Ordinal))
                await LongStream.WriteMoreAsync(scene.Inner, to, to += 30);
        };
        foreach (var (snapshots, archives) in new[] { (true, false), (false, true), (true, true) })
        {
            var read = await scene.ReadAsync(snapshots, archives);
            Assert.Equal(to, read.Head.Version);
        }
        Assert.Empty(scene.Ignored);
    }

    [Fact]
    public async Task Two_writers_on_streams_of_different_length_leave_what_is_read_right()
    {
        var scene = new DerivedScene();
        await LongStream.WriteSinglesAsync(scene.Inner, 1_100);
        var shorter = await scene.ReplayAsync();
        await LongStream.WriteMoreAsync(scene.Inner, 1_100, 2_300);
        var longer = await scene.ReplayAsync();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => scene.Writer().BringUpToDateAsync(i % 2 == 0 ? shorter : longer).AsTask()));
        await scene.ExpectReplayedAsync(await scene.ReadAsync());
        await scene.ExpectReplayedAsync(await scene.ReadAsync(snapshots: false));
        Assert.Empty(scene.Ignored);
    }

    [Fact]
    public async Task Check_verification_and_export_pass_over_what_is_derived()
    {
        var sample = await SampleStore.CreateAsync();
        using var _ = sample;
        for (var i = 0; i < 60; i++)
            await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        var bundle = await sample.BundleAsync();
        var layout = new[] { SampleStore.PlatformKeys, SampleStore.Identity, SampleStore.Book }.Select(type => new StreamPaths(
            type.Name, type == SampleStore.PlatformKeys ? "pixpax/platform/keys/" : type == SampleStore.Identity ? "pixpax/identities/{accountId}/{identityId}/" : "pixpax/pixbooks/{accountId}/{bookId}/",
            type == SampleStore.PlatformKeys ? null : type == SampleStore.Identity ? "pixpax/locators/identity/{identityId}.json" : "pixpax/locators/pixbook/{bookId}.json")).ToArray();
        var prefix = SampleStore.Book.PrefixOf(SampleStore.AnnasBook);
        var update = await new DerivedObjects(sample.Store).BringUpToDateAsync(await StreamReplay.ReplayAsync(sample.Store, SampleStore.Book, SampleStore.AnnasBook));
        Assert.Equal([StreamLayout.Archive(prefix, 1)], update.Written);
        await sample.Store.PutAsync(StreamLayout.Snapshot(prefix), "{}"u8.ToArray());
        await sample.Store.PutAsync(StreamLayout.Archive("elsewhere/", 1), "{}"u8.ToArray());

        var check = await StoreChecker.CheckAsync(sample.Store, new StoreCheckOptions { Trust = sample.Trust, Layout = layout });
        Assert.Equal(
            [(FindingSeverity.Note, "unknown-object", "elsewhere/archives/00000000000000000001.jsonl"), (FindingSeverity.Note, "derived-not-checked", StreamLayout.Snapshot(prefix)),
                (FindingSeverity.Note, "derived-not-checked", StreamLayout.Archive(prefix, 1))],
            check.Findings.Select(finding => (finding.Severity, finding.Kind.Name, finding.Key)));
        Assert.True((await StoreVerifier.VerifyAsync(sample.Store, "", sample.Trust)).IsGood);
        Assert.Equal(5, (await StreamDiscovery.FindAsync(sample.Store).ToListAsync()).Count);
        Assert.Equal(bundle, await sample.BundleAsync());
    }

    [Fact]
    public async Task A_key_history_is_read_back_in_every_part()
    {
        var world = new World();
        var type = new StreamType<KeyHistory>(StreamId.IdentityType, "identities/{accountId}/{identityId}/", new KeyHistoryFold());
        var reference = world.Content("[]");
        world.OwnerKeys
            .Commit(Issuer.Platform, world.Platform, KeyReceipts.RotateKey(world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2)))
            .Commit(Issuer.Platform, world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityKeyCompromised, world.OwnerKey.Id, "stolen", [World.LastOf(world.OtherKeys, 1), World.LastOf(world.PlatformKeys, 1)]))
            .Commit(Issuer.Platform, world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, world.NewOwnerKey.Id, "left", reference));
        for (var i = 0; i < 60; i++)
            world.OwnerKeys.Commit(Issuer.Platform, world.Platform, ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{reference.ContentHash}}","reason":"asked"}"""));
        var store = new MemoryObjectStore();
        foreach (var commit in world.OwnerKeys.Commits)
            await store.CreateAsync(StreamLayout.Commit(type.PrefixOf(world.OwnerKeys.Stream), commit[0].StreamVersion), CommitObject.Write(commit));
        var expected = await StreamReplay.ReplayAsync(store, type, world.OwnerKeys.Stream);
        await new DerivedObjects(store, new DerivedObjectsOptions { SnapshotSigner = DerivedScene.Key, SnapshotInterval = 8 }).BringUpToDateAsync(expected);

        var counted = new FaultyObjectStore(store);
        var options = new ReceiptStreamsOptions { Snapshots = new SnapshotTrust(DerivedScene.Key.PublicKey) };
        var loaded = await new ReceiptStreams(counted, options).ReadAsync(type, world.OwnerKeys.Stream);
        Assert.InRange(counted.Calls.Count, 1, 15);
        DerivedScene.ExpectSame(expected, loaded);
        var (history, again) = (expected.State, loaded.State);
        Assert.Equal((history.Stream, history.Version, history.Hash, history.Label, history.IsRevoked), (again.Stream, again.Version, again.Hash, again.Label, again.IsRevoked));
        Assert.Equal(history.Keys.Select(Told), again.Keys.Select(Told));
        Assert.Equal(history.MissingContent, again.MissingContent);
        Assert.True(again.Keys[0].End!.Trusts(world.OtherKeys.Stream, 1, world.OtherKeys[1].Hash));

        static object Told(KeyEntry key) => (
            key.PublicKey.Id, key.Order, key.Reference, key.Next, key.End?.IsCompromise, key.End?.Reason, key.End?.ListContent,
            string.Join(';', (key.End?.LastTrusted.Values ?? []).Select(last => last.ToString()).Order()));
    }

    private static async Task<List<string>> UpdateAllAsync(DerivedScene scene)
    {
        var written = new List<string>();
        await foreach (var found in StreamDiscovery.FindAsync(scene.Inner))
            written.AddRange((await scene.Writer().BringUpToDateAsync(await StreamReplay.ReplayAsync(scene.Inner, Counter.Type, found.Stream))).Written);
        return written;
    }

    private static async Task WriteOtherAsync(IObjectStore store, string name, int commits)
    {
        var chain = new ReceiptChain(StreamId.Create("counter", ("counterId", name)));
        for (var i = 0; i < commits; i++)
            chain.Commit(Counter.Owner, new TestKey(77), ReceiptChain.Draft("ADDED", """{"by":1}"""));
        foreach (var commit in chain.Commits)
            await store.CreateAsync(StreamLayout.Commit(Counter.Type.PrefixOf(chain.Stream), commit[0].StreamVersion), CommitObject.Write(commit));
    }

    // Every derived object, a snapshot without its signature.
    private static async Task<SortedDictionary<string, string>> DerivedAsync(IObjectStore store)
    {
        var objects = await SampleStore.ObjectsAsync(store);
        foreach (var key in objects.Keys.Where(key => key.Contains("/commits/", StringComparison.Ordinal)).ToList())
            objects.Remove(key);
        foreach (var key in objects.Keys.Where(key => key.EndsWith("/snapshot.json", StringComparison.Ordinal)).ToList())
        {
            var json = System.Text.Json.Nodes.JsonNode.Parse(Convert.FromHexString(objects[key]))!.AsObject();
            Assert.True(json.Remove("signature"));
            objects[key] = json.ToJsonString();
        }
        return objects;
    }
}
