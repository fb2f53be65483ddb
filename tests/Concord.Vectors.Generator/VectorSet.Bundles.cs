using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Hashing;

namespace Concord.Vectors.Generator;

public sealed partial class VectorSet
{
    // What no verification of a bundle can check, however much it is given.
    private static readonly string[] Always = ["head", "idempotency-keys", "key-history-head"];

    private void AddBundles()
    {
        GoodBundles();
        BadHeaders();
        BadReceipts();
        BadPlaces();
        BadIssuers();
        BadKeys();
        BadContents();
    }

    private static Part[] Usual(Chain book) => [new(PlatformKeys()), new(Ada()), new(book)];

    private void GoodBundles()
    {
        var book = Book();
        Good("single-book", "A book with the two key histories that verify it, and all content.", Usual(book));
        Good("single-book-no-trust", "Without a trust file: the first platform key is believed, who may sign is not checked.", Usual(book), null, [.. Always, "issuer-policy", "trust-root"]);
        Good("single-book-no-policy", "With a trust file that has no policy.", Usual(book), "trust/no-policy.json", [.. Always, "issuer-policy"]);
        Good("single-book-two-roots", "With a trust file that trusts two first keys.", Usual(book), "trust/two-roots.json");
        Good("single-book-pinned", "With a pinned head: the book may go on behind it, and may not fall behind it.", Usual(book), "trust/pinned.json");
        Good("content-missing", "Content that a receipt names is not here; perhaps it was erased later.", [new(PlatformKeys()), new(Ada(), hasContent: _ => false), new(book, hasContent: _ => false)], Trust, [.. Always, "content"]);
        Good("keys-only", "Key histories alone.", [new(PlatformKeys()), new(Ada())]);

        var erased = Book();
        var name = ContentReference.FindIn(erased[1].Payload).Single().ContentHash;
        erased.Commit("platform", Platform1, ("CONTENT_ERASED", $$"""{"contentHash":"{{name}}","reason":"asked to"}"""));
        Good("content-erased", "The name of the book was erased, and a receipt says so: nothing is missing.", [new(PlatformKeys()), new(Ada()), new(erased, hasContent: _ => false)]);
        Good("partial", "One commit of a book: who its owner is stands in a receipt that is not here, so the policy is not checked for it.", [new(PlatformKeys()), new(Ada()), new(book, 3, 5)], Trust, [.. Always, "issuer-policy", "predecessors"]);
        Good("partial-by-the-platform", "One commit of a book, by the platform: that needs no owner.", [new(PlatformKeys()), new(Ada()), new(book, 6, 6)], Trust, [.. Always, "predecessors"]);

        var two = Book(OtherBookStream);
        Good("two-books", "Two books: streams are in the order of their canonical names.", [.. Usual(book), new(two)]);
        Good("account", "A stream that the policy gives to the platform whatever the receipt's type.",
            [new(PlatformKeys()), new(Ada()), new(new Chain(StreamId.Create("account", ("accountId", AccountId))).Commit("platform", Platform1, ("ACCOUNT_CREATED", """{"ownerUserId":"ada"}"""), ("ANYTHING_ELSE", "{}")))]);
        Good("trade", "A stream whose signers are found by pointers into its first receipt.", [new(PlatformKeys()), new(Ada()), new(Ben()), new(Trade())]);

        var (keys, ada, rotated) = Rotation();
        Good("rotation", "The platform and Ada each changed their key. What the old keys signed stays good; behind the new ones they sign no more.", [new(keys), new(ada), new(rotated)]);

        foreach (var asContent in new[] { false, true })
        {
            var (ended, history) = Revoked(asContent);
            Good(asContent ? "revocation-list-as-content" : "revocation", asContent ? "The list of last trusted receipts is a content object, which is part of the key history." : "Ada's identity was revoked; what she had signed is listed and stays good.", [new(PlatformKeys()), new(history), new(ended)]);
        }
        var (compromisedKeys, compromised, book3) = Compromise();
        Good("compromise", "Ada's first key was reported compromised after a rotation; the receipts up to the listed one stay good, later ones are by the new key.", [new(compromisedKeys), new(compromised), new(book3)]);
        Good("platform-compromise", "The platform's first key was reported compromised: its successor signs the report, which lists what stays good in every stream, the key history itself among them.", PlatformCompromise(out _));
    }

    private static Chain Trade() => new Chain(StreamId.Create("trade", ("tradeId", "T1")))
        .Commit(AdaId, Ada1, ("CARD_TRADE_PROPOSED", $$$"""{"from":{"accountId":"{{{AccountId}}}","identityId":"{{{AdaId}}}"},"to":{"accountId":"{{{BenAccountId}}}","identityId":"{{{BenId}}}"}}"""))
        .Commit(AdaId, Ada1, ("NOTE", """{"a/b":{"m~n":"yes"}}"""))
        .Commit(BenId, Ben1, ("CARD_TRADE_ACCEPTED", "{}"))
        .Commit("platform", Platform1, ("CARD_TRADE_COMPLETED", "{}"));

    private static (Chain Keys, Chain Ada, Chain Book) Rotation()
    {
        var keys = PlatformKeys().Commit("platform", Platform2, KeyAdded(Platform2, Platform3));
        var ada = Ada().Commit("platform", Platform1, Rotated(Ada2));
        var book = Created()
            .Commit("platform", Platform1, ("PACK_ISSUED", """{"packId":"PACK1"}"""))
            .Commit(AdaId, Ada1, ("PACK_OPENED", """{"packId":"PACK1"}"""))
            .Commit("platform", Platform2, Granted)
            .Commit(AdaId, Ada2, Save);
        return (keys, ada, book);
    }

    private static (Chain Book, Chain Ada) Revoked(bool asContent, int lastVersion = 7)
    {
        var book = Book();
        var ada = Ada();
        var list = LastTrusted(book[lastVersion]);
        ada.Commit("platform", Platform1, Ended("IDENTITY_REVOKED", Ada1, asContent ? ada.Content(list) : list));
        return (book, ada);
    }

    private static (Chain Keys, Chain Ada, Chain Book) Compromise(int lastVersion = 5)
    {
        var book = Opened().Commit("platform", Platform1, Granted);
        var ada = Ada().Commit("platform", Platform1, Rotated(Ada2));
        ada.Commit("platform", Platform1, Ended("IDENTITY_KEY_COMPROMISED", Ada1, LastTrusted(book[lastVersion])));
        book.Commit(AdaId, Ada2, Save);
        return (PlatformKeys(), ada, book);
    }

    private static Part[] PlatformCompromise(out Chain keys, bool listsKeys = true, bool listsBook = true)
    {
        var book = Opened();
        var ada = Ada();
        keys = PlatformKeys().Commit("platform", Platform2, KeyAdded(Platform2, Platform3));
        SealedReceipt[] listed = [.. listsKeys ? [keys[1]] : (SealedReceipt[])[], ada[1], .. listsBook ? [book[2]] : (SealedReceipt[])[]];
        keys.Commit("platform", Platform2, Ended("KEY_COMPROMISED", Platform1, LastTrusted(listed)));
        book.Commit("platform", Platform2, Granted);
        return [new(keys), new(ada), new(book)];
    }

    private void BadHeaders()
    {
        var lines = Bundle.Lines(Usual(Book()));
        void Header(string name, string why, Action<JsonObject> change) => Bad($"header-{name}", why, [Damage.Edit(lines[0], change), .. lines.Skip(1)], NoBundle(1), notChecked: []);
        Bad("empty-file", "No lines at all.", [], NoBundle(1), notChecked: []);
        Bad("header-not-canonical", "The header has a space.", [Damage.Utf8(Damage.Text(lines[0]).Replace(",\"version\":1", ", \"version\":1", StringComparison.Ordinal)), .. lines.Skip(1)], NoBundle(1), notChecked: []);
        Bad("header-missing", "The first line is a receipt.", lines[1..], NoBundle(1), notChecked: []);
        Header("format", "Another format.", json => json["format"] = "concord-trust");
        Header("version", "A version that nobody knows.", json => json["version"] = 2);
        Header("member", "An unknown member.", json => json["note"] = "x");
        Header("no-streams", "A bundle of nothing: a verdict about it would be read as one about something.", json => json["streams"] = new JsonArray());
        Header("order", "The book stands before the identity.", json => { var streams = json["streams"]!.AsArray(); var last = streams[2]; streams.RemoveAt(2); streams.Insert(1, last); });
        Header("twice", "One stream twice.", json => json["streams"]!.AsArray().Add(json["streams"]![2]!.DeepClone()));
        Header("entry-member", "An entry has exactly stream, from, to and hash.", json => json["streams"]![2]!["count"] = 7);
        Header("from-0", "Versions count from 1.", json => json["streams"]![2]!["from"] = 0);
        Header("to-before-from", "A stream ends where it begins, or later.", json => (json["streams"]![2]!["from"], json["streams"]![2]!["to"]) = (7, 6));
        Header("history-from-2", "A key history is given from its beginning.", json => json["streams"]![1]!["from"] = 2);

        var (whole7, extra) = (Book()[7].Bytes.ToArray(), Book(OtherBookStream)[1].Bytes.ToArray());
        Bad("line-behind-the-end", "A receipt of a stream that the header does not name, behind the last one that it names.", [.. lines, extra], NoBundle(lines.Count + 1));
        Bad("version-gap-twice", "The last receipt stands there twice.", [.. lines, whole7], LastLine(lines.Count + 1, At("version-gap", null, BookStream, 7, Place(whole7))));
        Bad("blank-line", "A blank line at the end is a line.", [.. lines, []], NoBundle(lines.Count + 1));
        Bad("content-first", "Content before any receipt.", [lines[0], Part.ContentLine(Ada().Contents.Values.Single().Bytes, StreamId.Identity(AccountId, AdaId)), .. lines.Skip(1)], NoBundle(2));
        var whole = Bundle.File(lines);
        AddBad("no-line-feed", "The last line does not end: the file was cut off, and with it the last receipt.", whole[..^1], Trust, [NoBundle(lines.Count), LastLine(lines.Count - 1, At("truncated", null, BookStream, 6, null))], Always);
    }

    private void BadReceipts()
    {
        var book = Book();
        void Last(string name, string kind, string why, byte[] bytes, bool isReadable = true)
        {
            Part[] parts = Usual(book);
            parts[2].Replace(book[7].Bytes, bytes);
            if (!isReadable)
                (parts[2].To, parts[2].Hash) = (7, book[7].Hash.ToString());
            Bad(name, why, Bundle.Lines(parts), At(kind, bytes, BookStream, 7, isReadable ? Place(bytes) : null));
        }

        Last("malformed", "malformed", "The last receipt has an unknown member.", Damage.Forge(book[7], Ada1, json => json["x"] = 1), isReadable: false);
        Last("unsupported-schema", "unsupported-schema", "The last receipt is of schemaVersion 2.", Damage.Forge(book[7], Ada1, json => json["schemaVersion"] = 2), isReadable: false);
        Last("carriage-return", "not-canonical", "The last line ends in carriage return and line feed: the carriage return belongs to the receipt, which then is not canonical.", [.. book[7].Bytes.Span, (byte)'\r'], isReadable: false);
        Last("hash-mismatch", "hash-mismatch", "The last receipt's payload was changed.", Damage.Edit(book[7], json => json["payload"]!["snapshot"]!["page"] = 2));
        Last("signature-invalid", "signature-invalid", "Another key signed in Ada's name.", Damage.Edit(book[7], json => json["signature"] = Stranger.Sign(book[7].Hash.Value).ToString()));
        Last("signature-not-low-s", "signature-not-low-s", "The other half of Ada's signature.", Damage.Edit(book[7], json => json["signature"] = VectorKey.HighS(book[7].Signature).ToString()));
        Last("order-signature-place", "signature-invalid", "Another key signed, and prevHash is wrong: the receipt itself comes before its place.", Damage.Forge(book[7], Stranger, json => json["prevHash"] = book[5].Hash.ToString()));

        var tampered = Usual(book);
        var middle = Damage.Edit(book[4], json => json["payload"]!["slotIndex"] = 4);
        tampered[2].Replace(book[4].Bytes, middle);
        Bad("hash-mismatch-in-the-middle", "A receipt in the middle was changed. One bad receipt is one failure: the next one follows what the bad one says of itself.", Bundle.Lines(tampered), At("hash-mismatch", middle, BookStream, 4, Place(middle)));
        var unreadable = Usual(book);
        var spaced = Damage.Utf8(Damage.Text(book[2].Bytes).Replace("{\"commit\"", "{ \"commit\"", StringComparison.Ordinal));
        unreadable[2].Replace(book[2].Bytes, spaced);
        Bad("not-canonical-in-the-middle", "A receipt in the middle cannot be read; the next one cannot be judged against it, and is not blamed.", Bundle.Lines(unreadable), At("not-canonical", spaced, BookStream, 2, null));
    }

    private void BadPlaces()
    {
        var book = Book();
        void Last(string name, string kind, string why, Action<JsonObject> change)
        {
            Part[] parts = Usual(book);
            var bytes = Damage.Forge(book[7], Ada1, change);
            parts[2].Replace(book[7].Bytes, bytes);
            Bad(name, why, Bundle.Lines(parts), At(kind, bytes, BookStream, 7, Place(bytes)));
        }
        void Cut(string name, string kind, string why, int version, Action<Part> change, int? lastLine = null)
        {
            Part[] parts = Usual(book);
            change(parts[2]);
            Bad(name, why, Bundle.Lines(parts), At(kind, book[lastLine ?? version].Bytes.ToArray(), BookStream, version, Place(book[version].Bytes)));
        }

        Cut("version-gap", "version-gap", "The second receipt is missing.", 3, part => part.Replace(book[2].Bytes));
        Cut("version-gap-commit-inside", "version-gap", "A receipt inside a commit is missing.", 5, part => part.Replace(book[4].Bytes));
        Last("chain-broken-hash", "chain-broken", "prevHash is another receipt's.", json => json["prevHash"] = book[5].Hash.ToString());
        Last("chain-broken-event-id", "chain-broken", "prevEventId is another receipt's.", json => json["prevEventId"] = book[5].EventId.ToString());
        Last("chain-broken-none", "chain-broken", "Only the first receipt has no predecessor.", json => (json["prevEventId"], json["prevHash"]) = (null, null));
        Last("event-id-equal", "event-id-not-increasing", "eventId is prevEventId.", json => json["eventId"] = book[6].EventId.ToString());
        Last("event-id-less", "event-id-not-increasing", "eventId is less than prevEventId.", json => json["eventId"] = book[5].EventId.ToString());
        Last("stream-mismatch", "stream-mismatch", "A receipt of another book of the same owner.", json => json["stream"]!["bookId"] = OtherBookId);
        Last("torn-begins-at-1", "commit-torn", "A commit begins with its second receipt.", json => (json["commit"]!["count"], json["commit"]!["index"]) = (2, 1));
        Last("order-gap-chain", "version-gap", "The version does not follow, and prevHash is wrong.", json => (json["streamVersion"], json["prevHash"]) = (9, book[5].Hash.ToString()));
        Last("order-chain-event-id", "chain-broken", "prevHash is wrong, and eventId is prevEventId.", json => (json["prevHash"], json["eventId"]) = (book[5].Hash.ToString(), book[6].EventId.ToString()));
        Last("order-event-id-stream", "event-id-not-increasing", "eventId is prevEventId, and it is another book's.", json => (json["eventId"], json["stream"]!["bookId"]) = (book[6].EventId.ToString(), OtherBookId));
        Last("order-stream-torn", "stream-mismatch", "It is another book's, and a commit begins with its second receipt.", json => (json["stream"]!["bookId"], json["commit"]!["count"], json["commit"]!["index"]) = (OtherBookId, 2, 1));

        var keys = PlatformKeys().Commit("platform", Platform2, KeyAdded(Platform2, Platform3));
        var misplaced = Damage.Forge(keys[2], Platform2, json => json["stream"] = new JsonObject { ["type"] = "account", ["accountId"] = AccountId });
        Bad("stream-mismatch-platform-keys", "A good addition of a key, and it says that it is of another stream.", Bundle.Lines([new Part(keys).Replace(keys[2].Bytes, misplaced)]), At("stream-mismatch", misplaced, StreamId.PlatformKeys, 2, Place(misplaced)));

        var first = Created();
        var withPredecessor = Damage.Forge(first[1], Ada1, json => (json["prevEventId"], json["prevHash"]) = ("00000000000000000000000001", book[7].Hash.ToString()));
        var begins = Usual(first);
        begins[2].Replace(first[1].Bytes, withPredecessor);
        Bad("chain-broken-first", "The first receipt of a stream names a predecessor.", Bundle.Lines(begins), At("chain-broken", withPredecessor, BookStream, 1, Place(withPredecessor)));

        var torn = Opened();
        foreach (var (name, why, change) in new (string, string, Action<JsonObject>)[]
        {
            ("torn-count", "The last receipt of a commit of three says that it is of five.", json => json["commit"]!["count"] = 5),
            ("torn-key", "The last receipt of a commit has another idempotency key: one command is one commit.", json => json["idempotencyKey"] = "another"),
            ("torn-request", "The last receipt of a commit has another request hash.", json => json["requestHash"] = book[1].RequestHash.ToString()),
            ("torn-begins-again", "A commit begins where the one before it is not complete.", json => (json["commit"]!["count"], json["commit"]!["index"]) = (1, 0)),
        })
        {
            var parts = Usual(torn);
            var bytes = Damage.Forge(torn[5], Ada1, change);
            parts[2].Replace(torn[5].Bytes, bytes);
            Bad(name, why, Bundle.Lines(parts), At("commit-torn", bytes, BookStream, 5, Place(bytes)));
        }
        var end = Usual(Opened());
        end[2].Replace(torn[5].Bytes).To = 4;
        end[2].Hash = torn[4].Hash.ToString();
        Bad("torn-end", "The stream ends inside a commit.", Bundle.Lines(end), At("commit-torn", torn[4].Bytes.ToArray(), BookStream, 4, Place(torn[4].Bytes)));
        var partial = new Part(book, 4, 5);
        Bad("torn-partial", "A part of a stream that begins inside a commit.", Bundle.Lines([new(PlatformKeys()), new(Ada()), partial]), At("commit-torn", book[4].Bytes.ToArray(), BookStream, 4, Place(book[4].Bytes)), notChecked: [.. Always, "issuer-policy", "predecessors"]);

        Bad("fork-pinned", "The trust file pins another receipt at this version: there are two histories of this book.", Bundle.Lines(Usual(book)), At("fork", book[7].Bytes.ToArray(), BookStream, 7, Place(book[7].Bytes)), "trust/pinned-fork.json");
        var other = Usual(book);
        other[2].Hash = book[6].Hash.ToString();
        Bad("fork-header", "The header says that the stream ends with another receipt.", Bundle.Lines(other), At("fork", book[7].Bytes.ToArray(), BookStream, 7, Place(book[7].Bytes)));
        Bad("truncated-pinned", "The trust file pins a head that lies behind the last receipt here: the tail was cut off.", Bundle.Lines(Usual(book)), At("truncated", book[7].Bytes.ToArray(), BookStream, 7, Place(book[7].Bytes)), "trust/pinned-ahead.json");
        var shorter = Usual(book);
        shorter[2].Replace(book[7].Bytes);
        (shorter[2].To, shorter[2].Hash) = (7, book[7].Hash.ToString());
        Bad("truncated-header", "The header says that the stream goes on.", Bundle.Lines(shorter), At("truncated", book[6].Bytes.ToArray(), BookStream, 6, null));
        var absent = Usual(book);
        absent[2].Lines.Clear();
        Bad("truncated-absent", "The header names a stream that never comes.", Bundle.Lines(absent), At("truncated", null, BookStream, 0, null));
    }

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

    private static string LenientBase64(string base64)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        return base64[..^3] + Alphabet[Alphabet.IndexOf(base64[^3], StringComparison.Ordinal) | 1] + "==";
    }

    // A failure, with the bytes of its line until the line's number is known.
    private static JsonObject At(string kind, byte[]? line, StreamId stream, long version, JsonObject? place) => new()
    {
        ["kind"] = kind, ["line"] = line is null ? null : Convert.ToBase64String(line), ["stream"] = JsonNode.Parse(stream.Json),
        ["streamVersion"] = place?["streamVersion"]?.DeepClone() ?? version, ["eventId"] = place?["eventId"]?.DeepClone(),
    };

    private static JsonObject LastLine(int line, JsonObject failure)
    {
        failure["line"] = line;
        return failure;
    }

    private static JsonObject NoBundle(int line) => new() { ["kind"] = "malformed", ["line"] = line, ["stream"] = null, ["streamVersion"] = null, ["eventId"] = null };

    private void Good(string name, string about, Part[] parts, string? trust = Trust, string[]? notChecked = null) =>
        Add("bundles", $"bundle/{name}", about, new()
        {
            ["file"] = BundleFile(name, Bundle.File(Bundle.Lines(parts))), ["trust"] = trust, ["failures"] = new JsonArray(),
            ["notChecked"] = List([.. (notChecked ?? Always).Order(StringComparer.Ordinal)]),
            ["streams"] = new JsonArray([.. parts.Select(part => (JsonNode)new JsonObject { ["stream"] = JsonNode.Parse(part.Stream.Json), ["from"] = part.From, ["to"] = part.To, ["hash"] = part.Hash })]),
        });

    private void Bad(string name, string why, List<byte[]> lines, JsonObject failure, string trust = Trust, string[]? notChecked = null) => AddBad(name, why, lines, trust, [failure], notChecked ?? Always);

    private void Bad(string name, string why, List<byte[]> lines, JsonObject[] failures) => AddBad(name, why, lines, Trust, failures, Always);

    private void AddBad(string name, string why, List<byte[]> lines, string trust, JsonObject[] failures, string[] notChecked)
    {
        foreach (var failure in failures)
            if (failure["line"] is JsonValue value && value.TryGetValue<string>(out var line))
                failure["line"] = lines.FindIndex(item => item.AsSpan().SequenceEqual(Convert.FromBase64String(line))) + 1;
        AddBad(name, why, Bundle.File(lines), trust, failures, notChecked);
    }

    private void AddBad(string name, string why, byte[] file, string trust, JsonObject[] failures, string[] notChecked) =>
        Add("bundles", $"bundle/not-{name}", why, new()
        {
            ["file"] = BundleFile("not/" + name, file), ["trust"] = trust, ["failures"] = new JsonArray([.. failures]),
            ["notChecked"] = List([.. notChecked.Order(StringComparer.Ordinal)]),
        });

    // The same bytes are judged by several trust files: one file.
    private string BundleFile(string name, byte[] bytes)
    {
        var same = _files.FirstOrDefault(file => file.Key.StartsWith("bundles/", StringComparison.Ordinal) && file.Value.AsSpan().SequenceEqual(bytes)).Key;
        return same ?? File($"bundles/{name}.receipts.jsonl", bytes);
    }
}
