using System.Collections.Immutable;
using System.Text;
using Concord.Receipts.Keys;
using Concord.Receipts.Projections;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Verification;

namespace Concord.Receipts.Tests.Keys;

public sealed class KeyHistoryTests
{
    private readonly World _world = new();

    [Fact]
    public void A_history_holds_the_keys_oldest_first_and_what_became_of_them()
    {
        ImmutableArray<LastTrusted> trusted = [World.LastOf(_world.OtherKeys, 1)];
        _world.OwnerKeys
            .Commit(Issuer.Platform, _world.Platform, KeyReceipts.RotateKey(_world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2)))
            .Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityKeyCompromised, _world.OwnerKey.Id, "stolen", trusted));
        var history = Fold(_world.OwnerKeys);
        Assert.Equal(("OWNER", "A", 3L, _world.OwnerKeys[3].Hash), (history.IdentityId, history.AccountId, history.Version, history.Hash));
        Assert.Equal([_world.OwnerKey.Id, _world.NewOwnerKey.Id], history.Keys.Select(key => key.PublicKey.Id));
        Assert.Equal([0, 1], history.Keys.Select(key => key.Order));
        Assert.Equal(_world.NewOwnerKey.Id, history.Current!.PublicKey.Id);
        Assert.Equal(World.Reference("OWNER", 2), history.Current.Reference);
        Assert.Equal(ContentReference.FindIn(_world.OwnerKeys[1].Payload).Single(), history.Label);
        Assert.False(history.IsRevoked);
        Assert.True(history.TryGet(_world.OwnerKey.Id, out var first));
        Assert.True(first.End is { IsCompromise: true, Reason: "stolen", ListContent: null });
        Assert.False(history.TryGet(_world.Platform.Id, out _));
    }

    [Fact]
    public void An_end_trusts_the_listed_receipts_and_those_before_them()
    {
        var end = new KeyEnd(true, "x", ImmutableDictionary<StreamId, LastTrusted>.Empty.Add(_world.Book.Stream, new LastTrusted(_world.Book.Stream, 5, _world.OwnerKeys[1].Hash)), null);
        Assert.True(end.Trusts(_world.Book.Stream, 4, default));
        Assert.True(end.Trusts(_world.Book.Stream, 5, _world.OwnerKeys[1].Hash));
        Assert.False(end.Trusts(_world.Book.Stream, 5, default));
        Assert.False(end.Trusts(_world.Book.Stream, 6, _world.OwnerKeys[1].Hash));
        Assert.False(end.Trusts(_world.OwnerKeys.Stream, 1, default));
    }

    [Fact]
    public void A_list_in_a_content_object_is_asked_for_and_given()
    {
        ImmutableArray<LastTrusted> trusted = [World.LastOf(_world.OtherKeys, 1), World.LastOf(_world.PlatformKeys, 1)];
        var reference = _world.Content(Encoding.UTF8.GetString(LastTrusted.ToJson(trusted)));
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, _world.OwnerKey.Id, "left", reference));
        var history = Fold(_world.OwnerKeys);
        Assert.True(history.IsRevoked);
        Assert.Equal([reference.ContentHash], history.MissingContent);
        Assert.False(history.Current!.End!.Trusts(_world.OtherKeys.Stream, 1, _world.OtherKeys[1].Hash));
        history = history.WithLastTrusted(_world.Contents[reference.ContentHash]);
        Assert.Empty(history.MissingContent);
        Assert.True(history.Current!.End!.Trusts(_world.OtherKeys.Stream, 1, _world.OtherKeys[1].Hash));
    }

    [Fact]
    public void What_a_key_history_cannot_say_is_refused()
    {
        void AssertRefused(ReceiptChain chain, params ReceiptDraft[] drafts)
        {
            foreach (var draft in drafts)
                Assert.Throws<FormatException>(() => Fold(chain).Evolve(chain.Seal(Issuer.Platform, _world.Platform, "x", draft)[0]));
        }
        var (key, reference) = (_world.NewOwnerKey.PublicKey, World.Reference("k", 2));
        AssertRefused(
            _world.OwnerKeys,
            KeyReceipts.CreateIdentity(key, reference, Fold(_world.OwnerKeys).Label!),
            KeyReceipts.RotateKey(_world.OwnerKey.PublicKey, reference),
            KeyReceipts.AddKey(key, reference, key.Id),
            KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, _world.OtherKey.Id, "not ours", []),
            KeyReceipts.EndKey(KeyReceipts.KeyCompromised, _world.OwnerKey.Id, "x", []),
            ReceiptChain.Draft(KeyReceipts.IdentityKeyRotated, """{"publicKey":"AA==","publicKeyId":"sha256:00","keyRef":{}}"""),
            ReceiptChain.Draft(KeyReceipts.IdentityRevoked, $$"""{"publicKeyId":"{{_world.OwnerKey.Id}}","reason":"x"}"""),
            ReceiptChain.Draft(KeyReceipts.IdentityRevoked, $$"""{"publicKeyId":"{{_world.OwnerKey.Id}}","lastTrusted":{},"reason":"x"}"""),
            ReceiptChain.Draft(KeyReceipts.IdentityRevoked, $$"""{"publicKeyId":"{{_world.OwnerKey.Id}}","reason":"x","lastTrusted":[{}]}"""),
            ReceiptChain.Draft(KeyReceipts.IdentityRevoked, $$"""{"publicKeyId":"{{_world.OwnerKey.Id}}","reason":"x","lastTrusted":[],"more":1}"""));
        AssertRefused(_world.PlatformKeys, KeyReceipts.RotateKey(key, reference), KeyReceipts.AddKey(_world.Platform.PublicKey, reference, key.Id));
    }

    [Fact]
    public void A_stream_is_listed_once() =>
        Assert.Throws<FormatException>(() =>
        {
            using var json = System.Text.Json.JsonDocument.Parse(LastTrusted.ToJson([World.LastOf(_world.OtherKeys, 1), World.LastOf(_world.OtherKeys, 1)]));
            LastTrusted.ReadList(json.RootElement);
        });

    [Fact]
    public void A_ring_takes_one_history_of_an_issuer()
    {
        var ring = new KeyRing();
        Assert.True(ring.TryAdd(Fold(_world.OwnerKeys)));
        Assert.False(ring.TryAdd(Fold(_world.Identity("B", World.Owner, _world.OtherKey))));
        Assert.True(ring.TryGet(World.Owner, out var history) && history.AccountId == "A");
        Assert.Null(ring.Find(_world.OwnerKey.Id, "OTHER"u8, out var isKnown));
        Assert.True(isKnown);
        Assert.Null(ring.Find(_world.OtherKey.Id, "OWNER"u8, out isKnown));
        Assert.False(isKnown);
        Assert.Equal(_world.OwnerKey.Id, ring.Find(_world.OwnerKey.Id, "OWNER"u8, out _)!.Entry.PublicKey.Id);
    }

    [Fact]
    public async Task The_fold_of_a_host_gives_what_a_verifier_gives()
    {
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, ReceiptChain.Draft(ContentErasure.ReceiptType, $$"""{"contentHash":"{{Fold(_world.OwnerKeys).Label!.ContentHash}}","reason":"asked for"}"""));
        var type = new StreamType<KeyHistory>(StreamId.IdentityType, "identities/{identityId}/", new KeyHistoryFold());
        var replayed = await StreamReplay.ReplayAsync(await _world.StoreAsync(), type, _world.OwnerKeys.Stream);
        Assert.Null(replayed.UnknownType);
        Assert.True(_world.Keys().TryGet(World.Owner, out var verified));
        Assert.Equal((verified.Version, verified.Hash, verified.Current!.PublicKey.Id), (replayed.State.Version, replayed.State.Hash, replayed.State.Current!.PublicKey.Id));
        Assert.Equal(StateDigest.Of(replayed, type.Fold), StateDigest.Of(await StreamReplay.ReplayAsync(await _world.StoreAsync(), type, _world.OwnerKeys.Stream), type.Fold));
    }

    private static KeyHistory Fold(ReceiptChain chain) => chain.Receipts.Aggregate(KeyHistory.Empty, (history, receipt) => history.Evolve(receipt));
}
