using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Keys;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Verification;

public sealed partial class StreamVerifierTests
{
    [Fact]
    public void Keys_of_one_issuer_appear_in_the_order_of_its_history()
    {
        Rotate();
        _world.Book
            .Commit(World.Owner, _world.OwnerKey, World.Save(3))
            .Commit(World.Owner, _world.NewOwnerKey, World.Save(4))
            .Commit(World.Owner, _world.NewOwnerKey, World.Save(5));
        Expect.Good(_world.Verify());
        _world.Book.Commit(World.Owner, _world.OwnerKey, World.Save(6)).Commit(World.Owner, _world.NewOwnerKey, World.Save(7));
        Expect.One(_world.Verify(), FailureKind.KeyNotValid, 10, _world.Book[10].EventId);
    }

    [Fact]
    public void Rotation_means_no_more_than_order_in_each_stream()
    {
        // This stream has not seen the new key: the older one is as good as before.
        Rotate();
        _world.Book.Commit(World.Owner, _world.OwnerKey, World.Save(3));
        Expect.Good(_world.Verify());
    }

    public static TheoryData<string, FailureKind> Ends => new()
    {
        { KeyReceipts.IdentityRevoked, FailureKind.KeyNotValid },
        { KeyReceipts.IdentityKeyCompromised, FailureKind.KeyCompromised },
    };

    [Theory, MemberData(nameof(Ends))]
    public void After_its_end_a_key_is_good_up_to_the_last_trusted_receipt(string type, FailureKind kind)
    {
        End(type, [World.LastOf(_world.Book, 6)]);
        Expect.Good(_world.Verify());
        _world.Book.Commit(World.Owner, _world.OwnerKey, World.Save(3));
        Expect.One(_world.Verify(), kind, 7, _world.Book[7].EventId);
    }

    [Theory, MemberData(nameof(Ends))]
    public void A_later_receipt_by_an_ended_key_is_told_and_the_stream_goes_on(string type, FailureKind kind)
    {
        End(type, [World.LastOf(_world.Book, 5)]);
        Expect.One(_world.Verify(), kind, 6, _world.Book[6].EventId);
    }

    [Theory, MemberData(nameof(Ends))]
    public void A_stream_that_is_not_listed_is_not_trusted_at_all(string type, FailureKind kind)
    {
        End(type, []);
        var report = _world.Verify();
        Assert.Equal([(kind, 1L), (kind, 2L), (kind, 5L), (kind, 6L)], report.Failures.Select(failure => (failure.Kind, failure.StreamVersion!.Value)));
    }

    [Theory, MemberData(nameof(Ends))]
    public void The_last_trusted_receipt_is_meant_by_its_hash(string type, FailureKind kind)
    {
        End(type, [World.LastOf(_world.Book, 6) with { Hash = _world.Book[5].Hash }]);
        Expect.One(_world.Verify(), kind, 6);
    }

    /// <summary>What whoever has the ended key can make without anybody else's: another beginning of the book.</summary>
    private ReceiptChain Forged() => new ReceiptChain(_world.Book.Stream)
        .Commit(World.Owner, _world.OwnerKey, _world.Created())
        .Commit(World.Owner, _world.OwnerKey, World.Save(98))
        .Commit(World.Owner, _world.OwnerKey, World.Save(99));

    [Theory, MemberData(nameof(Ends))]
    public void Another_and_shorter_history_by_an_ended_key_is_told_once_by_the_last_receipt_of_that_key(string type, FailureKind kind)
    {
        End(type, [World.LastOf(_world.Book, 6)]);
        var forged = Forged();
        var failure = Expect.One(_world.Verify(Bytes(forged)), kind, 3, forged[3].EventId);
        Assert.Contains($"version 6 with {_world.Book[6].Hash}", failure.Expected, StringComparison.Ordinal);
        Assert.Equal("pixbook:3", failure.Location);
    }

    [Theory, MemberData(nameof(Ends))]
    public void Another_history_that_a_good_key_goes_on_with_is_told_where_it_misses_the_last_trusted_receipt(string type, FailureKind kind)
    {
        End(type, [World.LastOf(_world.Book, 4)]);
        var forged = Forged().Commit(Issuer.Platform, _world.Platform, World.Grant("c9")).Commit(Issuer.Platform, _world.Platform, World.Grant("c10"));
        Expect.One(_world.Verify(Bytes(forged)), kind, 3, forged[3].EventId);
    }

    [Theory, MemberData(nameof(Ends))]
    public void A_part_is_good_that_leads_to_the_last_trusted_receipt_and_no_shorter_one(string type, FailureKind kind)
    {
        End(type, [World.LastOf(_world.Book, 5)]);
        _world.Book.Commits.RemoveAt(_world.Book.Commits.Count - 1);
        var keys = _world.Keys();
        foreach (var (from, to) in new[] { (1, 5), (2, 5), (3, 5), (5, 5) })
            Expect.Good(VerifyPart(from, to));
        Expect.One(VerifyPart(1, 4), kind, 2);
        Expect.One(VerifyPart(2, 2), kind, 2);
        // What others signed is theirs.
        Expect.Good(VerifyPart(3, 4));

        VerificationReport VerifyPart(int from, int to)
        {
            var report = new VerificationReport();
            _world.Run(_world.Book, Bytes(_world.Book).Skip(from - 1).Take(to - from + 1), report, StreamVerifierInput.From(_world.Trust, keys), from);
            return report;
        }
    }

    [Theory, MemberData(nameof(Ends))]
    public void Behind_a_receipt_that_cannot_be_believed_nothing_more_is_said_of_an_ended_key(string type, FailureKind kind)
    {
        End(type, [World.LastOf(_world.Book, 6)]);
        Assert.NotEqual(FailureKind.HashMismatch, kind);
        Expect.One(_world.VerifyWith(6, ReceiptChain.Edit(_world.Book[6], json => json["createdAt"] = "2030-01-01T00:00:00.000Z")), FailureKind.HashMismatch, 6);
        Expect.One(_world.VerifyWith(3, ReceiptChain.Edit(_world.Book[3], json => json["createdAt"] = "2030-01-01T00:00:00.000Z")), FailureKind.HashMismatch, 3);
    }

    [Fact]
    public void A_key_history_that_a_compromised_platform_key_wrote_anew_is_told()
    {
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.RotateKey(_world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2)));
        _world.PlatformKeys.Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.AddKey(_world.NextPlatform.PublicKey, World.Reference("platform", 2), new TestKey(3).Id));
        _world.PlatformKeys.Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.EndKey(KeyReceipts.KeyCompromised, _world.Platform.Id, "stolen",
            [World.LastOf(_world.PlatformKeys, 1), World.LastOf(_world.OwnerKeys, 2), World.LastOf(_world.OtherKeys, 1)]));
        _world.Keys();

        // The same identity with a key of the thief's.
        var forged = _world.Identity("A", World.Owner, new TestKey(67));
        var report = new VerificationReport();
        var keys = new KeyRing();
        Assert.True(keys.TryAdd(_world.Run(_world.PlatformKeys, Bytes(_world.PlatformKeys), report, StreamVerifierInput.From(_world.Trust, keys))!));
        _world.Run(forged, Bytes(forged), report, StreamVerifierInput.From(_world.Trust, keys));
        Expect.One(report, FailureKind.KeyCompromised, 1, forged[1].EventId);
    }

    [Theory, MemberData(nameof(Ends))]
    public void A_long_list_is_a_content_object(string type, FailureKind kind)
    {
        var list = _world.Content(Encoding.UTF8.GetString(LastTrusted.ToJson([World.LastOf(_world.Book, 6)])));
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(type, _world.OwnerKey.Id, "lost", list));
        Expect.Good(_world.Verify());
        _world.Book.Commit(World.Owner, _world.OwnerKey, World.Save(3));
        Expect.One(_world.Verify(), kind, 7);

        // Without the list it cannot be said what is trusted: that is a failure, and nothing is.
        _world.Contents.Remove(list.ContentHash);
        var report = _world.Verify();
        Assert.Equal(FailureKind.ContentMismatch, report.Failures[0].Kind);
        Assert.Equal(StreamId.IdentityType, report.Failures[0].Stream!.Type);
        Assert.Equal([kind], report.Failures.Skip(1).Select(failure => failure.Kind).Distinct());
    }

    [Fact]
    public void A_list_that_is_none_is_a_content_mismatch()
    {
        var list = _world.Content("""{"not":"a list"}""");
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, _world.OwnerKey.Id, "lost", list));
        var report = new VerificationReport();
        _world.Keys(report);
        Assert.Equal(FailureKind.ContentMismatch, report.Failures[0].Kind);
    }

    [Fact]
    public void The_platforms_keys_follow_each_other_as_named()
    {
        var third = new TestKey(3);
        _world.PlatformKeys.Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.AddKey(_world.NextPlatform.PublicKey, World.Reference("platform", 2), third.Id));
        _world.Book.Commit(Issuer.Platform, _world.NextPlatform, World.Grant("c3"));
        Expect.Good(_world.Verify());
        _world.Book.Commit(Issuer.Platform, _world.Platform, World.Grant("c4"));
        Expect.One(_world.Verify(), FailureKind.KeyNotValid, 8);
    }

    [Fact]
    public void A_key_that_its_predecessor_did_not_name_is_not_valid()
    {
        var thief = new TestKey(66);
        _world.PlatformKeys.Commit(Issuer.Platform, thief, KeyReceipts.AddKey(thief.PublicKey, World.Reference("platform", 2), new TestKey(67).Id));
        Expect.One(_world.Verify(), FailureKind.KeyNotValid, 2, _world.PlatformKeys[2].EventId);
    }

    [Fact]
    public void A_key_is_added_by_its_own_signature()
    {
        // The current key cannot sign for its successor, nor can the addition carry another key's signature.
        var byCurrent = new World();
        byCurrent.PlatformKeys.Commit(Issuer.Platform, byCurrent.Platform, KeyReceipts.AddKey(byCurrent.NextPlatform.PublicKey, World.Reference("platform", 2), new TestKey(3).Id));
        var report = new VerificationReport();
        byCurrent.Keys(report);
        Expect.One(report, FailureKind.KeyNotValid, 2);

        _world.PlatformKeys.Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.AddKey(_world.NextPlatform.PublicKey, World.Reference("platform", 2), new TestKey(3).Id));
        var changed = ReceiptChain.Edit(_world.PlatformKeys[2], json => json["signature"] = _world.Platform.Sign(_world.PlatformKeys[2].Hash.Value).ToString());
        report = new VerificationReport();
        var history = _world.Run(_world.PlatformKeys, [_world.PlatformKeys[1].Bytes, changed], report, StreamVerifierInput.From(_world.Trust, new KeyRing()));
        Expect.One(report, FailureKind.SignatureInvalid, 2);
        Assert.Single(history!.Keys);
    }

    [Fact]
    public void A_first_key_that_the_trust_file_does_not_name_is_not_valid()
    {
        var trust = TrustFile.Parse(TrustFile.Write([_world.OtherKey.Id], Encoding.UTF8.GetBytes(World.Policy)));
        var report = new VerificationReport();
        Assert.Null(_world.Run(_world.PlatformKeys, Bytes(_world.PlatformKeys), report, StreamVerifierInput.From(trust, new KeyRing())));
        Expect.One(report, FailureKind.KeyNotValid, 1, _world.PlatformKeys[1].EventId);
    }

    [Fact]
    public void A_compromised_platform_key_is_good_for_the_listed_receipts_only()
    {
        _world.PlatformKeys.Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.AddKey(_world.NextPlatform.PublicKey, World.Reference("platform", 2), new TestKey(3).Id));
        ImmutableArray<LastTrusted> trusted =
            [World.LastOf(_world.PlatformKeys, 1), World.LastOf(_world.OwnerKeys, 1), World.LastOf(_world.OtherKeys, 1), World.LastOf(_world.Book, 4)];
        _world.PlatformKeys.Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.EndKey(KeyReceipts.KeyCompromised, _world.Platform.Id, "stolen", trusted));
        Expect.Good(_world.Verify());
        _world.Book.Commit(Issuer.Platform, _world.Platform, World.Grant("stolen"));
        Expect.One(_world.Verify(), FailureKind.KeyCompromised, 7, _world.Book[7].EventId);
        // The thief makes an identity.
        var mallory = _world.Identity("M", "MALLORY", new TestKey(67));
        var report = new VerificationReport();
        _world.Run(mallory, Bytes(mallory), report, StreamVerifierInput.From(_world.Trust, _world.Keys()));
        Expect.One(report, FailureKind.KeyCompromised, 1);
    }

    [Fact]
    public void A_compromised_platform_key_is_judged_in_its_own_history_too()
    {
        _world.PlatformKeys
            .Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.AddKey(_world.NextPlatform.PublicKey, World.Reference("platform", 2), new TestKey(3).Id))
            .Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.EndKey(KeyReceipts.KeyCompromised, _world.Platform.Id, "stolen", []));
        var report = new VerificationReport();
        _world.Run(_world.PlatformKeys, Bytes(_world.PlatformKeys), report, StreamVerifierInput.From(_world.Trust, new KeyRing()));
        Expect.One(report, FailureKind.KeyCompromised, 1, _world.PlatformKeys[1].EventId);
    }

    [Theory]
    [InlineData(KeyReceipts.KeyAdded, "{}")]
    [InlineData(KeyReceipts.KeyCompromised, """{"publicKeyId":"sha256:0000000000000000000000000000000000000000000000000000000000000000","reason":"x","lastTrusted":[]}""")]
    [InlineData(KeyReceipts.IdentityRevoked, """{"publicKeyId":"sha256:0000000000000000000000000000000000000000000000000000000000000000","reason":"x","lastTrusted":[]}""")]
    [InlineData("UNHEARD_OF", "{}")]
    public void What_has_no_place_in_a_key_history_is_malformed(string type, string payload)
    {
        _world.PlatformKeys.Commit(Issuer.Platform, _world.Platform, ReceiptChain.Draft(type, payload));
        Expect.One(_world.Verify(), FailureKind.Malformed, 2, _world.PlatformKeys[2].EventId);
    }

    [Fact]
    public void A_public_key_is_the_one_that_its_id_says()
    {
        var world = new World();
        var draft = KeyReceipts.RotateKey(world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2));
        var payload = Encoding.UTF8.GetString(draft.Payload.Span).Replace(world.NewOwnerKey.Id.ToString(), world.OtherKey.Id.ToString(), StringComparison.Ordinal);
        world.OwnerKeys.Commit(Issuer.Platform, world.Platform, ReceiptChain.Draft(draft.Type, payload));
        var report = new VerificationReport();
        world.Keys(report);
        Expect.One(report, FailureKind.Malformed, 2);
    }

    private void Rotate() =>
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.RotateKey(_world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2)));

    private void End(string type, ImmutableArray<LastTrusted> lastTrusted) =>
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(type, _world.OwnerKey.Id, "lost", lastTrusted));
}
