using Concord.Receipts.Hashing;
using Concord.Receipts.Keys;
using Concord.Receipts.Signing;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Verification;

public sealed partial class StreamVerifierTests
{
    public static TheoryData<string, string, string, bool> WhoMaySign => new()
    {
        { "PIXBOOK_SAVE", "{}", World.Owner, true },
        { "PIXBOOK_SAVE", "{}", Issuer.Platform, false },
        { "PIXBOOK_SAVE", "{}", World.Other, false },
        { "CARD_ADDED", """{"kind":"grant"}""", Issuer.Platform, true },
        { "CARD_ADDED", """{"kind":"grant"}""", World.Owner, false },
        { "CARD_ADDED", """{"kind":"trade"}""", Issuer.Platform, true },
        { "CARD_ADDED", """{"kind":"trade"}""", World.Owner, false },
        { "CARD_ADDED", """{"kind":"pack"}""", World.Owner, true },
        { "CARD_ADDED", """{"kind":"pack"}""", Issuer.Platform, false },
        { "CARD_ADDED", """{"kind":"other"}""", Issuer.Platform, false },
        { "CARD_ADDED", """{"kind":1}""", World.Owner, false },
        { "CARD_REMOVED", """{"reason":"correction"}""", Issuer.Platform, true },
        { "CARD_REMOVED", """{"reason":"correction"}""", World.Owner, false },
        { "CARD_REMOVED", """{"kind":"trade","reason":"x"}""", Issuer.Platform, true },
        { "CARD_REMOVED", """{"reason":"swap"}""", World.Owner, true },
        { "CARD_REMOVED", """{"reason":"swap"}""", Issuer.Platform, false },
        { "PACK_ISSUED", "{}", Issuer.Platform, true },
        { "PACK_ISSUED", "{}", World.Owner, false },
        { "CONTENT_ERASED", "{}", Issuer.Platform, true },
        { "CONTENT_ERASED", "{}", World.Owner, false },
        { "NOBODY_KNOWS", "{}", World.Owner, false },
        { "NOBODY_KNOWS", "{}", Issuer.Platform, false },
    };

    [Theory, MemberData(nameof(WhoMaySign))]
    public void Only_who_the_policy_names_may_sign(string type, string payload, string signer, bool isAllowed)
    {
        var key = signer switch { World.Owner => _world.OwnerKey, World.Other => _world.OtherKey, _ => _world.Platform };
        _world.Book.Commit(signer, key, ReceiptChain.Draft(type, payload)).Commit(World.Owner, _world.OwnerKey, World.Save(9));
        var report = _world.Verify();
        if (isAllowed)
            Expect.Good(report);
        else
            Expect.One(report, FailureKind.IssuerNotAllowed, 7, _world.Book[7].EventId);
    }

    [Fact]
    public void The_owner_belongs_to_the_account_in_the_streams_name()
    {
        // Account B's identity makes a book under account A, and says that it owns it.
        var world = new World();
        world.Book.Commit(World.Other, world.OtherKey, world.Created(World.Other));
        Expect.One(world.Verify(), FailureKind.IssuerNotAllowed, 1, world.Book[1].EventId);
    }

    [Fact]
    public void The_owner_is_who_the_first_receipt_names_and_nobody_later()
    {
        _world.Book.Commit(World.Other, _world.OtherKey, ReceiptChain.Draft("PIXBOOK_SAVE", """{"ownerIdentityId":"OTHER"}"""));
        Expect.One(_world.Verify(), FailureKind.IssuerNotAllowed, 7);

        // Not even when a receipt says that it were the first.
        var usurper = new World();
        usurper.Book.Commit(World.Owner, usurper.OwnerKey, usurper.Created());
        var secondFirst = ReceiptChain.Forge(
            usurper.Book.Seal(World.Owner, usurper.OwnerKey, "x", ReceiptChain.Draft("PIXBOOK_CREATED", """{"ownerIdentityId":"OTHER"}"""))[0], usurper.OwnerKey, json => json["streamVersion"] = 1);
        var third = usurper.Book.Seal(World.Other, usurper.OtherKey, "y", World.Save(1))[0];
        var report = usurper.Verify([usurper.Book[1].Bytes, secondFirst, third.Bytes]);
        Assert.Equal([FailureKind.VersionGap, FailureKind.IssuerNotAllowed], report.Failures.Select(failure => failure.Kind));
    }

    [Fact]
    public void A_book_that_names_no_owner_is_nobodys()
    {
        var world = new World();
        world.Book.Commit(World.Owner, world.OwnerKey, ReceiptChain.Draft("PIXBOOK_CREATED"));
        Expect.One(world.Verify(), FailureKind.IssuerNotAllowed, 1);
    }

    [Fact]
    public void A_stream_type_that_the_policy_does_not_know_is_nobodys()
    {
        var chain = new ReceiptChain(StreamId.Create("unheard-of", ("id", "X"))).Commit(Issuer.Platform, _world.Platform, ReceiptChain.Draft("X"));
        var report = new VerificationReport();
        _world.Run(chain, Bytes(chain), report, StreamVerifierInput.From(_world.Trust, _world.Keys()));
        Expect.One(report, FailureKind.IssuerNotAllowed, 1);
    }

    [Fact]
    public void An_identity_may_not_write_key_histories()
    {
        var world = new World();
        world.OwnerKeys.Commit(World.Owner, world.OwnerKey, KeyReceipts.RotateKey(world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2)));
        var report = new VerificationReport();
        world.Keys(report);
        Expect.One(report, FailureKind.IssuerNotAllowed, 2, world.OwnerKeys[2].EventId);
    }

    [Fact]
    public void A_changed_signature_of_the_wrong_issuer_is_told_as_the_issuer_first()
    {
        // The order of the format: allowed comes before the signature.
        _world.Book.Commit(Issuer.Platform, _world.Platform, World.Save(3));
        var changed = ReceiptChain.Edit(_world.Book[7], json => json["signature"] = _world.Platform.Sign(default(Sha256Hash)).ToString());
        Expect.One(_world.VerifyWith(7, changed), FailureKind.IssuerNotAllowed, 7);
    }
}
