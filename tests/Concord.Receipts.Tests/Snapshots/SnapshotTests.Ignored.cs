using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts.Derived;
using Concord.Receipts.Hashing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Derived;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Tests.Storage;
using Concord.Receipts.Tests.Streams;
using Concord.Testing;

namespace Concord.Receipts.Tests.Snapshots;

public sealed partial class SnapshotTests
{
    [Theory]
    [InlineData("another sum", IgnoredReason.SignatureInvalid)]
    [InlineData("another sum, signed by another key", IgnoredReason.KeyNotPinned)]
    [InlineData("signed by another key that says it is this one", IgnoredReason.SignatureInvalid)]
    [InlineData("signed as a receipt is", IgnoredReason.SignatureInvalid)]
    [InlineData("a signature that anybody can make of it", IgnoredReason.SignatureInvalid)]
    [InlineData("another stream", IgnoredReason.OtherStream)]
    [InlineData("another fold", IgnoredReason.OtherFold)]
    [InlineData("another format", IgnoredReason.Malformed)]
    [InlineData("a later format", IgnoredReason.Malformed)]
    [InlineData("a state that is none", IgnoredReason.Malformed)]
    [InlineData("keys that are none", IgnoredReason.Malformed)]
    [InlineData("a key twice", IgnoredReason.Malformed)]
    [InlineData("no signature", IgnoredReason.Malformed)]
    [InlineData("another hash", IgnoredReason.CommitDiffers)]
    [InlineData("a commit that is not there", IgnoredReason.CommitDiffers)]
    [InlineData("cut off", IgnoredReason.Malformed)]
    [InlineData("empty", IgnoredReason.Malformed)]
    [InlineData("noise", IgnoredReason.Malformed)]
    [InlineData("white space", IgnoredReason.SignatureInvalid)]
    public async Task A_snapshot_that_is_not_to_be_believed_is_ignored_and_told(string what, IgnoredReason reason)
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 110);
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 100));
        var good = await _scene.GetAsync(DerivedScene.SnapshotKey);
        var other = new TestKey(502);
        await _scene.Inner.PutAsync(DerivedScene.SnapshotKey, what switch
        {
            "another sum" => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(good).Replace("\"sum\":0", "\"sum\":9", StringComparison.Ordinal)),
            "another sum, signed by another key" => Signed(good, other, json => (json["state"]!["sum"], json["publicKeyId"]) = (9, other.Id.ToString())),
            "signed by another key that says it is this one" => Signed(good, other, json => json["state"]!["sum"] = 9),
            "signed as a receipt is" => Signed(good, DerivedScene.Key, _ => { }, bytes => Sha256Hash.Of(bytes)),
            "a signature that anybody can make of it" => Signed(good, DerivedScene.Key, _ => { }, isHigh: true),
            "another stream" => Signed(good, DerivedScene.Key, json => json["stream"]!["counterId"] = "D"),
            "another fold" => Signed(good, DerivedScene.Key, json => json["fold"] = "counter/0"),
            "another format" => Signed(good, DerivedScene.Key, json => json["format"] = "something"),
            "a later format" => Signed(good, DerivedScene.Key, json => json["version"] = 2),
            "a state that is none" => Signed(good, DerivedScene.Key, json => json["state"] = new JsonObject()),
            "keys that are none" => Signed(good, DerivedScene.Key, json => json["keys"] = new JsonArray(1)),
            "a key twice" => Signed(good, DerivedScene.Key, json => json["keys"]!.AsArray().Add(new JsonArray(1, "key-1", Sha256Hash.Of("y"u8).ToString()))),
            "no signature" => Encoding.UTF8.GetBytes(Unsigned(good)),
            "another hash" => Signed(good, DerivedScene.Key, json => json["hash"] = Sha256Hash.Of("x"u8).ToString()),
            "a commit that is not there" => Signed(good, DerivedScene.Key, json => json["commitFirstVersion"] = 1_000),
            "cut off" => good[..^10],
            "white space" => [.. good, (byte)'\n'],
            "empty" => [],
            _ => "noise"u8.ToArray(),
        });
        using var listener = new Counted();
        var read = await _scene.ReadAsync();
        await _scene.ExpectReplayedAsync(read);
        var ignored = Assert.Single(_scene.Ignored);
        Assert.Equal((DerivedScene.SnapshotKey, Counter.Id, reason, true), (ignored.Key, ignored.Stream, ignored.Reason, ignored.IsSnapshot));
        Assert.Contains(("snapshot", Name(reason)), listener.Seen);
        Assert.DoesNotContain(_scene.Store.Calls.Skip(_scene.Store.Calls.Count - 5), call => call.IsWrite);

        // Whoever writes them makes it anew.
        Assert.Equal([DerivedScene.SnapshotKey], (await _scene.BringUpToDateAsync(_scene.Writer(interval: 100))).Written);
        Assert.Equal(Unsigned(good), Unsigned(await _scene.GetAsync(DerivedScene.SnapshotKey)));
    }

    [Fact]
    public async Task A_snapshot_of_a_stream_that_was_there_before_is_ignored()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 110);
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 100));
        var again = new DerivedScene();
        var chain = new ReceiptChain(Counter.Id);
        for (var i = 0; i < 105; i++)
            chain.Commit(Counter.Owner, new TestKey(77), ReceiptChain.Draft("ADDED", """{"by":2}"""));
        foreach (var commit in chain.Commits)
            await again.Inner.CreateAsync(StreamLayout.Commit(Counter.Prefix, commit[0].StreamVersion), CommitObject.Write(commit));
        await again.Inner.PutAsync(DerivedScene.SnapshotKey, await _scene.GetAsync(DerivedScene.SnapshotKey));
        Assert.Equal(210, (await again.ReadAsync()).State.Sum);
        Assert.Equal(IgnoredReason.CommitDiffers, Assert.Single(again.Ignored).Reason);
    }

    [Fact]
    public async Task A_snapshot_that_is_too_large_to_be_one_is_ignored()
    {
        using var folder = new TemporaryFolder();
        var scene = new DerivedScene(new FileObjectStore(folder.Path));
        await LongStream.WriteSinglesAsync(scene.Inner, 60);
        using (var file = File.Create(folder[DerivedScene.SnapshotKey]))
            file.SetLength(IObjectStore.MaxObjectBytes + 1L);
        await scene.ExpectReplayedAsync(await scene.ReadAsync());
        Assert.Equal(IgnoredReason.Unreadable, Assert.Single(scene.Ignored).Reason);
    }

    [Fact]
    public async Task A_store_that_fails_for_a_moment_says_nothing_about_the_snapshot()
    {
        await LongStream.WriteSinglesAsync(_scene.Inner, 110);
        await _scene.BringUpToDateAsync(_scene.Writer(interval: 100));
        _scene.Store.FaultOf = call => call.Key == DerivedScene.SnapshotKey ? CallFault.NothingDone : CallFault.None;
        await Assert.ThrowsAsync<ObjectStoreException>(async () => await _scene.ReadAsync());
        Assert.Empty(_scene.Ignored);
    }

    private static byte[] Signed(byte[] snapshot, TestKey key, Action<JsonObject> change, Func<byte[], Sha256Hash>? digestOf = null, bool isHigh = false)
    {
        var json = JsonNode.Parse(snapshot)!.AsObject();
        json.Remove("signature");
        change(json);
        var unsigned = ReceiptChain.Canonical(json);
        digestOf ??= bytes => Sha256Hash.Of([.. "concord-snapshot/1\n"u8, .. bytes]);
        var signature = key.Sign(digestOf(unsigned));
        json["signature"] = (isHigh ? TestKey.HighS(signature) : signature).ToString();
        return ReceiptChain.Canonical(json);
    }

    private static string Name(IgnoredReason reason) =>
        string.Concat(reason.ToString().Select((letter, i) => char.IsUpper(letter) && i > 0 ? "_" + char.ToLowerInvariant(letter) : char.ToLowerInvariant(letter).ToString()));
}
