using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Hashing;

namespace Concord.Vectors.Generator;

public sealed partial class VectorSet
{
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
}
