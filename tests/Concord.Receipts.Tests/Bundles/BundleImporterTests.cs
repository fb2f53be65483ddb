using System.Text;
using Concord.Receipts.Bundles;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;
using Concord.Samples;
using Concord.Testing;

namespace Concord.Receipts.Tests.Bundles;

public sealed class BundleImporterTests
{
    [Fact]
    public async Task An_import_into_an_empty_store_makes_the_same_objects()
    {
        using var sample = await SampleStore.CreateAsync();
        var store = new MemoryObjectStore();
        var result = await ImportAsync(sample, await sample.BundleAsync(), store);

        Assert.Equal(ImportOutcome.Imported, result.Outcome);
        Assert.Equal(await SampleStore.ObjectsAsync(sample.Store), await SampleStore.ObjectsAsync(store));
        Assert.Equal((await SampleStore.ObjectsAsync(store)).Count, result.Created);
        Assert.Equal(0, result.AlreadyThere);
        await AssertGoodAsync(sample, store);
    }

    [Fact]
    public async Task The_second_import_creates_nothing()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        var before = await SampleStore.ObjectsAsync(sample.Store);
        var result = await ImportAsync(sample, bundle, sample.Store);

        Assert.Equal(ImportOutcome.Imported, result.Outcome);
        Assert.Equal(0, result.Created);
        Assert.Equal(before.Count, result.AlreadyThere);
        Assert.Equal(before, await SampleStore.ObjectsAsync(sample.Store));
    }

    [Fact]
    public async Task A_longer_stream_in_the_store_is_left_as_it_is()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        var before = await SampleStore.ObjectsAsync(sample.Store);

        Assert.Equal(ImportOutcome.Imported, (await ImportAsync(sample, bundle, sample.Store)).Outcome);
        Assert.Equal(before, await SampleStore.ObjectsAsync(sample.Store));
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_created_and_writes_nothing()
    {
        using var sample = await SampleStore.CreateAsync();
        var store = new MemoryObjectStore();
        var result = await ImportAsync(sample, await sample.BundleAsync(), store, isDryRun: true);

        Assert.Equal(ImportOutcome.Possible, result.Outcome);
        Assert.Equal((await SampleStore.ObjectsAsync(sample.Store)).Count, result.Created);
        Assert.Empty(await SampleStore.ObjectsAsync(store));
    }

    [Fact]
    public async Task A_bundle_that_is_not_good_is_refused_and_nothing_is_written()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        // In the very last receipt: everything before it is good.
        var at = bundle.AsSpan().LastIndexOf("PIXBOOK_SAVE"u8);
        bundle[at + 11] = (byte)'F';
        var store = new MemoryObjectStore();
        var result = await ImportAsync(sample, bundle, store);

        Assert.Equal(ImportOutcome.NotGood, result.Outcome);
        Assert.Equal(FailureKind.HashMismatch, Assert.Single(result.Report.Failures).Kind);
        Assert.Empty(await SampleStore.ObjectsAsync(store));
    }

    [Fact]
    public async Task Any_object_that_exists_differently_is_a_conflict_and_nothing_is_written()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        foreach (var key in (await SampleStore.ObjectsAsync(sample.Store)).Keys)
        {
            var store = new MemoryObjectStore();
            await store.CreateAsync(key, "[]"u8.ToArray());
            var before = await SampleStore.ObjectsAsync(store);
            var result = await ImportAsync(sample, bundle, store);

            Assert.Equal(ImportOutcome.Conflicting, result.Outcome);
            Assert.Contains(result.Conflicts, conflict => conflict.Key == key);
            Assert.Equal(0, result.Created);
            Assert.Equal(before, await SampleStore.ObjectsAsync(store));
        }
    }

    [Fact]
    public async Task Another_history_under_the_same_names_is_a_conflict()
    {
        using var sample = await SampleStore.CreateAsync();
        using var other = await SampleStore.CreateAsync();
        var before = await SampleStore.ObjectsAsync(other.Store);
        Assert.Equal(ImportOutcome.Conflicting, (await ImportAsync(sample, await sample.BundleAsync(), other.Store)).Outcome);
        Assert.Equal(before, await SampleStore.ObjectsAsync(other.Store));
    }

    [Fact]
    public async Task A_stream_that_goes_on_otherwise_behind_the_bundle_is_a_conflict()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        // What is left of a stream whose beginning and one commit behind the bundle were lost.
        var lost = StreamLayout.Commit(SampleStore.Book.PrefixOf(SampleStore.AnnasBook), 6);
        var store = new MemoryObjectStore();
        await store.CreateAsync(lost, (await sample.Store.GetAsync(lost))!.Value);

        var conflict = Assert.Single((await ImportAsync(sample, bundle, store)).Conflicts);
        Assert.Equal(lost, conflict.Key);
    }

    [Fact]
    public async Task A_commit_of_the_store_that_lies_across_one_of_the_bundle_is_a_conflict()
    {
        using var sample = await SampleStore.CreateAsync();
        // Version 3 is the second receipt of the commit at version 2.
        var across = StreamLayout.Commit(SampleStore.Book.PrefixOf(SampleStore.AnnasBook), 3);
        var store = new MemoryObjectStore();
        await store.CreateAsync(across, (await sample.Store.GetAsync(StreamLayout.Commit(SampleStore.Book.PrefixOf(SampleStore.AnnasBook), 2)))!.Value);

        var result = await ImportAsync(sample, await sample.BundleAsync(), store);
        Assert.Contains(result.Conflicts, conflict => conflict.Key == across);
        Assert.Single(await SampleStore.ObjectsAsync(store));
    }

    [Theory]
    [InlineData(CallFault.NothingDone)]
    [InlineData(CallFault.ResponseLost)]
    [InlineData(CallFault.LandsLater)]
    public async Task An_import_that_dies_at_any_write_leaves_good_streams_and_is_completed_by_the_next(CallFault fault)
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        var whole = await SampleStore.ObjectsAsync(sample.Store);
        for (var dies = 0; dies < whole.Count; dies++)
        {
            var store = new MemoryObjectStore();
            var writes = 0;
            var faulty = new FaultyObjectStore(store) { FaultOf = call => call.IsWrite && writes++ == dies ? fault : CallFault.None };
            await Assert.ThrowsAsync<ObjectStoreException>(() => ImportAsync(sample, bundle, faulty));
            // A crash leaves streams that verify, shorter perhaps: never a commit without its content, nor an event without its commit.
            var report = await StoreVerifier.VerifyAsync(store, "", sample.Trust);
            Assert.True(report.IsGood, string.Join('\n', report.Failures));
            // Nothing of a stream comes before what leads to it.
            var objects = await SampleStore.ObjectsAsync(store);
            Assert.All(objects.Keys.Where(key => key.StartsWith("pixpax/pixbooks/ANNA/", StringComparison.Ordinal)), _ => Assert.Contains("pixpax/locators/pixbook/ANNABOOK.json", objects.Keys));

            await faulty.LandLateWritesAsync();
            Assert.Equal(ImportOutcome.Imported, (await ImportAsync(sample, bundle, store)).Outcome);
            Assert.Equal(whole, await SampleStore.ObjectsAsync(store));
        }
    }

    [Fact]
    public async Task A_part_of_a_stream_goes_behind_its_predecessor_and_nowhere_else()
    {
        using var sample = await SampleStore.CreateAsync();
        var first = await sample.BundleAsync();
        await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        var rest = await sample.BundleAsync(part => part.Stream == SampleStore.AnnasBook ? part with { From = 5 } : part, StreamId.PlatformKeys, SampleStore.AnnasIdentity, SampleStore.AnnasBook);

        var store = new MemoryObjectStore();
        var refused = await ImportAsync(sample, rest, store);
        Assert.Equal(ImportOutcome.Conflicting, refused.Outcome);
        Assert.Contains("which the bundle goes on from", Assert.Single(refused.Conflicts).Expected, StringComparison.Ordinal);
        Assert.Empty(await SampleStore.ObjectsAsync(store));

        await ImportAsync(sample, first, store);
        Assert.Equal(ImportOutcome.Imported, (await ImportAsync(sample, rest, store)).Outcome);
        Assert.Equal(await SampleStore.ObjectsAsync(sample.Store), await SampleStore.ObjectsAsync(store));
        await AssertGoodAsync(sample, store);
    }

    [Fact]
    public async Task A_part_of_a_stream_does_not_go_behind_another_predecessor()
    {
        using var sample = await SampleStore.CreateAsync();
        await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        StreamId[] needed = [StreamId.PlatformKeys, SampleStore.AnnasIdentity, SampleStore.AnnasBook];
        var rest = await sample.BundleAsync(part => part.Stream == SampleStore.AnnasBook ? part with { From = 6 } : part, needed);

        // One receipt is wanting between what is there and the part.
        var store = new MemoryObjectStore();
        var prefix = SampleStore.Book.PrefixOf(SampleStore.AnnasBook);
        foreach (var version in new[] { 1, 2, 4 })
            await store.CreateAsync(StreamLayout.Commit(prefix, version), (await sample.Store.GetAsync(StreamLayout.Commit(prefix, version)))!.Value);
        var result = await ImportAsync(sample, rest, store);
        Assert.Contains(result.Conflicts, conflict => conflict.Key == StreamLayout.Commit(prefix, 4));
        Assert.Equal(3, (await SampleStore.ObjectsAsync(store)).Count);
    }

    [Fact]
    public async Task A_part_of_a_stream_waits_until_its_predecessor_is_published()
    {
        using var sample = await SampleStore.CreateAsync();
        var first = await sample.BundleAsync();
        await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        var rest = await sample.BundleAsync(part => part.Stream == SampleStore.AnnasBook ? part with { From = 5 } : part, StreamId.PlatformKeys, SampleStore.AnnasIdentity, SampleStore.AnnasBook);
        var store = new MemoryObjectStore();
        await ImportAsync(sample, first, store);
        var unpublished = await store.ListAsync(StreamLayout.Events(SampleStore.Book.PrefixOf(SampleStore.AnnasBook))).LastAsync();
        await store.DeleteAsync(unpublished);

        Assert.Equal(unpublished, Assert.Single((await ImportAsync(sample, rest, store)).Conflicts).Key);
    }

    [Fact]
    public async Task What_the_store_has_erased_stays_erased()
    {
        using var sample = await SampleStore.CreateAsync();
        var save = await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        var bundle = await sample.BundleAsync();
        var content = Assert.Single(ContentReference.FindIn(save.Payload));
        await sample.EraseAsync(SampleStore.AnnasBook, content);
        var before = await SampleStore.ObjectsAsync(sample.Store);

        Assert.Equal(ImportOutcome.Imported, (await ImportAsync(sample, bundle, sample.Store)).Outcome);
        Assert.Equal(before, await SampleStore.ObjectsAsync(sample.Store));
        Assert.DoesNotContain(before.Keys, key => key.EndsWith(content.ContentHash.ToHex(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Content_that_was_lost_comes_back()
    {
        using var sample = await SampleStore.CreateAsync();
        var save = await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        var bundle = await sample.BundleAsync();
        var before = await SampleStore.ObjectsAsync(sample.Store);
        await ((IObjectEraser)sample.Store).DeleteAsync(StreamLayout.Content(SampleStore.Book.PrefixOf(SampleStore.AnnasBook), Assert.Single(ContentReference.FindIn(save.Payload)).ContentHash));

        Assert.Equal(1, (await ImportAsync(sample, bundle, sample.Store)).Created);
        Assert.Equal(before, await SampleStore.ObjectsAsync(sample.Store));
    }

    [Fact]
    public async Task Another_writer_who_comes_between_is_not_overwritten()
    {
        using var sample = await SampleStore.CreateAsync();
        var contested = StreamLayout.Commit(SampleStore.Book.PrefixOf(SampleStore.BensBook), 2);
        var store = new MemoryObjectStore();
        var isComparing = true;
        var between = new FaultyObjectStore(store)
        {
            Before = async call =>
            {
                if (call.Operation == StoreOperation.Create && isComparing)
                {
                    isComparing = false;
                    await store.CreateAsync(contested, "[]"u8.ToArray());
                }
            },
        };
        var result = await ImportAsync(sample, await sample.BundleAsync(), between);

        Assert.Equal(ImportOutcome.Conflicting, result.Outcome);
        Assert.Equal(contested, Assert.Single(result.Conflicts).Key);
        Assert.True(result.Created > 0);
        Assert.Equal("[]", Encoding.ASCII.GetString((await store.GetAsync(contested))!.Value.Span));
    }

    [Fact]
    public async Task A_file_that_changes_after_it_was_verified_is_noticed_before_anything_is_written()
    {
        using var sample = await SampleStore.CreateAsync();
        using var other = await SampleStore.CreateAsync();
        var files = new Queue<byte[]>([await sample.BundleAsync(), await other.BundleAsync()]);
        var store = new MemoryObjectStore();
        var failure = await Assert.ThrowsAsync<FormatException>(() =>
            BundleImporter.ImportAsync(store, SampleStore.PlaceOf, () => new MemoryStream(files.Dequeue()), sample.Trust));
        Assert.Contains("changed", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await SampleStore.ObjectsAsync(store));
    }

    [Fact]
    public async Task Two_streams_in_one_place_are_refused_before_anything_is_written()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        var store = new MemoryObjectStore();
        await Assert.ThrowsAsync<ArgumentException>(() =>
            BundleImporter.ImportAsync(store, _ => new StreamPlace("all/", null), () => new MemoryStream(bundle), sample.Trust));
        Assert.Empty(await SampleStore.ObjectsAsync(store));
    }

    [Fact]
    public async Task Cancelled_it_stops_and_the_next_import_completes_it()
    {
        using var sample = await SampleStore.CreateAsync();
        var bundle = await sample.BundleAsync();
        using var stop = new CancellationTokenSource();
        var store = new MemoryObjectStore();
        var writes = 0;
        var stopping = new FaultyObjectStore(store)
        {
            Before = call => call.Operation == StoreOperation.Create && ++writes == 5 ? stop.CancelAsync() : Task.CompletedTask,
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            BundleImporter.ImportAsync(stopping, SampleStore.PlaceOf, () => new MemoryStream(bundle), sample.Trust, cancellationToken: stop.Token));

        Assert.Equal(ImportOutcome.Imported, (await ImportAsync(sample, bundle, store)).Outcome);
        Assert.Equal(await SampleStore.ObjectsAsync(sample.Store), await SampleStore.ObjectsAsync(store));
    }

    [Fact]
    public async Task A_bundle_that_names_no_stream_is_no_bundle()
    {
        var bundle = "{\"format\":\"concord-bundle\",\"streams\":[],\"version\":1}\n"u8.ToArray();
        var report = await BundleVerifier.VerifyAsync(new MemoryStream(bundle), null);
        Assert.Equal(FailureKind.Malformed, Assert.Single(report.Failures).Kind);
    }

    private static Task<ImportResult> ImportAsync(SampleStore sample, byte[] bundle, IObjectStore store, bool isDryRun = false) =>
        BundleImporter.ImportAsync(store, SampleStore.PlaceOf, () => new MemoryStream(bundle), sample.Trust, isDryRun);

    private static async Task AssertGoodAsync(SampleStore sample, IObjectStore store)
    {
        var report = await StoreVerifier.VerifyAsync(store, "", sample.Trust);
        Assert.True(report is { IsGood: true, IsIncomplete: false, Receipts: > 0 }, string.Join('\n', report.Failures));
    }
}
