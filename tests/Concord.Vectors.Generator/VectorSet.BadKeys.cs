using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Hashing;

namespace Concord.Vectors.Generator;

public sealed partial class VectorSet
{
    private void BadIssuers()
    {
        var second = Identity(AccountId, SecondId, Stranger);
        var ben = Ben();
        void Case(string name, string kind, string why, string identityId, VectorKey key, (string, string) draft, string trust = Trust, Action<JsonObject>? change = null, VectorKey? signer = null)
        {
            var book = Opened().Commit(identityId, key, draft);
            Part[] parts = [new(PlatformKeys()), new(Ada()), new(second), new(ben), new(book)];
            var bytes = book[6].Bytes.ToArray();
            if (change is not null || signer is not null)
            {
                bytes = Damage.Forge(book[6], signer ?? key, change ?? (_ => { }));
                parts[4].Replace(book[6].Bytes, bytes);
            }
            Bad(name, why, Bundle.Lines(parts), At(kind, bytes, BookStream, 6, Place(bytes)), trust);
        }

        Case("issuer-owner-grants", "issuer-not-allowed", "The owner adds a card of kind grant, which is the platform's to add.", AdaId, Ada1, Granted);
        Case("issuer-platform-saves", "issuer-not-allowed", "The platform saves a book: that is the owner's.", "platform", Platform1, Save);
        Case("issuer-other-identity", "issuer-not-allowed", "Another identity of the same account is not the owner.", SecondId, Stranger, Save);
        Case("issuer-other-account", "issuer-not-allowed", "Somebody else is not the owner.", BenId, Ben1, Save);
        Case("issuer-no-rule", "issuer-not-allowed", "The policy has no rule for the receipt's type: nobody may sign it.", "platform", Platform1, ("CARD_MELTED", "{}"));
        Case("order-unknown-key-issuer", "key-unknown", "Nobody knows the key, and it would not be allowed: whether a key is known comes first.", "platform", Ada2, Save);
        Case("order-issuer-signature", "issuer-not-allowed", "Not allowed, and signed by another key: who may sign comes before whether the signature holds.", BenId, Ben1, Save, signer: Stranger);
        Case("order-issuer-place", "issuer-not-allowed", "Not allowed, and prevHash is wrong.", BenId, Ben1, Save, change: json => json["prevHash"] = Sha256([]));
        Case("key-of-another", "key-not-valid", "Ada's name and Ben's key, which is known, and not hers.", AdaId, Ben1, Save);

        var owned = Opened(OtherBookStream);
        Bad("issuer-no-stream-rule", "The policy knows no streams of this type.", Bundle.Lines(Usual(Created())), At("issuer-not-allowed", Created()[1].Bytes.ToArray(), BookStream, 1, Place(Created()[1].Bytes)), "trust/no-books.json");
        var stolen = new Chain(OtherBookStream).Commit(BenId, Ben1, ("PIXBOOK_CREATED", $$"""{"ownerIdentityId":"{{BenId}}"}"""));
        Bad("issuer-owner-of-another-account", "The first receipt names Ben as the owner of a book in Ada's account.", Bundle.Lines([new(PlatformKeys()), new(Ada()), new(ben), new(stolen)]), At("issuer-not-allowed", stolen[1].Bytes.ToArray(), OtherBookStream, 1, Place(stolen[1].Bytes)));
        var partial = Opened().Commit(BenId, Ben1, Save);
        Bad("issuer-partial", "In a part of a book the owner is not known, but an identity of another account is not it.", Bundle.Lines([new(PlatformKeys()), new(Ada()), new(ben), new(partial, 6, 6)]), At("issuer-not-allowed", partial[6].Bytes.ToArray(), BookStream, 6, Place(partial[6].Bytes)), notChecked: [.. Always, "issuer-policy", "predecessors"]);
        var self = Ada().Commit(AdaId, Ada1, Rotated(Ada2));
        Bad("issuer-identity-rotates-itself", "Ada signs her own rotation: key histories of identities are signed by the platform.", Bundle.Lines([new(PlatformKeys()), new(self)]), At("issuer-not-allowed", self[2].Bytes.ToArray(), self.Stream, 2, Place(self[2].Bytes)));
        var bensIdentity = Ben().Commit(AdaId, Ada1, Rotated(Ada2));
        Bad("issuer-identity-by-another", "Ada signs Ben's rotation.", Bundle.Lines([new(PlatformKeys()), new(Ada()), new(bensIdentity)]), At("issuer-not-allowed", bensIdentity[2].Bytes.ToArray(), bensIdentity.Stream, 2, Place(bensIdentity[2].Bytes)));
        var keys = new Chain(StreamId.PlatformKeys).Commit(AdaId, Platform1, KeyAdded(Platform1, Platform2));
        Bad("issuer-platform-keys", "The platform's key history signed in another name.", Bundle.Lines([new Part(keys)]), At("issuer-not-allowed", keys[1].Bytes.ToArray(), keys.Stream, 1, Place(keys[1].Bytes)), notChecked: ["head", "idempotency-keys"]);
        var unknown = PlatformKeys().Commit(AdaId, Stranger, Ended("KEY_COMPROMISED", Platform1, "[]"));
        Bad("order-unknown-key-issuer-platform-keys", "In the platform's key history too, whether a key is known comes before whose name stands there.", Bundle.Lines([new Part(unknown)]), At("key-unknown", unknown[2].Bytes.ToArray(), unknown.Stream, 2, Place(unknown[2].Bytes)));
    }

    private void BadKeys()
    {
        var book = Book();
        var noAda = new Part[] { new(PlatformKeys()), new(Created()) };
        Bad("key-unknown", "The owner's key history is not in the bundle.", Bundle.Lines(noAda), At("key-unknown", Created()[1].Bytes.ToArray(), BookStream, 1, Place(Created()[1].Bytes)));
        var alone = new Chain(StreamId.Create("account", ("accountId", AccountId))).Commit("platform", Platform1, ("ACCOUNT_CREATED", "{}"));
        Bad("key-unknown-no-histories", "No key history at all.", Bundle.Lines([new Part(alone)]), At("key-unknown", alone[1].Bytes.ToArray(), alone.Stream, 1, Place(alone[1].Bytes)), notChecked: ["head", "idempotency-keys"]);
        Bad("root-not-pinned", "The platform's first key is not one that the trust file names.", Bundle.Lines([new Part(PlatformKeys())]), At("key-not-valid", PlatformKeys()[1].Bytes.ToArray(), StreamId.PlatformKeys, 1, Place(PlatformKeys()[1].Bytes)), "trust/other-root.json", ["head", "idempotency-keys"]);

        void History(string name, string kind, string why, Chain keys, byte[]? bytes = null, string[]? notChecked = null)
        {
            var part = new Part(keys);
            if (bytes is not null)
                part.Replace(keys.Head.Bytes, bytes);
            bytes ??= keys.Head.Bytes.ToArray();
            Bad(name, why, Bundle.Lines([part]), At(kind, bytes, keys.Stream, keys.Head.StreamVersion, Place(bytes)), notChecked: notChecked);
        }
        var none = new[] { "head", "idempotency-keys" };
        History("successor-not-named", "key-not-valid", "The added key is not the one that the key before it named: whoever stole a key cannot choose its successor.", PlatformKeys().Commit("platform", Platform3, KeyAdded(Platform3, Platform2)));
        History("added-by-the-old-key", "key-not-valid", "A key is added by its own signature, not by its predecessor's.", PlatformKeys().Commit("platform", Platform1, KeyAdded(Platform2, Platform3)));
        History("superseded-in-its-history", "key-not-valid", "What is no addition is signed by the newest key.", PlatformKeys().Commit("platform", Platform2, KeyAdded(Platform2, Platform3)).Commit("platform", Platform1, Ended("KEY_COMPROMISED", Platform2, "[]")));
        History("history-signature", "signature-invalid", "The addition is signed by another key.", PlatformKeys(), Damage.Forge(PlatformKeys()[1], Stranger, _ => { }), none);
        History("history-member", "malformed", "A payload of a key history has the members that belong to its type, and no others.", PlatformKeys(), Damage.Forge(PlatformKeys()[1], Platform1, json => json["payload"]!["note"] = "x"), none);
        History("history-no-successor", "malformed", "KEY_ADDED names its successor.", PlatformKeys(), Damage.Forge(PlatformKeys()[1], Platform1, json => json["payload"]!.AsObject().Remove("nextPublicKeyId")), none);
        History("history-id-of-another-key", "malformed", "publicKeyId is not the hash of the publicKey beside it.", PlatformKeys(), Damage.Forge(PlatformKeys()[1], Platform1, json => json["payload"]!["publicKeyId"] = Stranger.Id.ToString()), none);
        History("history-key-base64", "malformed", "The unused bits at the end of publicKey's base64 are not zero: a lenient decoder reads the same key.", PlatformKeys(), Damage.Forge(PlatformKeys()[1], Platform1, json => json["payload"]!["publicKey"] = LenientBase64(Platform1.Base64)), none);
        History("history-key-white-space", "malformed", "There is white space in publicKey's base64.", PlatformKeys(), Damage.Forge(PlatformKeys()[1], Platform1, json => json["payload"]!["publicKey"] = Platform1.Base64[..64] + "\n" + Platform1.Base64[64..]), none);
        History("history-key-not-on-curve", "malformed", "publicKey is not a point of the curve.", PlatformKeys(), Damage.Forge(PlatformKeys()[1], Platform1, json =>
        {
            var spki = Platform1.PublicKey.Spki.ToArray();
            spki[^1] ^= 1;
            (json["payload"]!["publicKey"], json["payload"]!["publicKeyId"]) = (Convert.ToBase64String(spki), Sha256(spki));
        }), none);
        History("history-key-twice", "malformed", "A key that the history has already.", PlatformKeys().Commit("platform", Platform1, KeyAdded(Platform1, Platform2)));
        History("history-unknown-type", "malformed", "A receipt type that key histories do not have.", PlatformKeys().Commit("platform", Platform1, ("KEY_PRAISED", "{}")));
        History("history-ends-unknown-key", "malformed", "The key whose end is recorded is not in the history.", PlatformKeys().Commit("platform", Platform1, Ended("KEY_COMPROMISED", Stranger, "[]")));
        var begun = new Chain(StreamId.Identity(AccountId, AdaId)).Commit("platform", Platform1, Rotated(Ada1));
        Bad("history-begins-with-rotation", "An identity begins with IDENTITY_CREATED.", Bundle.Lines([new(PlatformKeys()), new(begun)]), At("malformed", begun[1].Bytes.ToArray(), begun.Stream, 1, Place(begun[1].Bytes)));

        var twice = Identity("OTHER", AdaId, Ada2);
        Bad("second-history", "Two key histories of one identity, in two accounts: both cannot be hers.", Bundle.Lines([new(PlatformKeys()), new(Ada()), new(twice)]), At("key-not-valid", null, twice.Stream, 1, null));

        var (keys, ada, rotated) = Rotation();
        rotated.Commit(AdaId, Ada1, Save);
        Bad("superseded", "Ada signs with her first key behind a receipt by her second.", Bundle.Lines([new(keys), new(ada), new(rotated)]), At("key-not-valid", rotated[6].Bytes.ToArray(), BookStream, 6, Place(rotated[6].Bytes)));
        var forged = Damage.Forge(rotated[6], Stranger, _ => { });
        Bad("order-superseded-signature", "Likewise, and the signature is another key's: whether a key is valid comes first.", Bundle.Lines([new(keys), new(ada), new Part(rotated).Replace(rotated[6].Bytes, forged)]), At("key-not-valid", forged, BookStream, 6, Place(forged)));
        var (platformKeys, _, byPlatform) = Rotation();
        byPlatform.Commit("platform", Platform1, Granted);
        Bad("superseded-platform", "The platform signs with its first key behind a receipt by its second.", Bundle.Lines([new(platformKeys), new(Ada().Commit("platform", Platform1, Rotated(Ada2))), new(byPlatform)]), At("key-not-valid", byPlatform[6].Bytes.ToArray(), BookStream, 6, Place(byPlatform[6].Bytes)));

        foreach (var asContent in new[] { false, true })
        {
            var (revokedBook, revokedAda) = Revoked(asContent, lastVersion: 5);
            Bad(asContent ? "revoked-list-as-content" : "revoked", "A receipt by a revoked identity behind the last one that stays good.", Bundle.Lines([new(PlatformKeys()), new(revokedAda), new(revokedBook)]), At("key-not-valid", revokedBook[7].Bytes.ToArray(), BookStream, 7, Place(revokedBook[7].Bytes)));
        }
        var (_, revoked) = Revoked(false);
        var unlisted = Created(OtherBookStream);
        Bad("revoked-unlisted", "A receipt by a revoked identity in a stream that is not listed.", Bundle.Lines([new(PlatformKeys()), new(revoked), new(unlisted)]), At("key-not-valid", unlisted[1].Bytes.ToArray(), OtherBookStream, 1, Place(unlisted[1].Bytes)));
        var (_, differs) = Revoked(false);
        var rewritten = Opened().Commit("platform", Platform1, Granted).Commit(AdaId, Ada1, ("PIXBOOK_SAVE", """{"snapshot":{"page":9}}"""));
        Bad("revoked-other-hash", "At the version of the last trusted receipt stands another one.", Bundle.Lines([new(PlatformKeys()), new(differs), new(rewritten)]), At("key-not-valid", rewritten[7].Bytes.ToArray(), BookStream, 7, Place(rewritten[7].Bytes)));

        var (compromiseKeys, compromised, compromisedBook) = Compromise(lastVersion: 3);
        Bad("compromised", "Receipts by a compromised key behind the last trusted one: each is told.", Bundle.Lines([new(compromiseKeys), new(compromised), new(compromisedBook)]),
            [At("key-compromised", compromisedBook[4].Bytes.ToArray(), BookStream, 4, Place(compromisedBook[4].Bytes)), At("key-compromised", compromisedBook[5].Bytes.ToArray(), BookStream, 5, Place(compromisedBook[5].Bytes))]);
        var (_, compromisedAda, _) = Compromise();
        var elsewhere = Created(OtherBookStream);
        Bad("compromised-unlisted", "A receipt by a compromised key in a stream that is not listed.", Bundle.Lines([new(PlatformKeys()), new(compromisedAda), new(elsewhere)]), At("key-compromised", elsewhere[1].Bytes.ToArray(), OtherBookStream, 1, Place(elsewhere[1].Bytes)));
        var parts = PlatformCompromise(out var history, listsKeys: false);
        Bad("compromised-root", "The report does not list the key history itself: what the compromised key signed there is not to be trusted. This is known only at the end of that stream.", Bundle.Lines([parts[0]]), At("key-compromised", history[1].Bytes.ToArray(), StreamId.PlatformKeys, 1, Place(history[1].Bytes)));
        parts = PlatformCompromise(out _, listsBook: false);
        var issued = parts[2].Lines.First(line => Damage.Text(line).Contains("PACK_ISSUED", StringComparison.Ordinal));
        Bad("compromised-platform", "The report of the platform's compromised key does not list a book that it signed in.", Bundle.Lines(parts), At("key-compromised", issued, BookStream, 2, Place(issued)));
    }

    private void BadContents()
    {
        var book = Created();
        var content = book.Contents.Values.Single();
        void Case(string name, string kind, string why, Func<byte[], byte[]> change, bool isOfNobody = false)
        {
            var parts = Usual(book);
            var line = Part.ContentLine(content.Bytes, BookStream);
            var changed = change(line);
            parts[2].Replace(line, changed);
            Bad(name, why, Bundle.Lines(parts), At(kind, changed, BookStream, 1, isOfNobody ? null : Place(book[1].Bytes)), notChecked: isOfNobody ? [.. Always, "content"] : Always);
        }
        Case("content-changed", "content-mismatch", "The content was changed.", line => Damage.Utf8(Damage.Text(line).Replace("My birds", "My cards", StringComparison.Ordinal)));
        Case("content-of-another-stream", "stream-mismatch", "The content line names another stream.", line => Damage.Utf8(Damage.Text(line).Replace(BookId, OtherBookId, StringComparison.Ordinal)), isOfNobody: true);

        var unnamed = Usual(book);
        var extra = Part.ContentLine(Damage.Canonical(new JsonObject { ["content"] = "more", ["salt"] = Convert.ToBase64String(new byte[32]) }), BookStream);
        unnamed[2].Append(extra);
        Bad("content-unnamed", "Content that no receipt before it names.", Bundle.Lines(unnamed), At("content-mismatch", extra, BookStream, 1, Place(book[1].Bytes)));

        foreach (var (name, why, text) in new[]
        {
            ("content-form", "The hash is right, and the object has a third member.", $$"""{"content":"x","more":1,"salt":"{{Convert.ToBase64String(new byte[32])}}"}"""),
            ("content-salt", "The hash is right, and the salt has 31 bytes.", $$"""{"content":"x","salt":"{{Convert.ToBase64String(new byte[31])}}"}"""),
        })
        {
            var odd = new Chain(BookStream).Commit(AdaId, Ada1, ("PIXBOOK_CREATED", $$"""{"name":{"bytes":{{text.Length}},"contentHash":"{{Sha256(Damage.Utf8(text))}}","mediaType":"application/json"},"ownerIdentityId":"{{AdaId}}"}"""));
            var line = Part.ContentLine(Damage.Utf8(text), BookStream);
            Bad(name, why, Bundle.Lines([new(PlatformKeys()), new(Ada()), new Part(odd).Append(line)]), At("content-mismatch", line, BookStream, 1, Place(odd[1].Bytes)));
        }
        var wrongSize = new Chain(BookStream);
        var reference = wrongSize.Content("\"x\"");
        wrongSize.Commit(AdaId, Ada1, ("PIXBOOK_CREATED", $$"""{"name":{{reference.Replace("\"bytes\":", "\"bytes\":1", StringComparison.Ordinal)}},"ownerIdentityId":"{{AdaId}}"}"""));
        var sized = Part.ContentLine(wrongSize.Contents.Values.Single().Bytes, BookStream);
        Bad("content-bytes", "The hash is right, and the receipt states another length.", Bundle.Lines([new(PlatformKeys()), new(Ada()), new(wrongSize)]), At("content-mismatch", sized, BookStream, 1, Place(wrongSize[1].Bytes)));

        var (_, ada) = Revoked(asContent: true);
        bool IsLabel(Sha256Hash hash) => ContentReference.FindIn(ada[1].Payload).Any(item => item.ContentHash == hash);
        Bad("content-list-missing", "The list of last trusted receipts is not here: without it nothing can be judged.", Bundle.Lines([new(PlatformKeys()), new(ada, hasContent: IsLabel)]), At("content-mismatch", ada[2].Bytes.ToArray(), ada.Stream, 2, Place(ada[2].Bytes)));
        var (_, erasing) = Revoked(asContent: true);
        var list = ContentReference.FindIn(erasing[2].Payload).Single().ContentHash;
        erasing.Commit("platform", Platform1, ("CONTENT_ERASED", $$"""{"contentHash":"{{list}}","reason":"by mistake"}"""));
        Bad("content-list-erased", "The list of last trusted receipts was erased, which it never may be.", Bundle.Lines([new(PlatformKeys()), new(erasing, hasContent: IsLabel)]), At("content-mismatch", erasing[2].Bytes.ToArray(), erasing.Stream, 2, Place(erasing[2].Bytes)));
        var noList = Ada();
        noList.Commit("platform", Platform1, Ended("IDENTITY_REVOKED", Ada1, noList.Content("""{"all":true}""")));
        var listLine = Part.ContentLine(noList.Contents[ContentReference.FindIn(noList[2].Payload).Single().ContentHash].Bytes, noList.Stream);
        Bad("content-list-form", "The content is what the receipt names, and is no list of last trusted receipts.", Bundle.Lines([new(PlatformKeys()), new(noList)]),
            At("content-mismatch", listLine, noList.Stream, 2, Place(noList[2].Bytes)));
    }
}
