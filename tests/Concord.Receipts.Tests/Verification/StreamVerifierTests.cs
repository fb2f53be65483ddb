using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Concord.Receipts.Keys;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Verification;

public sealed partial class StreamVerifierTests
{
    private readonly World _world = World.WithBook();

    [Fact]
    public void A_good_stream_is_good_and_what_was_not_checked_is_said()
    {
        var report = _world.Verify();
        Expect.Good(report);
        Assert.Equal(9, report.Receipts);
        Assert.Equal(
            [NotCheckedKind.Head, NotCheckedKind.IdempotencyKeys],
            report.NotChecked.Select(item => item.Kind).Order());
        Assert.False(report.IsIncomplete);
        Assert.Equal(new StreamVerdict(_world.Book.Stream, 1, 6, _world.Book[6].Hash), report.Streams[^1]);
    }

    [Fact]
    public void Without_keys_policy_or_root_it_says_so()
    {
        var report = new VerificationReport();
        _world.Run(_world.Book, Bytes(_world.Book), report, new StreamVerifierInput());
        Expect.Good(report);
        Assert.True(report.IsIncomplete);
        Assert.Contains(report.NotChecked, item => item.Name == "signatures");

        report = new VerificationReport();
        var keys = _world.Keys();
        _world.Run(_world.PlatformKeys, Bytes(_world.PlatformKeys), report, new StreamVerifierInput { Keys = keys });
        _world.Run(_world.Book, Bytes(_world.Book), report, new StreamVerifierInput { Keys = keys });
        Expect.Good(report);
        Assert.True(report.IsIncomplete);
        Assert.Equal(["head", "idempotency-keys", "issuer-policy", "trust-root"], report.NotChecked.Select(item => item.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_long_list_of_what_was_not_checked_does_not_make_a_report_complete()
    {
        var report = new VerificationReport();
        for (var i = 0; i < 2 * VerificationReport.MaxFailures; i++)
            _ = new StreamVerifier(StreamId.Create("page", ("pageId", $"P{i}")), new StreamVerifierInput(), report, from: 2);
        Assert.False(report.IsIncomplete);
        _world.Run(_world.Book, Bytes(_world.Book), report, new StreamVerifierInput());
        Assert.True(report.IsIncomplete);
        Assert.Equal(VerificationReport.MaxFailures, report.NotChecked.Count);
        Assert.DoesNotContain(report.NotChecked, item => item.IsForWantOfInput);
    }

    public static TheoryData<long> Versions => [1, 2, 3, 4, 6];

    [Theory, MemberData(nameof(Versions))]
    public void A_changed_payload_is_a_hash_mismatch(long version)
    {
        var failure = Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["payload"]!["x"] = 1)), FailureKind.HashMismatch, version, _world.Book[version].EventId);
        Assert.Equal($"pixbook:{version}", failure.Location);
    }

    [Theory, MemberData(nameof(Versions))]
    public void A_changed_hash_is_a_hash_mismatch_and_told_once(long version) =>
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["hash"] = _world.Platform.Id.ToString())), FailureKind.HashMismatch, version);

    [Theory, MemberData(nameof(Versions))]
    public void A_changed_version_or_id_or_link_is_a_hash_mismatch_and_told_once(long version)
    {
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["streamVersion"] = 1000)), FailureKind.HashMismatch, version);
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["eventId"] = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")), FailureKind.HashMismatch, version);
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["commit"]!["count"] = 64)), FailureKind.HashMismatch, version);
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["stream"]!["bookId"] = "OTHER")), FailureKind.HashMismatch, version);
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["idempotencyKey"] = "other")), FailureKind.HashMismatch, version);
    }

    [Theory, MemberData(nameof(Versions))]
    public void What_is_malformed_too_large_not_canonical_or_of_another_schema_is_told_as_such(long version)
    {
        var receipt = _world.Book[version];
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(receipt, json => json.Remove("type"))), FailureKind.Malformed, version);
        Expect.One(_world.VerifyWith(version, [.. receipt.Bytes.Span, (byte)'\n']), FailureKind.NotCanonical, version);
        Expect.One(_world.VerifyWith(version, new byte[ReceiptLimits.ReceiptBytes + 1]), FailureKind.TooLarge, version);
        Expect.One(_world.VerifyWith(version, ReceiptChain.Forge(receipt, _world.OwnerKey, json => json["schemaVersion"] = 2)), FailureKind.UnsupportedSchema, version);
    }

    [Theory, MemberData(nameof(Versions))]
    public void A_signature_of_something_else_is_invalid(long version)
    {
        var signature = _world.OwnerKey.Sign(default).ToString();
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["signature"] = signature)), FailureKind.SignatureInvalid, version, _world.Book[version].EventId);
    }

    [Theory, MemberData(nameof(Versions))]
    public void The_other_half_of_a_good_signature_is_told_apart(long version)
    {
        var high = TestKey.HighS(_world.Book[version].Signature).ToString();
        Expect.One(_world.VerifyWith(version, ReceiptChain.Edit(_world.Book[version], json => json["signature"] = high)), FailureKind.SignatureNotLowS, version, _world.Book[version].EventId);
    }

    [Fact]
    public void A_key_that_no_history_has_is_unknown()
    {
        var stranger = new TestKey(99);
        _world.Book.Commit(World.Owner, stranger, World.Save(3)).Commit(World.Owner, _world.OwnerKey, World.Save(4));
        Expect.One(_world.Verify(), FailureKind.KeyUnknown, 7, _world.Book[7].EventId);
    }

    [Fact]
    public void Another_issuers_key_is_not_valid()
    {
        _world.Book.Commit(World.Owner, _world.OtherKey, World.Save(3));
        Expect.One(_world.Verify(), FailureKind.KeyNotValid, 7, _world.Book[7].EventId);
    }

    [Theory]
    [InlineData("a missing receipt", FailureKind.VersionGap, 3)]
    [InlineData("a version too high", FailureKind.VersionGap, 3)]
    [InlineData("a version too low", FailureKind.VersionGap, 2)]
    [InlineData("another hash before it", FailureKind.ChainBroken, 2)]
    [InlineData("another id before it", FailureKind.ChainBroken, 2)]
    [InlineData("nothing before it", FailureKind.ChainBroken, 2)]
    [InlineData("an id that is not greater", FailureKind.EventIdNotIncreasing, 2)]
    [InlineData("another stream", FailureKind.StreamMismatch, 2)]
    [InlineData("another index", FailureKind.CommitTorn, 2)]
    public void A_receipt_out_of_place_is_told_by_the_rule_that_it_breaks_and_once(string what, FailureKind kind, long version)
    {
        List<ReadOnlyMemory<byte>> receipts = [.. Bytes(_world.Book)];
        var second = _world.Book[2];
        byte[] Forge(Action<JsonObject> change) => ReceiptChain.Forge(second, _world.OwnerKey, change);
        switch (what)
        {
            case "a missing receipt":
                receipts.RemoveAt(1);
                break;
            case "a version too high":
                receipts[1] = Forge(json => json["streamVersion"] = 3);
                break;
            case "a version too low":
                receipts[1] = Forge(json => json["streamVersion"] = 1);
                break;
            case "another hash before it":
                receipts[1] = Forge(json => json["prevHash"] = second.Hash.ToString());
                break;
            case "another id before it":
                receipts[1] = Forge(json => json["prevEventId"] = default(EventId).ToString());
                break;
            case "nothing before it":
                receipts[1] = Forge(json => (json["prevEventId"], json["prevHash"]) = (null, null));
                break;
            case "an id that is not greater":
                receipts[1] = Forge(json => json["eventId"] = _world.Book[1].EventId.ToString());
                break;
            case "another stream":
                receipts[1] = Forge(json => json["stream"]!["bookId"] = "OTHER");
                break;
            case "another index":
                receipts[1] = Forge(json => json["commit"] = JsonNode.Parse("""{"count":2,"index":1}"""));
                break;
        }
        var report = _world.Verify(receipts);
        var failure = Expect.One(report, kind);
        Assert.Equal(what == "a version too low" ? 1 : version, failure.StreamVersion);
        Assert.Equal(6, report.Streams[^1].To);
    }

    [Fact]
    public void A_predecessor_of_the_first_receipt_breaks_the_chain()
    {
        var first = ReceiptChain.Forge(_world.Book[1], _world.OwnerKey, json => (json["prevEventId"], json["prevHash"]) = (default(EventId).ToString(), _world.Book[2].Hash.ToString()));
        Expect.One(_world.VerifyWith(1, first), FailureKind.ChainBroken, 1);
    }

    [Fact]
    public void A_commit_is_whole()
    {
        // Its second receipt is missing, and another commit follows with the right version.
        var half = new ReceiptChain(_world.Book.Stream);
        half.Commits.AddRange(_world.Book.Commits[..2]);
        half.Commits.Add([_world.Book[3]]);
        half.Commit(World.Owner, _world.OwnerKey, World.Save(2));
        Expect.One(_world.Verify(Bytes(half)), FailureKind.CommitTorn, 4);
        // It is missing at the end.
        Expect.One(_world.Verify(Bytes(_world.Book).Take(3)), FailureKind.CommitTorn, 3);
    }

    [Theory]
    [InlineData("idempotencyKey")]
    [InlineData("requestHash")]
    [InlineData("commit")]
    public void A_commit_has_one_key_one_request_hash_and_one_count(string member)
    {
        var changed = ReceiptChain.Forge(_world.Book[4], _world.Platform, json => json[member] = member switch
        {
            "idempotencyKey" => "other",
            "requestHash" => _world.Book[1].Hash.ToString(),
            _ => JsonNode.Parse("""{"count":3,"index":1}"""),
        });
        Expect.One(_world.VerifyWith(4, changed), FailureKind.CommitTorn, 4);
    }

    [Fact]
    public void A_receipt_that_comes_twice_is_a_gap() =>
        Expect.One(_world.Verify([.. Bytes(_world.Book).Take(2), _world.Book[2].Bytes, .. Bytes(_world.Book).Skip(2)]), FailureKind.VersionGap, 2);

    [Fact]
    public void A_tail_that_was_cut_off_is_told_behind_a_pinned_head_only()
    {
        Expect.Good(_world.Verify(Bytes(_world.Book).Take(5)));
        var report = _world.Verify(Bytes(_world.Book).Take(5), Pinned(World.LastOf(_world.Book, 6)));
        Expect.One(report, FailureKind.Truncated, 5);
        Assert.DoesNotContain(report.NotChecked, item => item.Kind == NotCheckedKind.Head && item.Detail.Contains("pixbook", StringComparison.Ordinal));
        Expect.Good(_world.Verify(trust: Pinned(World.LastOf(_world.Book, 6))));
        Expect.Good(_world.Verify(trust: Pinned(World.LastOf(_world.Book, 3))));
    }

    [Fact]
    public void Another_receipt_at_a_pinned_version_is_a_fork()
    {
        var pinned = World.LastOf(_world.Book, 5);
        var fork = new ReceiptChain(_world.Book.Stream);
        fork.Commits.AddRange(_world.Book.Commits[..3]);
        fork.Commit(World.Owner, _world.OwnerKey, World.Save(77)).Commit(World.Owner, _world.OwnerKey, World.Save(78));
        Expect.Good(_world.Verify(Bytes(fork)));
        Expect.One(_world.Verify(Bytes(fork), Pinned(pinned)), FailureKind.Fork, 5, fork[5].EventId);
    }

    [Fact]
    public void A_part_of_a_stream_says_what_was_not_seen()
    {
        var report = new VerificationReport();
        _world.Run(_world.Book, Bytes(_world.Book).Skip(2), report, StreamVerifierInput.From(_world.Trust, _world.Keys()), from: 3);
        Expect.Good(report);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.Predecessors);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.IssuerPolicy);
        Assert.Equal((3L, 6L), (report.Streams[^1].From, report.Streams[^1].To));

        report = new VerificationReport();
        _world.Run(_world.Book, Bytes(_world.Book).Skip(3), report, StreamVerifierInput.From(_world.Trust, _world.Keys()), from: 4);
        Expect.One(report, FailureKind.CommitTorn, 4);

        report = new VerificationReport();
        _world.Run(_world.Book, Bytes(_world.Book).Skip(2), report, StreamVerifierInput.From(_world.Trust, _world.Keys()), from: 2);
        Expect.One(report, FailureKind.VersionGap, 3);
    }

    [Fact]
    public void In_a_part_of_a_stream_an_identity_of_another_account_is_still_refused()
    {
        _world.Book.Commit(World.Other, _world.OtherKey, World.Save(3));
        var report = new VerificationReport();
        _world.Run(_world.Book, Bytes(_world.Book).Skip(6), report, StreamVerifierInput.From(_world.Trust, _world.Keys()), from: 7);
        Expect.One(report, FailureKind.IssuerNotAllowed, 7);
    }

    [Fact]
    public void Failures_are_counted_beyond_those_that_are_kept()
    {
        var report = new VerificationReport();
        _world.Run(_world.Book, Enumerable.Repeat<ReadOnlyMemory<byte>>("x"u8.ToArray(), 250), report, new StreamVerifierInput());
        Assert.Equal((250L, VerificationReport.MaxFailures), (report.FailureCount, report.Failures.Count));
    }

    [Fact]
    public void Every_kind_of_failure_has_its_stable_name() => Assert.Equal(
        ["malformed", "too-large", "unsupported-schema", "not-canonical", "hash-mismatch", "signature-invalid", "signature-not-low-s", "key-unknown", "key-not-valid",
         "key-compromised", "issuer-not-allowed", "chain-broken", "version-gap", "event-id-not-increasing", "commit-torn", "fork", "stream-mismatch",
         "idempotency-key-reused", "content-mismatch", "truncated"],
        Enum.GetValues<FailureKind>().Select(kind => kind.Name()));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_single_changed_byte_is_caught(long version)
    {
        var original = _world.Book[version].Bytes.ToArray();
        var keys = _world.Keys();
        var input = StreamVerifierInput.From(_world.Trust, keys);
        var before = Bytes(_world.Book).Take((int)version - 1).ToList();
        for (var at = 0; at < original.Length; at++)
        {
            foreach (var value in new[] { (byte)(original[at] ^ 1), (byte)(original[at] ^ 0x20), (byte)'0', (byte)'A', (byte)'"', (byte)' ', (byte)0xFF })
            {
                if (value == original[at])
                    continue;
                var changed = original.ToArray();
                changed[at] = value;
                var report = new VerificationReport();
                var verifier = new StreamVerifier(_world.Book.Stream, input, report);
                foreach (var receipt in before)
                    verifier.Verify(receipt, default);
                Assert.False(verifier.Verify(changed, default), $"byte {at} changed to {value}");
                Assert.Equal(1, report.FailureCount);
            }
        }
    }

    [Fact]
    public void Memory_does_not_grow_with_the_stream()
    {
        var book = new ReceiptChain(_world.Book.Stream).Commit(World.Owner, _world.OwnerKey, ReceiptChain.Draft("PIXBOOK_CREATED", """{"ownerIdentityId":"OWNER"}"""));
        for (var i = 0; i < 60; i++)
            book.Commit(World.Owner, _world.OwnerKey, World.Save(i));
        var receipts = Bytes(book).ToList();
        var input = StreamVerifierInput.From(_world.Trust, _world.Keys());
        long Measure(int count)
        {
            var verifier = new StreamVerifier(book.Stream, input, new VerificationReport());
            var at = new SourceLocation("x");
            for (var i = 0; i < 11; i++)
                verifier.Verify(receipts[i], at);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 11; i < count; i++)
                verifier.Verify(receipts[i], at);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Measure(61);
        // What the platform's own VerifyHash allocates is measured apart, and is not ours.
        var key = _world.OwnerKey.PublicKey;
        var (hash, signature) = (book[20].Hash.Value, book[20].Signature);
        key.Verify(hash, signature);
        var start = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
            key.Verify(hash, signature);
        var primitive = GC.GetAllocatedBytesForCurrentThread() - start;
        Assert.InRange(Measure(61) - primitive, -64 * 50, 64 * 50);
    }

    internal static TrustFile Pinned(params LastTrusted[] heads)
    {
        var json = JsonNode.Parse(TrustFile.Write([new TestKey(1).Id], System.Text.Encoding.UTF8.GetBytes(World.Policy)))!.AsObject();
        json["heads"] = JsonNode.Parse(LastTrusted.ToJson([.. heads]));
        return TrustFile.Parse(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true })));
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Bytes(ReceiptChain chain) => chain.Receipts.Select(receipt => receipt.Bytes);
}
