using System.Text.Json.Nodes;

namespace Concord.Vectors.Generator;

/// <content>The second manifest: what an ended key signed below its last trusted receipt, and key histories that were tampered with.</content>
public sealed partial class VectorSet
{
    private void AddEndedKeys()
    {
        var (keys, ada, book) = Compromise();
        Good("compromise-part", "The part of a book that leads to the last trusted receipt of the compromised key: the chain shows that it is the one that was meant.",
            [new(keys), new(ada), new(book, 3, 5)], Trust, [.. Always, "issuer-policy", "predecessors"]);
        Good("compromise-part-by-others", "A part below the last trusted receipt that the compromised key did not sign in.", [new(keys), new(ada), new(book, 2, 2)], Trust, [.. Always, "predecessors"]);

        var cut = Created();
        Bad("compromised-cut-off", "The book ends before the last trusted receipt of the compromised key: nothing shows that this is how it began.",
            Bundle.Lines([new(keys), new(ada), new(cut)]), At("key-compromised", cut[1].Bytes.ToArray(), BookStream, 1, Place(cut[1].Bytes)));
        var shorter = Created().Commit(AdaId, Ada1, ("PIXBOOK_SAVE", """{"snapshot":{"page":9}}"""));
        Bad("compromised-shorter", "Whoever has the compromised key made another and shorter history of a listed book. It is told once, by the last receipt of that key.",
            Bundle.Lines([new(keys), new(ada), new(shorter)]), At("key-compromised", shorter[2].Bytes.ToArray(), BookStream, 2, Place(shorter[2].Bytes)));
        var branch = Created();
        for (var pack = 1; pack <= 4; pack++)
            branch.Commit("platform", Platform1, ("PACK_ISSUED", $$"""{"packId":"PACK{{pack}}"}"""));
        Bad("compromised-other-branch", "At the version of the last trusted receipt stands another one, by a good key: what the compromised key signed below it is of another history.",
            Bundle.Lines([new(keys), new(ada), new(branch)]), At("key-compromised", branch[1].Bytes.ToArray(), BookStream, 1, Place(branch[1].Bytes)));
        var (_, revoked) = Revoked(false);
        Bad("revoked-shorter", "Likewise by a revoked identity.",
            Bundle.Lines([new(PlatformKeys()), new(revoked), new(shorter)]), At("key-not-valid", shorter[2].Bytes.ToArray(), BookStream, 2, Place(shorter[2].Bytes)));

        var platform = PlatformKeys().Commit("platform", Platform2, KeyAdded(Platform2, Platform3));
        var rotated = Ada().Commit("platform", Platform1, Rotated(Ada2));
        platform.Commit("platform", Platform2, Ended("KEY_COMPROMISED", Platform1, LastTrusted(platform[1], rotated[2])));
        var stolen = Identity(AccountId, AdaId, Stranger);
        Bad("compromised-platform-history", "Whoever has the platform's compromised key wrote another and shorter key history of Ada, with a key of theirs.",
            Bundle.Lines([new(platform), new(stolen)]), At("key-compromised", stolen[1].Bytes.ToArray(), stolen.Stream, 1, Place(stolen[1].Bytes)));
    }

    private void AddTamperedHistories()
    {
        var (keys, ada, book) = Rotation();
        Bad("key-removed", "The rotation was taken out of Ada's history, and the header says so too: nobody knows the key that follows.",
            Bundle.Lines([new(keys), new(ada, 1, 1), new(book)]), At("key-unknown", book[5].Bytes.ToArray(), BookStream, 5, Place(book[5].Bytes)));
        var swapped = Damage.Forge(ada[2], Stranger, json =>
        {
            var payload = json["payload"]!.AsObject();
            (payload["publicKey"], payload["publicKeyId"]) = (Stranger.Base64, Stranger.Id.ToString());
        });
        Bad("key-swapped", "In the rotation stands another key, hashed anew: the platform did not sign that.",
            Bundle.Lines([new(keys), new Part(ada).Replace(ada[2].Bytes, swapped)]), At("signature-invalid", swapped, ada.Stream, 2, Place(swapped)));
        var pinned = File("trust/pinned-history.json", Damage.Canonical(TrustFile(json => json["heads"] = new JsonArray(Pin(ada[2])))));
        Add("trustFiles", "trust/pinned-history", "With the head of a key history.", new() { ["file"] = pinned, ["good"] = true });
        Bad("history-truncated-pinned", "Ada's history ends before the head that the trust file pins.",
            Bundle.Lines([new(keys), new(ada, 1, 1)]), At("truncated", ada[1].Bytes.ToArray(), ada.Stream, 1, Place(ada[1].Bytes)), pinned);
        Good("rotation-pinned", "With a pinned head of Ada's history.", [new(keys), new(ada), new(book)], pinned);
    }
}
