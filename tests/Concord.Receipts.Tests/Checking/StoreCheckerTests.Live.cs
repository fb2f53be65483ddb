using Concord.Receipts.Checking;
using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Storage;
using Concord.Receipts.Tests.Streams;
using Concord.Receipts.Tests.Verification;
using Concord.Samples;
using Concord.Testing;

namespace Concord.Receipts.Tests.Checking;

public sealed partial class StoreCheckerTests
{
    private static readonly StreamPaths[] SampleLayout =
    [
        new(StreamId.PlatformKeysType, "pixpax/platform/keys/"),
        new(StreamId.IdentityType, "pixpax/identities/{accountId}/{identityId}/", "pixpax/locators/identity/{identityId}.json"),
        new("pixbook", "pixpax/pixbooks/{accountId}/{bookId}/", "pixpax/locators/pixbook/{bookId}.json"),
    ];

    /// <summary>Saves, new identities with new books, and erasures, all at once; checks go on beside them and find nothing wrong.</summary>
    [Fact]
    public async Task Beside_writers_a_check_finds_no_damage_and_nothing_to_repair()
    {
        using var folder = new TemporaryFolder();
        var store = new FileObjectStore(folder.Path);
        using var sample = await SampleStore.CreateAsync(store);
        using var stop = new CancellationTokenSource();
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var written = 0;

        async Task WriteAsync(Func<int, Task> write)
        {
            for (var i = 1; !stop.IsCancellationRequested; i++)
            {
                await write(i);
                Interlocked.Increment(ref written);
            }
        }

        var checks = 0;
        var writers = Task.WhenAll(
            Task.Run(() => WriteAsync(_ => sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity))),
            Task.Run(() => WriteAsync(_ => sample.SaveAsync(SampleStore.BensBook, SampleStore.BensIdentity))),
            Task.Run(() => WriteAsync(async _ =>
            {
                var save = await sample.SaveAsync(SampleStore.BensBook, SampleStore.BensIdentity);
                await sample.EraseAsync(SampleStore.BensBook, ContentReference.FindIn(save.Payload)[0]);
            })),
            Task.Run(() => WriteAsync(async i =>
            {
                var identity = StreamId.Identity($"C{i}", $"CID{i}");
                await sample.AddIdentityAsync(identity, "somebody");
                await sample.AddBookAsync(StreamId.Create("pixbook", ("accountId", $"C{i}"), ("bookId", $"CBOOK{i}")), identity);
            })));
        do
        {
            var report = await StoreChecker.CheckAsync(store, new StoreCheckOptions { Trust = sample.Trust, Layout = SampleLayout });
            Assert.Empty(report.Findings.Where(finding => finding.Severity != FindingSeverity.Note));
            Assert.True(report.IsClean);
            // What is under way may be seen before its commit, and is no more than a note.
            Assert.All(report.Findings, finding => Assert.True(finding.Kind.Name is "content-orphaned" or "locator-dangling", finding.ToString()));
            checks++;
        }
        while (!writers.IsFaulted && (checks < 3 || Volatile.Read(ref written) < 40 || System.Diagnostics.Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(3)));
        await stop.CancelAsync();
        await writers;

        var last = await StoreChecker.CheckAsync(store, new StoreCheckOptions { Trust = sample.Trust, Layout = SampleLayout });
        Assert.Empty(last.Findings);
    }

    [Fact]
    public async Task Beside_writers_a_repair_harms_nothing()
    {
        using var folder = new TemporaryFolder();
        var store = new FileObjectStore(folder.Path);
        using var sample = await SampleStore.CreateAsync(store);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        var writer = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await sample.SaveAsync(SampleStore.AnnasBook, SampleStore.AnnasIdentity);
        });
        while (!writer.IsCompleted)
        {
            // What comes and goes: an event and a locator that somebody deletes.
            File.Delete(folder["pixpax/locators/pixbook/ANNABOOK.json"]);
            File.Delete(Directory.EnumerateFiles(folder["pixpax/pixbooks/ANNA/ANNABOOK/events"]).Order(StringComparer.Ordinal).First());
            var report = await StoreChecker.CheckAsync(store, new StoreCheckOptions { Trust = sample.Trust, Layout = SampleLayout, Repair = RepairMode.Repair });
            Assert.True(report.IsClean, string.Join('\n', report.Findings));
            Assert.True(report.RepairCount >= 2);
        }
        await writer;
        Assert.Empty((await StoreChecker.CheckAsync(store, new StoreCheckOptions { Trust = sample.Trust, Layout = SampleLayout })).Findings);
    }

    [Fact]
    public async Task A_commit_that_is_not_in_the_listing_is_asked_for_by_name()
    {
        using var stored = await StoredWorld.CreateAsync();
        // A listing may leave out what was made while it ran.
        var report = await stored.CheckAsync(store: new ForgetfulStore(stored.Store, key => key == StoredWorld.Commit(3) || key == stored.Event(5) || key == stored.Event(6)));
        Assert.Empty(report.Findings);
        Assert.Equal(9, report.Receipts);
    }

    [Fact]
    public async Task Events_of_commits_that_came_after_the_listing_are_no_finding()
    {
        using var stored = await StoredWorld.CreateAsync();
        // The last three commits are not listed, their events are; and the erasure of content that is gone already is in the last.
        var hash = ContentReference.FindIn(stored.World.Book[1].Payload)[0].ContentHash;
        stored.World.Book.Commit(Issuer.Platform, stored.World.Platform, ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{hash}}","reason":"asked"}"""));
        stored.Write(StoredWorld.Commit(7), CommitObject.Write(stored.World.Book.Commits[^1]));
        stored.Delete(StreamLayout.Content("books/", hash));
        var report = await stored.CheckAsync(store: new ForgetfulStore(stored.Store, key => key == StoredWorld.Commit(5) || key == StoredWorld.Commit(6) || key == StoredWorld.Commit(7)));
        Assert.Empty(report.Findings);
    }

    [Fact]
    public async Task A_key_that_came_after_its_history_was_read_is_no_finding()
    {
        var world = World.WithBook();
        using var stored = await StoredWorld.CreateAsync(world);
        world.OwnerKeys.Commit(Issuer.Platform, world.Platform, KeyReceipts.RotateKey(world.NewOwnerKey.PublicKey, World.Reference(World.Owner, 2)));
        world.Book.Commit(World.Owner, world.NewOwnerKey, World.Save(7));
        var store = new FaultyObjectStore(stored.Store);
        store.Before = call =>
        {
            // The histories have been read; now the owner rotates, and saves.
            if (call.Operation == StoreOperation.List && call.Key == StoredWorld.BookCommits && !File.Exists(stored[StoredWorld.Commit(7)]))
            {
                Write("identities/OWNER/", world.OwnerKeys);
                Write("books/", world.Book);
            }
            return Task.CompletedTask;
        };
        Assert.Empty((await stored.CheckAsync(store: store)).Findings);
        await stored.ExpectCleanAsync();

        void Write(string prefix, ReceiptChain chain)
        {
            stored.Write(StreamLayout.Commit(prefix, chain.Commits[^1][0].StreamVersion), CommitObject.Write(chain.Commits[^1]));
            stored.Write(StreamLayout.Event(prefix, chain.Commits[^1][0].EventId), chain.Commits[^1][0].Bytes.ToArray());
        }
    }

    [Fact]
    public async Task Events_of_an_append_that_is_under_way_are_waited_for()
    {
        using var stored = await StoredWorld.CreateAsync();
        stored.Delete(stored.Event(6));
        var asked = 0;
        var store = new FaultyObjectStore(stored.Store);
        store.Before = call =>
        {
            if (call.Operation == StoreOperation.Get && call.Key == stored.Event(6) && ++asked == 4)
                stored.Write(stored.Event(6), stored.World.Book[6].Bytes.ToArray());
            return Task.CompletedTask;
        };
        Assert.Empty((await StoreChecker.CheckAsync(store, new StoreCheckOptions { Trust = stored.World.Trust, Layout = StoredWorld.Layout })).Findings);
        Assert.True(asked >= 4);
    }

    /// <summary>Leaves keys out of its listings.</summary>
    private sealed class ForgetfulStore(IObjectStore inner, Func<string, bool> isForgotten) : IObjectStore
    {
        public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

        public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

        public async IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await foreach (var key in inner.ListAsync(prefix, after, cancellationToken))
                if (!isForgotten(key))
                    yield return key;
        }

        public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => throw new InvalidOperationException();
    }
}
