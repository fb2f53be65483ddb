using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Verification;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Bundles;

/// <summary>Key histories that somebody reordered, cut off or wrote anew on their way. The vectors have the other ways to tamper with keys.</summary>
public sealed class BundleKeyHistoryTests
{
    private readonly World _world = World.WithBook();

    public BundleKeyHistoryTests()
    {
        _world.OwnerKeys
            .Commit(Issuer.Platform, _world.Platform, KeyReceipts.RotateKey(_world.NewOwnerKey.PublicKey, World.Reference("OWNER", 2)))
            .Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityKeyCompromised, _world.OwnerKey.Id, "stolen", [World.LastOf(_world.Book, 5)]));
        _world.PlatformKeys
            .Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.AddKey(_world.NextPlatform.PublicKey, World.Reference("platform", 2), new TestKey(3).Id));
    }

    [Theory]
    // In a key history what the key is comes before the place: a second key was not named by one before it, nor does an identity begin with one.
    [InlineData(StreamId.PlatformKeysType, 1, 2, FailureKind.KeyNotValid)]
    [InlineData(StreamId.IdentityType, 1, 2, FailureKind.Malformed)]
    [InlineData(StreamId.IdentityType, 2, 3, FailureKind.VersionGap)]
    public async Task A_history_whose_receipts_changed_places_is_told_where_it_first_goes_wrong(string type, int first, int second, FailureKind kind)
    {
        var chain = type == StreamId.IdentityType ? _world.OwnerKeys : _world.PlatformKeys;
        var lines = Lines(await _world.BundleAsync());
        var (one, other) = (Line(lines, chain[first]), Line(lines, chain[second]));
        (lines[one], lines[other]) = (lines[other], lines[one]);
        var failure = (await VerifyAsync(lines)).Failures[0];
        Assert.Equal((type, chain[second].EventId, kind), (failure.Stream!.Type, failure.EventId, failure.Kind));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_history_that_was_cut_off_hides_what_ended_a_key_and_is_truncated_behind_a_pinned_head(int left)
    {
        var end = _world.OwnerKeys.Commits[2][0];
        Expect.One(await VerifyAsync(Lines(await _world.BundleAsync())), FailureKind.KeyCompromised, 6);
        _world.OwnerKeys.Commits.RemoveRange(left, 3 - left);
        var lines = Lines(await _world.BundleAsync());

        // A chain cannot show that its tail is gone: the verdict says by which version it judged, and that nothing later was known.
        var report = await VerifyAsync(lines);
        Expect.Good(report);
        Assert.Contains(new KeyHistoryVerdict(World.Owner, left, _world.OwnerKeys[left].Hash), report.KeyHistories);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.KeyHistoryHead);
        Assert.Contains(report.NotChecked, item => item.Kind == NotCheckedKind.Head);

        Expect.One(await VerifyAsync(lines, Pinned(end)), FailureKind.Truncated, left, _world.OwnerKeys[left].EventId);
    }

    [Fact]
    public async Task The_platforms_history_is_truncated_behind_a_pinned_head_and_another_one_there_is_a_fork()
    {
        var trust = Pinned(_world.PlatformKeys[2]);
        _world.PlatformKeys.Commits.RemoveAt(1);
        Assert.Contains(FailureKind.Truncated, (await VerifyAsync(Lines(await _world.BundleAsync()), trust)).Failures.Select(failure => failure.Kind));

        _world.PlatformKeys.Commit(Issuer.Platform, _world.NextPlatform, KeyReceipts.AddKey(_world.NextPlatform.PublicKey, World.Reference("platform", 2), new TestKey(4).Id));
        var failure = (await VerifyAsync(Lines(await _world.BundleAsync()), trust)).Failures[0];
        Assert.Equal((FailureKind.Fork, 2L, StreamId.PlatformKeysType), (failure.Kind, failure.StreamVersion, failure.Stream!.Type));
    }

    [Fact]
    public async Task A_second_record_of_a_keys_end_takes_the_place_of_the_first()
    {
        Expect.One(await VerifyAsync(Lines(await _world.BundleAsync())), FailureKind.KeyCompromised, 6);
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, _world.OwnerKey.Id, "the first list was wrong", [World.LastOf(_world.Book, 6)]));
        Expect.Good(await VerifyAsync(Lines(await _world.BundleAsync())));
    }

    [Fact]
    public async Task A_key_behind_a_revocation_is_a_key_like_any_other()
    {
        // What a revocation ends are keys; that no new one follows is the writer's rule (docs/decisions/0009).
        _world.OwnerKeys
            .Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, _world.OwnerKey.Id, "left", [World.LastOf(_world.Book, 6)]))
            .Commit(Issuer.Platform, _world.Platform, KeyReceipts.EndKey(KeyReceipts.IdentityRevoked, _world.NewOwnerKey.Id, "left", []));
        Expect.Good(await VerifyAsync(Lines(await _world.BundleAsync())));
        var back = new TestKey(13);
        _world.OwnerKeys.Commit(Issuer.Platform, _world.Platform, KeyReceipts.RotateKey(back.PublicKey, World.Reference("OWNER", 3)));
        _world.Book.Commit(World.Owner, back, World.Save(3));
        Expect.Good(await VerifyAsync(Lines(await _world.BundleAsync())));
        _world.Book.Commit(World.Owner, _world.NewOwnerKey, World.Save(4));
        Expect.One(await VerifyAsync(Lines(await _world.BundleAsync())), FailureKind.KeyNotValid, 8);
    }

    private TrustFile Pinned(SealedReceipt head)
    {
        var trust = JsonNode.Parse(TrustFile.Write([_world.Platform.Id], Encoding.UTF8.GetBytes(World.Policy)))!.AsObject();
        trust["heads"] = new JsonArray(new JsonObject { ["hash"] = head.Hash.ToString(), ["stream"] = JsonNode.Parse(head.Stream.Json), ["streamVersion"] = head.StreamVersion });
        return TrustFile.Parse(Encoding.UTF8.GetBytes(trust.ToJsonString()));
    }

    private async Task<VerificationReport> VerifyAsync(List<string> lines, TrustFile? trust = null) =>
        await BundleVerifier.VerifyAsync(new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")))), trust ?? _world.Trust);

    private static List<string> Lines(byte[] bundle) => [.. Encoding.UTF8.GetString(bundle).TrimEnd('\n').Split('\n')];

    private static int Line(List<string> lines, SealedReceipt receipt) => lines.IndexOf(Encoding.UTF8.GetString(receipt.Bytes.Span));
}
