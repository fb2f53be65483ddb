using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Bundles;

public sealed class BundleVerifierTests
{
    private readonly World _world = World.WithBook();

    [Fact]
    public async Task A_good_bundle_is_good_and_names_the_histories_that_it_was_judged_by()
    {
        var report = await VerifyAsync(await _world.BundleAsync());
        Expect.Good(report);
        Assert.False(report.IsIncomplete);
        Assert.Equal(9, report.Receipts);
        Assert.Equal([_world.PlatformKeys.Stream, _world.OwnerKeys.Stream, _world.OtherKeys.Stream, _world.Book.Stream], report.Streams.Select(stream => stream.Stream));
        Assert.Equal(
            [new KeyHistoryVerdict(Issuer.Platform, 1, _world.PlatformKeys[1].Hash), new KeyHistoryVerdict(World.Owner, 1, _world.OwnerKeys[1].Hash), new KeyHistoryVerdict(World.Other, 1, _world.OtherKeys[1].Hash)],
            report.KeyHistories);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.KeyHistoryHead);
    }

    [Fact]
    public async Task The_lines_are_those_of_the_format()
    {
        var lines = Lines(await _world.BundleAsync());
        var header = JsonNode.Parse(lines[0])!;
        Assert.Equal("""{"format":"concord-bundle","streams":""", lines[0][..37]);
        Assert.Equal(["platform-keys", "identity", "identity", "pixbook"], header["streams"]!.AsArray().Select(stream => stream!["stream"]!["type"]!.GetValue<string>()));
        // A content object follows the receipt that names it.
        Assert.Equal(Encoding.UTF8.GetString(_world.OwnerKeys[1].Bytes.Span), lines[2]);
        Assert.Equal($$"""{"content":"OWNER","salt":"{{JsonNode.Parse(lines[3])!["salt"]}}","stream":{{_world.OwnerKeys.Stream.Json}}}""", lines[3]);
        Assert.Equal(1 + 9 + 3, lines.Count);
    }

    [Fact]
    public async Task Without_a_trust_file_it_says_what_was_not_checked()
    {
        var report = await VerifyAsync(await _world.BundleAsync(), trust: null);
        Expect.Good(report);
        Assert.True(report.IsIncomplete);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.TrustRoot);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.IssuerPolicy);
    }

    [Fact]
    public async Task Any_single_changed_byte_is_caught()
    {
        var world = new World();
        world.Book.Commit(World.Owner, world.OwnerKey, world.Created()).Commit(Issuer.Platform, world.Platform, World.Grant("a"), World.Grant("b"));
        var bundle = await world.BundleAsync(world.PlatformKeys, world.OwnerKeys, world.Book);
        Expect.Good(await VerifyAsync(bundle));
        var values = new byte[] { 0x01, 0x20, 0x80 };
        await Parallel.ForAsync(0, bundle.Length, async (at, _) =>
        {
            var changed = bundle.ToArray();
            changed[at] ^= values[at % values.Length];
            Assert.False((await VerifyAsync(changed)).IsGood, $"byte {at}");
        });
    }

    [Fact]
    public async Task Every_shorter_file_is_caught()
    {
        var bundle = await _world.BundleAsync();
        for (var length = 0; length < bundle.Length; length += 97)
            Assert.False((await VerifyAsync(bundle[..length])).IsGood, $"{length} bytes");
        Assert.False((await VerifyAsync(bundle[..^1])).IsGood);
        Assert.False((await VerifyAsync([.. bundle, (byte)'\n'])).IsGood);
    }

    [Fact]
    public async Task Every_missing_line_is_told()
    {
        var lines = Lines(await _world.BundleAsync());
        for (var at = 0; at < lines.Count; at++)
        {
            var report = await VerifyAsync(Bytes([.. lines[..at], .. lines[(at + 1)..]]));
            var isContent = lines[at].StartsWith("{\"content\"", StringComparison.Ordinal);
            Assert.Equal(isContent, report.IsGood);
            if (isContent)
                Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.Content);
        }
    }

    [Fact]
    public async Task Two_lines_that_changed_places_are_told()
    {
        var lines = Lines(await _world.BundleAsync());
        for (var at = 0; at + 1 < lines.Count; at++)
            Assert.False((await VerifyAsync(Bytes([.. lines[..at], lines[at + 1], lines[at], .. lines[(at + 2)..]]))).IsGood, $"lines {at + 1} and {at + 2}");
    }

    [Fact]
    public async Task A_key_history_that_was_left_out_makes_its_keys_unknown()
    {
        var report = await VerifyAsync(await _world.BundleAsync(_world.PlatformKeys, _world.Book));
        Assert.Equal([1L, 2L, 5L, 6L], report.Failures.Select(failure => failure.StreamVersion!.Value));
        Assert.All(report.Failures, failure => Assert.Equal(FailureKind.KeyUnknown, failure.Kind));
        Assert.Equal(FailureKind.KeyUnknown, (await VerifyAsync(await _world.BundleAsync(_world.OwnerKeys, _world.Book))).Failures[0].Kind);
    }

    [Fact]
    public async Task Keys_of_another_world_are_not_the_pinned_root()
    {
        var report = await VerifyAsync(await _world.BundleAsync(), TrustFile.Parse(TrustFile.Write([_world.OtherKey.Id], Encoding.UTF8.GetBytes(World.Policy))));
        Assert.Equal((FailureKind.KeyNotValid, "platform-keys"), (report.Failures[0].Kind, report.Failures[0].Stream!.Type));
        Assert.Empty(report.KeyHistories);
    }

    [Fact]
    public async Task A_rotation_that_was_left_out_is_told()
    {
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.RotateKey(_world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2)));
        _world.Book.Commit(World.Owner, _world.NewOwnerKey, World.Save(3));
        var lines = Lines(await _world.BundleAsync());
        Expect.Good(await VerifyAsync(Bytes(lines)));
        var rotation = lines.FindIndex(line => line.Contains(KeyReceipts.IdentityKeyRotated, StringComparison.Ordinal));
        lines.RemoveAt(rotation);
        var report = await VerifyAsync(Bytes(lines));
        Assert.Equal([(FailureKind.Truncated, 1L), (FailureKind.KeyUnknown, 7L)], report.Failures.Select(failure => (failure.Kind, failure.StreamVersion!.Value)));
    }

    public static TheoryData<string, string, FailureKind> HeaderLies => new()
    {
        { "from", "2", FailureKind.VersionGap },
        { "to", "5", FailureKind.VersionGap },
        { "to", "7", FailureKind.Truncated },
        { "to", "0", FailureKind.Malformed },
        { "from", "0", FailureKind.Malformed },
        { "from", "7", FailureKind.Malformed },
        { "to", "6.5", FailureKind.Malformed },
        { "to", "\"6\"", FailureKind.Malformed },
        { "hash", "\"sha256:0000000000000000000000000000000000000000000000000000000000000000\"", FailureKind.Fork },
        { "hash", "\"sha256:00\"", FailureKind.Malformed },
        { "hash", "null", FailureKind.Malformed },
        { "more", "1", FailureKind.Malformed },
        { "stream", "{\"type\":\"pixbook\"}", FailureKind.Malformed },
    };

    [Theory, MemberData(nameof(HeaderLies))]
    public async Task A_header_that_lies_about_a_stream_is_told_once(string member, string value, FailureKind kind)
    {
        var lines = Lines(await _world.BundleAsync());
        var header = JsonNode.Parse(lines[0])!;
        header["streams"]![3]![member] = JsonNode.Parse(value);
        lines[0] = Encoding.UTF8.GetString(ReceiptChain.Canonical(header));
        Expect.One(await VerifyAsync(Bytes(lines)), kind);
    }

    [Fact]
    public async Task A_header_with_streams_out_of_order_or_twice_or_of_another_version_is_no_bundle()
    {
        async Task AssertNoBundle(Action<JsonObject> change)
        {
            var lines = Lines(await _world.BundleAsync());
            var header = JsonNode.Parse(lines[0])!.AsObject();
            change(header);
            lines[0] = Encoding.UTF8.GetString(ReceiptChain.Canonical(header));
            Assert.Equal("bundle:1", Expect.One(await VerifyAsync(Bytes(lines)), FailureKind.Malformed).Location);
        }
        await AssertNoBundle(header => header["version"] = 2);
        await AssertNoBundle(header => header["format"] = "other");
        await AssertNoBundle(header => header["more"] = 1);
        await AssertNoBundle(header => header.Remove("streams"));
        await AssertNoBundle(header => header["streams"] = new JsonObject());
        await AssertNoBundle(header => header["streams"]!.AsArray().Add(header["streams"]![3]!.DeepClone()));
        await AssertNoBundle(header =>
        {
            var book = header["streams"]![3]!.DeepClone();
            header["streams"]!.AsArray().RemoveAt(3);
            header["streams"]!.AsArray().Insert(0, book);
        });
        await AssertNoBundle(header => header["streams"]![1]!["from"] = 2);
        Assert.Equal(FailureKind.Malformed, (await VerifyAsync("not json\n"u8.ToArray())).Failures.Single().Kind);
        Assert.Equal(FailureKind.Malformed, (await VerifyAsync([])).Failures.Single().Kind);
    }

    [Fact]
    public async Task A_stream_that_the_header_promises_and_that_never_comes_is_truncated()
    {
        var lines = Lines(await _world.BundleAsync());
        var report = await VerifyAsync(Bytes([.. lines[..6]]));
        Expect.One(report, FailureKind.Truncated, 0);
    }

    [Fact]
    public async Task A_receipt_of_a_stream_that_the_header_does_not_name_is_told()
    {
        var lines = Lines(await _world.BundleAsync());
        var other = new ReceiptChain(StreamId.Create("pixbook", ("accountId", "A"), ("bookId", "ZZZ"))).Commit(World.Owner, _world.OwnerKey, _world.Created());
        Expect.One(await VerifyAsync(Bytes([.. lines, Encoding.UTF8.GetString(other[1].Bytes.Span)])), FailureKind.Malformed);
    }

    [Fact]
    public async Task Content_of_another_stream_is_told()
    {
        var lines = Lines(await _world.BundleAsync());
        var at = lines.FindIndex(line => line.Contains("My book", StringComparison.Ordinal));
        lines[at] = lines[at].Replace("BOOK", "KOOB", StringComparison.Ordinal);
        Expect.One(await VerifyAsync(Bytes(lines)), FailureKind.StreamMismatch, 1);
        Expect.One(await VerifyAsync(Bytes([lines[0], lines[at], .. lines[1..at], .. lines[(at + 1)..]])), FailureKind.Malformed);
    }

    [Fact]
    public async Task Changed_content_is_told_once()
    {
        var lines = Lines(await _world.BundleAsync());
        var at = lines.FindIndex(line => line.Contains("My book", StringComparison.Ordinal));
        lines[at] = lines[at].Replace("My book", "My Book", StringComparison.Ordinal);
        Expect.One(await VerifyAsync(Bytes(lines)), FailureKind.ContentMismatch, 1, _world.Book[1].EventId);
    }

    [Fact]
    public async Task Lists_of_last_trusted_receipts_travel_with_their_history()
    {
        var list = _world.Content(Encoding.UTF8.GetString(LastTrusted.ToJson([World.LastOf(_world.Book, 5)])));
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityKeyCompromised, _world.OwnerKey.Id, "stolen", list));
        Expect.One(await VerifyAsync(await _world.BundleAsync()), FailureKind.KeyCompromised, 6, _world.Book[6].EventId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public async Task Another_and_shorter_history_by_a_compromised_key_is_told(int? cores)
    {
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityKeyCompromised, _world.OwnerKey.Id, "stolen", [World.LastOf(_world.Book, 6)]));
        Expect.Good(await VerifyAsync(await _world.BundleAsync()));

        var created = _world.Created();
        _world.Book.Commits.Clear();
        _world.Book.Commit(World.Owner, _world.OwnerKey, created).Commit(World.Owner, _world.OwnerKey, World.Save(99));
        using var bundle = new MemoryStream(await _world.BundleAsync());
        var report = cores is { } some ? await BundleVerifier.VerifyAsync(bundle, _world.Trust, some) : await BundleVerifier.VerifyAsync(bundle, _world.Trust);
        Expect.One(report, FailureKind.KeyCompromised, 2, _world.Book[2].EventId);
    }

    [Fact]
    public async Task A_history_that_lists_a_later_stream_is_not_taken_for_that_stream()
    {
        // The last receipt of a history is missing, and the next stream's receipt mentions the history in its payload.
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.RotateKey(_world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2)));
        _world.Book.Commits.Clear();
        _world.Book.Commit(World.Owner, _world.OwnerKey, ReceiptChain.Draft("PIXBOOK_CREATED", $$"""{"ownerIdentityId":"OWNER","stream":{{_world.OwnerKeys.Stream.Json}}}"""));
        var lines = Lines(await _world.BundleAsync(_world.PlatformKeys, _world.OwnerKeys, _world.Book));
        lines.RemoveAt(lines.FindIndex(line => line.Contains(KeyReceipts.IdentityKeyRotated, StringComparison.Ordinal)));
        Expect.One(await VerifyAsync(Bytes(lines)), FailureKind.Truncated, 1);
    }

    [Fact]
    public async Task A_bundle_of_one_receipt_holds_its_commit()
    {
        using var output = new MemoryStream();
        await BundleWriter.WriteAsync(await _world.StoreAsync(), [(World.Part(_world.PlatformKeys), "platform/"), (World.Part(_world.Book, 3, 4), "books/")], output);
        var report = await VerifyAsync(output.ToArray());
        Expect.Good(report);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.Predecessors);
        Assert.Equal((3L, 4L), (report.Streams[^1].From, report.Streams[^1].To));

        await Assert.ThrowsAsync<ArgumentException>(async () => await BundleWriter.WriteAsync(await _world.StoreAsync(), [(World.Part(_world.Book, 1, 3), "books/")], Stream.Null));
        await Assert.ThrowsAsync<StreamDamagedException>(async () => await BundleWriter.WriteAsync(await _world.StoreAsync(), [(World.Part(_world.Book, 4, 6), "books/")], Stream.Null));
    }

    [Fact]
    public async Task A_slow_stream_with_the_smallest_reads_gives_the_same_verdict()
    {
        using var input = new OneByteStream(await _world.BundleAsync());
        Expect.Good(await BundleVerifier.VerifyAsync(input, _world.Trust));
    }

    [Fact]
    public async Task Progress_and_cancellation()
    {
        for (var i = 0; i < 300; i++)
            _world.Book.Commit(World.Owner, _world.OwnerKey, World.Save(i));
        var bundle = await _world.BundleAsync();
        var told = new Told();
        Expect.Good(await BundleVerifier.VerifyAsync(new MemoryStream(bundle), _world.Trust, progress: told));
        Assert.InRange(told.Last, 1, bundle.Length);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => BundleVerifier.VerifyAsync(new MemoryStream(bundle), _world.Trust, cancellationToken: new CancellationToken(true)));
    }

    private Task<VerificationReport> VerifyAsync(byte[] bundle) => VerifyAsync(bundle, _world.Trust);

    private static async Task<VerificationReport> VerifyAsync(byte[] bundle, TrustFile? trust) => await BundleVerifier.VerifyAsync(new MemoryStream(bundle), trust);

    private static List<string> Lines(byte[] bundle) => [.. Encoding.UTF8.GetString(bundle).Split('\n')[..^1]];

    private static byte[] Bytes(IEnumerable<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    private sealed class Told : IProgress<long>
    {
        public long Last { get; private set; }

        public void Report(long value) => Last = value;
    }

    private sealed class OneByteStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
