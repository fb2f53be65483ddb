using Concord.Receipts.Keys;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Verification;

public sealed class StreamFolderVerifierTests
{
    private readonly World _world = World.WithBook();

    [Fact]
    public async Task A_good_folder_is_good()
    {
        var report = await VerifyAsync(_ => Task.CompletedTask);
        Expect.Good(report);
        Assert.False(report.IsIncomplete);
        Assert.Equal(6, report.Receipts);
        Assert.Equal(new StreamVerdict(_world.Book.Stream, 1, 6, _world.Book[6].Hash), Assert.Single(report.Streams));
    }

    [Fact]
    public async Task Key_histories_come_out_of_their_folders()
    {
        var store = await _world.StoreAsync();
        var (report, keys) = (new VerificationReport(), new KeyRing());
        foreach (var chain in new[] { _world.PlatformKeys, _world.OwnerKeys })
            Assert.True(keys.TryAdd((await StreamFolderVerifier.VerifyAsync(store, _world.PrefixOf(chain), StreamVerifierInput.From(_world.Trust, keys), report))!));
        Expect.Good(report);
        Assert.True(keys.TryGet(World.Owner, out var history));
        Assert.Equal(("A", _world.OwnerKey.Id), (history.AccountId, history.Current!.PublicKey.Id));
    }

    public static TheoryData<long> Versions => [1, 2, 3, 4, 5, 6];

    [Theory, MemberData(nameof(Versions))]
    public async Task A_tampered_receipt_in_a_commit_is_told_once_with_its_place(long version)
    {
        foreach (var (from, to, kind) in new[]
        {
            ("\"createdAt\":\"2026", "\"createdAt\":\"2027", FailureKind.HashMismatch),
            ("\"eventId\":\"01", "\"eventId\":\"02", FailureKind.HashMismatch),
            ("\"eventId\":\"01", "\"eventId\":\"00", FailureKind.HashMismatch),
            ("\"bookId\":\"BOOK\"", "\"bookId\":\"BOOL\"", FailureKind.HashMismatch),
            ("\"schemaVersion\":1", "\"schemaVersion\":2", FailureKind.UnsupportedSchema),
            ("\"streamVersion\":", "\"streamVersion\":7", FailureKind.HashMismatch),
            ("\"type\":\"", "\"type\":\"é", FailureKind.Malformed),
        })
        {
            var report = await VerifyAsync(store => ReplaceInCommitAsync(store, version, from, to));
            var failure = Expect.One(report, kind, version);
            Assert.Contains("/commits/", failure.Location, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_commit_that_is_no_json_is_told_once(long version)
    {
        var first = FirstOfCommit(version);
        var report = await VerifyAsync(async store =>
        {
            var key = StreamLayout.Commit("books/", first);
            var bytes = (await store.GetAsync(key))!.Value.ToArray();
            bytes[1] = (byte)'x';
            await store.PutAsync(key, bytes);
        });
        Expect.One(report, FailureKind.Malformed, first);
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task A_tampered_event_is_told_by_its_own_path(long version)
    {
        var key = StreamLayout.Event("books/", _world.Book[version].EventId);
        foreach (var (change, kind) in new (Func<SealedReceipt, byte[]>, FailureKind)[]
        {
            (receipt => ReceiptChain.Edit(receipt, json => json["payload"]!["x"] = 1), FailureKind.HashMismatch),
            (receipt => ReceiptChain.Edit(receipt, json => json["signature"] = _world.OwnerKey.Sign(default).ToString()), FailureKind.SignatureInvalid),
            (receipt => ReceiptChain.Forge(receipt, _world.OwnerKey, json => json["payload"]!["x"] = 1), FailureKind.Fork),
            (receipt => [.. receipt.Bytes.Span, (byte)' '], FailureKind.NotCanonical),
            (_ => "{"u8.ToArray(), FailureKind.Malformed),
        })
        {
            var report = await VerifyAsync(async store => await store.PutAsync(key, change(_world.Book[version])));
            Assert.Equal(key, Expect.One(report, kind, version, _world.Book[version].EventId).Location);
        }
    }

    [Theory, MemberData(nameof(Versions))]
    public async Task Only_the_last_commit_may_be_unpublished(long version)
    {
        var key = StreamLayout.Event("books/", _world.Book[version].EventId);
        var report = await VerifyAsync(async store => await store.DeleteAsync(key));
        if (version == 6)
            Expect.Good(report);
        else
            Assert.Equal(key, Expect.One(report, FailureKind.VersionGap, version, _world.Book[version].EventId).Location);
    }

    [Fact]
    public async Task An_event_that_no_commit_holds_is_told()
    {
        var between = EventId.Next(_world.Book[2].EventId, DateTimeOffset.UnixEpoch, new byte[10]);
        Expect.One(await VerifyAsync(async store => await store.CreateAsync(StreamLayout.Event("books/", between), _world.Book[2].Bytes)), FailureKind.Fork, eventId: between);
        var beyond = EventId.Next(_world.Book[6].EventId, DateTimeOffset.UnixEpoch, new byte[10]);
        Expect.One(await VerifyAsync(async store => await store.CreateAsync(StreamLayout.Event("books/", beyond), _world.Book[6].Bytes)), FailureKind.Truncated, eventId: beyond);
    }

    [Fact]
    public async Task A_lost_commit_is_told_once()
    {
        Expect.One(await VerifyAsync(async store => await store.DeleteAsync(StreamLayout.Commit("books/", 1))), FailureKind.VersionGap, 2);
        Expect.One(await VerifyAsync(async store => await store.DeleteAsync(StreamLayout.Commit("books/", 3))), FailureKind.VersionGap, 5);
        Expect.One(await VerifyAsync(async store => await store.DeleteAsync(StreamLayout.Commit("books/", 6))), FailureKind.Truncated, eventId: _world.Book[6].EventId);
    }

    [Fact]
    public async Task A_commit_under_another_name_is_told()
    {
        var report = await VerifyAsync(async store =>
        {
            await store.CreateAsync(StreamLayout.Commit("books/", 7), (await store.GetAsync(StreamLayout.Commit("books/", 6)))!.Value);
            await store.DeleteAsync(StreamLayout.Commit("books/", 6));
        });
        Expect.One(report, FailureKind.VersionGap, 6);
    }

    [Fact]
    public async Task Tampered_or_missing_content_is_told_once()
    {
        var key = StreamLayout.Content("books/", ContentReference.FindIn(_world.Book[1].Payload).Single().ContentHash);
        Assert.Equal(key, Expect.One(await VerifyAsync(async store => await store.PutAsync(key, "{}"u8.ToArray())), FailureKind.ContentMismatch, 1).Location);
        Expect.One(await VerifyAsync(async store => await store.DeleteAsync(key)), FailureKind.ContentMismatch, 1, _world.Book[1].EventId);
    }

    [Fact]
    public async Task Erased_content_is_said_to_be_erased()
    {
        var hash = ContentReference.FindIn(_world.Book[1].Payload).Single().ContentHash;
        _world.Book.Commit(Issuer.Platform, _world.Platform, ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{hash}}","reason":"asked for"}"""));
        var report = await VerifyAsync(async store => await store.DeleteAsync(StreamLayout.Content("books/", hash)));
        Expect.Good(report);
        Assert.Equal(1, report.ErasedContents);
    }

    [Fact]
    public async Task Without_commits_the_events_are_verified()
    {
        async Task LoseCommits(MemoryObjectStore store)
        {
            foreach (var commit in _world.Book.Commits)
                await store.DeleteAsync(StreamLayout.Commit("books/", commit[0].StreamVersion));
        }
        Expect.Good(await VerifyAsync(LoseCommits));
        Expect.One(
            await VerifyAsync(async store =>
            {
                await LoseCommits(store);
                await store.PutAsync(StreamLayout.Event("books/", _world.Book[1].EventId), "{}"u8.ToArray());
            }),
            FailureKind.Malformed, 1);
    }

    [Fact]
    public async Task A_folder_that_is_no_stream_is_told_whatever_was_verified_before()
    {
        var report = new VerificationReport();
        await StreamFolderVerifier.VerifyAsync(new MemoryObjectStore(), "", new StreamVerifierInput(), report);
        Assert.Equal(".", Expect.One(report, FailureKind.Malformed).Location);
        await StreamFolderVerifier.VerifyAsync(new MemoryObjectStore(), "other/", new StreamVerifierInput(), report);
        Assert.Equal(2, report.FailureCount);
    }

    [Fact]
    public async Task A_folder_of_which_nothing_can_be_read_is_told()
    {
        var store = new MemoryObjectStore();
        await store.CreateAsync(StreamLayout.Commit("", 1), "garbage"u8.ToArray());
        var report = new VerificationReport();
        await StreamFolderVerifier.VerifyAsync(store, "", new StreamVerifierInput(), report);
        Expect.One(report, FailureKind.Malformed);
    }

    private long FirstOfCommit(long version) => _world.Book.Commits.Select(commit => commit[0].StreamVersion).Last(first => first <= version);

    private async Task ReplaceInCommitAsync(MemoryObjectStore store, long version, string from, string to)
    {
        var commit = _world.Book.Commits.Single(commit => commit.Any(receipt => receipt.StreamVersion == version));
        var receipts = commit.Select(receipt => System.Text.Encoding.UTF8.GetString(receipt.Bytes.Span)
            .Replace(from, receipt.StreamVersion == version ? to : from, StringComparison.Ordinal));
        await store.PutAsync(StreamLayout.Commit("books/", commit[0].StreamVersion), System.Text.Encoding.UTF8.GetBytes("[" + string.Join(',', receipts) + "]"));
    }

    private async Task<VerificationReport> VerifyAsync(Func<MemoryObjectStore, Task> damage)
    {
        var store = await _world.StoreAsync();
        await damage(store);
        var report = new VerificationReport();
        await StreamFolderVerifier.VerifyAsync(store, "books/", StreamVerifierInput.From(_world.Trust, _world.Keys()), report);
        return report;
    }
}
