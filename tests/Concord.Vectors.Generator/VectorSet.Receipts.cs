using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Hashing;

namespace Concord.Vectors.Generator;

public sealed partial class VectorSet
{
    private void AddReceipts()
    {
        var book = Book();
        GoodReceipt("first", "The first receipt of a stream: prevEventId and prevHash are null.", book[1].Bytes, Ada1);
        GoodReceipt("by-the-platform", "Signed by the platform.", book[2].Bytes, Platform1);
        GoodReceipt("second-of-three", "The second of three receipts that one command committed.", book[4].Bytes, Ada1);
        GoodReceipt("unicode", "Unicode and numbers in a payload.", book[7].Bytes, Ada1);
        GoodReceipt("key-added", "The platform's first key, signed by itself.", PlatformKeys()[1].Bytes, Platform1);
        GoodReceipt("payload-of-names", "A payload may have members that are names of the envelope, and any others; what is cut out of the hashed bytes is the top level's hash and signature only.",
            Payload(book, """{"":0,"\u20ac":1,"hash":"x","schemaVersion":2,"signature":"y","stream":{"type":"z"}}"""), Ada1);
        GoodReceipt("payload-empty", "The empty payload.", Payload(book, "{}"), Ada1);
        GoodReceipt("payload-of-braces", "Braces, quotes and backslashes in text.", Payload(book, """{"\"}{\\":"}{\"\\","a":["\\\""]}"""), Ada1);
        GoodReceipt("last-version", "The greatest version.", Damage.Forge(book[7], Ada1, json => json["streamVersion"] = 9007199254740991), Ada1);
        GoodReceipt("leap-day", "The 29th of February of a leap year.", Damage.Forge(book[7], Ada1, json => json["createdAt"] = "2024-02-29T23:59:59.999Z"), Ada1);
        GoodReceipt("long-key", "An idempotency key of 128 characters.", Damage.Forge(book[7], Ada1, json => json["idempotencyKey"] = "trade:" + new string('k', 122)), Ada1);
        GoodReceipt("depth-63", "63 levels: the receipt, its payload, and 61 in it.", Payload(book, "{\"deep\":" + Deep(61) + "}"), Ada1);
        GoodReceipt("largest", "262144 bytes, the most.", OfSize(book, 262144), Ada1);

        Members(book);
        Values(book);
        Form(book);
        Order(book);
    }

    // Each member missing, and each of another kind of value.
    private void Members(Chain book)
    {
        foreach (var member in JsonNode.Parse(book[7].Bytes.Span)!.AsObject().Select(member => member.Key))
        {
            byte[] Without(Action<JsonObject> change) => member is "hash" or "signature" ? Damage.Edit(book[7], change) : Damage.Forge(book[7], Ada1, change);
            BadReceipt($"missing-{member}", "malformed", $"{member} is missing.", Without(json => json.Remove(member)));
            BadReceipt($"null-or-other-{member}", "malformed", $"{member} is of another kind of value.",
                Without(json => json[member] = member is "prevEventId" or "prevHash" ? 7 : null));
        }
        foreach (var (outer, inner) in new[] { ("commit", "count"), ("commit", "index"), ("issuer", "identityId"), ("issuer", "publicKeyId"), ("stream", "type"), ("stream", "bookId") })
            BadReceipt($"missing-{outer}-{inner}", "malformed", $"{outer}.{inner} is missing.", Damage.Forge(book[7], Ada1, json => json[outer]!.AsObject().Remove(inner)));
        BadReceipt("unknown-member", "malformed", "A member that the format does not have.", Damage.Forge(book[7], Ada1, json => json["note"] = "x"));
        BadReceipt("unknown-member-first", "malformed", "A member that sorts before all others.", Damage.Forge(book[7], Ada1, json => json["a"] = 1));
        BadReceipt("unknown-member-last", "malformed", "A member that sorts behind all others.", Damage.Forge(book[7], Ada1, json => json["\u20ac"] = 1));
        BadReceipt("unknown-member-commit", "malformed", "A member that commit does not have.", Damage.Forge(book[7], Ada1, json => json["commit"]!["x"] = 1));
        BadReceipt("unknown-member-issuer", "malformed", "A member that issuer does not have.", Damage.Forge(book[7], Ada1, json => json["issuer"]!["name"] = "Ada"));
        BadReceipt("unknown-member-stream", "malformed", "A member that the name of a pixbook does not have.", Damage.Forge(book[7], Ada1, json => json["stream"]!["name"] = "x"));
    }

    // Each value out of its form, in a receipt that is hashed and signed as it stands.
    private void Values(Chain book)
    {
        void Bad(string name, string about, Action<JsonObject> change) => BadReceipt(name, "malformed", about, Damage.Forge(book[7], Ada1, change));
        void Text(string name, string member, string value, string about) => Bad($"{member}-{name}", about, json => json[member] = value);

        Text("lower-case", "eventId", "01kj7z6v8gz3n9q4r5s6t7v8w9", "Event ids are upper case.");
        Text("over-128-bits", "eventId", "81KJ7Z6V8GZ3N9Q4R5S6T7V8W9", "A ULID has 128 bits: the first character is at most 7.");
        Text("letter-o", "eventId", "01KJ7Z6V8GZ3N9Q4R5S6T7V8WO", "The letter O is not in the alphabet.");
        Text("short", "prevEventId", "01KJ7Z6V8GZ3N9Q4R5S6T7V8W", "25 characters.");
        Text("upper-case", "prevHash", book[6].Hash.ToString().ToUpperInvariant().Replace("SHA256", "sha256", StringComparison.Ordinal), "Hexadecimal digits are lower case.");
        Text("no-prefix", "requestHash", book[7].RequestHash.ToString()[7..], "The prefix is missing.");
        Text("other-prefix", "requestHash", "sha512:" + book[7].RequestHash.ToString()[7..], "Another hash function.");
        Text("lower-case", "type", "pixbook_save", "Types are upper case.");
        Text("digit-first", "type", "1X", "A type begins with a letter.");
        Text("65", "type", new string('X', 65), "A type has at most 64 characters.");
        Text("no-fraction", "createdAt", "2026-02-24T12:34:56Z", "Exactly three fraction digits.");
        Text("six-digits", "createdAt", "2026-02-24T12:34:56.000000Z", "Exactly three fraction digits.");
        Text("offset", "createdAt", "2026-02-24T12:34:56.000+00:00", "UTC is written Z.");
        Text("lower-case", "createdAt", "2026-02-24t12:34:56.000z", "T and Z are upper case.");
        Text("no-such-day", "createdAt", "2026-02-29T12:34:56.000Z", "2026 is no leap year.");
        Text("hour-24", "createdAt", "2026-02-24T24:00:00.000Z", "Hours go to 23.");
        Text("leap-second", "createdAt", "2016-12-31T23:59:60.000Z", "Leap seconds are not written.");
        Text("year-0", "createdAt", "0000-01-01T00:00:00.000Z", "Years go from 0001 to 9999.");
        Text("space", "idempotencyKey", "a b", "A character that keys do not have.");
        Text("empty", "idempotencyKey", "", "At least one character.");
        Text("129", "idempotencyKey", new string('k', 129), "At most 128 characters.");
        Bad("identity-id-slash", "An id has no slash.", json => json["issuer"]!["identityId"] = "a/b");
        Bad("identity-id-65", "An id has at most 64 characters.", json => json["issuer"]!["identityId"] = new string('i', 65));
        Bad("public-key-id-short", "An id of a key is sha256 and 64 digits.", json => json["issuer"]!["publicKeyId"] = "sha256:00");
        Bad("count-0", "A commit has at least one receipt.", json => json["commit"]!["count"] = 0);
        Bad("count-65", "A commit has at most 64 receipts.", json => json["commit"]!["count"] = 65);
        Bad("index-count", "The index is less than the count.", json => json["commit"]!["index"] = 1);
        Bad("index-negative", "The index is not negative.", json => json["commit"]!["index"] = -1);
        Bad("index-fraction", "The index is an integer.", json => (json["commit"]!["count"], json["commit"]!["index"]) = (2, 0.5));
        Bad("version-0", "Versions count from 1.", json => json["streamVersion"] = 0);
        Bad("version-fraction", "A version is an integer.", json => json["streamVersion"] = 1.5);
        Bad("version-unsafe", "Versions end at 2^53−1, as do all numbers of a receipt.", json => json["streamVersion"] = 9007199254740992);
        Bad("prev-event-id-alone", "prevEventId and prevHash are null together.", json => json["prevHash"] = null);
        Bad("prev-hash-alone", "prevEventId and prevHash are null together.", json => json["prevEventId"] = null);
        Bad("payload-array", "A payload is an object.", json => json["payload"] = new JsonArray());
        Bad("payload-number", "A number in a payload is at most 2^53−1.", json => json["payload"]!["n"] = 1e300);
        Bad("stream-slug", "A stream type is a lower-case slug.", json => json["stream"] = new JsonObject { ["type"] = "Thing", ["id"] = "1" });
        Bad("stream-id-empty", "An id has at least one character.", json => json["stream"]!["bookId"] = "");
        Bad("schema-version-text", "schemaVersion is a number; text is not another version.", json => json["schemaVersion"] = "1");

        var good = book[7].Signature;
        var order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        void Signature(string name, string text, string about) => BadReceipt($"signature-{name}", "malformed", about, Damage.Edit(book[7], json => json["signature"] = text));
        Signature("no-padding", good.ToString()[..^2], "The padding of the base64 is missing.");
        Signature("r-order", P1363(order, good.Bytes[32..].ToArray()), "r is n: out of range.");
        Signature("s-zero", P1363(good.Bytes[..32].ToArray(), new byte[32]), "s is 0: out of range.");
        Signature("der", "ecdsa-p256:" + Convert.ToBase64String([0x30, 0x44, 0x02, 0x20, .. good.Bytes[..32], 0x02, 0x20, .. good.Bytes[32..]]), "The DER form of some libraries.");
        BadReceipt("hash-upper-case", "malformed", "Hexadecimal digits are lower case.", Damage.Edit(book[7], json => json["hash"] = "sha256:" + book[7].Hash.Value.ToHex().ToUpperInvariant()));
    }

    // What is wrong with the bytes as a whole, and the rules behind the form.
    private void Form(Chain book)
    {
        var text = Damage.Text(book[7].Bytes);
        BadReceipt("empty", "malformed", "No bytes.", Array.Empty<byte>());
        BadReceipt("cut-off", "malformed", "The last byte is missing.", Damage.Utf8(text[..^1]));
        BadReceipt("array", "malformed", "A commit is no receipt.", Damage.Utf8($"[{text}]"));
        BadReceipt("byte-order-mark", "malformed", "A byte-order mark.", Damage.Utf8("\uFEFF" + text));
        BadReceipt("duplicate-name", "malformed", "One name twice in the payload: two readers could take different ones.", Damage.Utf8(text.Replace("\"page\":1,", "\"page\":1,\"page\":1,", StringComparison.Ordinal)));
        BadReceipt("invalid-utf8", "malformed", "A byte that is no UTF-8.", (byte[])[.. Damage.Utf8(text[..^2]), 0xFF, .. "\"}"u8]);
        BadReceipt("lone-surrogate", "malformed", "Half of a surrogate pair.", Damage.Utf8(text.Replace("\"page\"", "\"p\\ud800\"", StringComparison.Ordinal)));

        BadReceipt("too-many-bytes", "too-large", "262145 bytes.", OfSize(book, 262145));
        BadReceipt("too-deep", "too-large", "64 levels: a commit could not wrap it.", TooDeep(book));
        foreach (var (name, version) in new[] { ("2", "2"), ("0", "0"), ("fraction", "1.5") })
            BadReceipt($"schema-version-{name}", "unsupported-schema", "A schemaVersion that is not 1.", Damage.Forge(book[7], Ada1, json => json["schemaVersion"] = JsonNode.Parse(version)));

        BadReceipt("white-space", "not-canonical", "A space behind a comma.", Damage.Utf8(text.Replace(",\"issuer\"", ", \"issuer\"", StringComparison.Ordinal)));
        BadReceipt("line-feed", "not-canonical", "A line feed at the end: stored bytes end with the brace.", Damage.Utf8(text + "\n"));
        BadReceipt("member-order", "not-canonical", "hash comes after idempotencyKey.", Damage.Utf8(Swapped(text)));
        BadReceipt("escaped", "not-canonical", "A character is escaped that needs no escape.", Damage.Utf8(text.Replace("\u20AC", "\\u20ac", StringComparison.Ordinal)));
        BadReceipt("number-form", "not-canonical", "1.5 is written 1.50.", Damage.Utf8(text.Replace("\"zoom\":1.5", "\"zoom\":1.50", StringComparison.Ordinal)));
        BadReceipt("integer-form", "not-canonical", "Version 7 is written 7.0: the value is right, the bytes are not.", Damage.Utf8(text.Replace("\"streamVersion\":7", "\"streamVersion\":7.0", StringComparison.Ordinal)));

        var changed = Damage.Edit(book[7], json => json["payload"]!["snapshot"]!["page"] = 2);
        BadReceipt("payload-changed", "hash-mismatch", "The payload was changed, hash and signature were not.", changed, Place(changed));
        var restated = Damage.Edit(book[7], json => json["hash"] = book[6].Hash.ToString());
        BadReceipt("hash-changed", "hash-mismatch", "The hash was changed and nothing else.", restated, Place(restated));

        BadReceipt("key-unknown", "key-unknown", "The key is not among those given.", book[7].Bytes, Place(book[7].Bytes), Ben1);
        var rehashed = Damage.Edit(changed, json => json["hash"] = Sha256(Unsigned(changed)));
        BadReceipt("rehashed", "signature-invalid", "The payload was changed and the hash made to fit: the signature is over another digest.", rehashed, Place(rehashed));
        var stranger = Damage.Edit(book[7], json => json["signature"] = Stranger.Sign(book[7].Hash.Value).ToString());
        BadReceipt("signed-by-another", "signature-invalid", "Another key signed the right digest.", stranger, Place(stranger));
        var zero = Damage.Edit(book[7], json => json["signature"] = P1363([.. new byte[31], 1], [.. new byte[31], 1]));
        BadReceipt("signature-ones", "signature-invalid", "r and s are 1: in range, and no signature.", zero, Place(zero));
        var high = Damage.Edit(book[7], json => json["signature"] = VectorKey.HighS(book[7].Signature).ToString());
        BadReceipt("high-s", "signature-not-low-s", "The other half of a good signature, which everybody can make.", high, Place(high));
    }

    // Two rules broken at once: the first in the order of the format is told.
    private void Order(Chain book)
    {
        var text = Damage.Text(book[7].Bytes);
        BadReceipt("order-size-json", "too-large", "Too many bytes, and no JSON: limits come first.", Damage.Utf8(new string('x', 262145)));
        BadReceipt("order-depth-schema", "too-large", "Too deep, and schemaVersion 2: limits come first.", Damage.Utf8(Damage.Text(TooDeep(book)).Replace("\"schemaVersion\":1", "\"schemaVersion\":2", StringComparison.Ordinal)));
        BadReceipt("order-json-schema", "malformed", "One name twice, and schemaVersion 2: what is no I-JSON has no members to look at.",
            Damage.Utf8(text.Replace("\"schemaVersion\":1", "\"schemaVersion\":2,\"schemaVersion\":2", StringComparison.Ordinal)));
        BadReceipt("order-schema-members", "unsupported-schema", "schemaVersion 2, an unknown member, and one missing: a later version may well have other members.",
            Damage.Forge(book[7], Ada1, json => { json["schemaVersion"] = 2; json["proof"] = "x"; json.Remove("payload"); }));
        BadReceipt("order-schema-canonical", "unsupported-schema", "schemaVersion 2, and not canonical.", Damage.Utf8(text.Replace("\"schemaVersion\":1", "\"schemaVersion\": 2", StringComparison.Ordinal)));
        BadReceipt("order-members-canonical", "malformed", "An unknown member, and not canonical.", Damage.Utf8(text.Replace("\"type\":\"PIXBOOK_SAVE\"", "\"type\":\"PIXBOOK_SAVE\", \"x\":1", StringComparison.Ordinal)));
        BadReceipt("order-canonical-hash", "not-canonical", "Not canonical, and the payload was changed.", Damage.Utf8(text.Replace("\"page\":1", "\"page\": 2", StringComparison.Ordinal)));
        BadReceipt("order-form-hash", "malformed", "The signature's base64 is bad, and the payload was changed.",
            Damage.Edit(book[7], json => (json["signature"], json["payload"]) = (book[7].Signature.ToString()[..^2], new JsonObject())));
        var both = Damage.Edit(book[7], json => (json["signature"], json["payload"]) = (Stranger.Sign(book[7].Hash.Value).ToString(), new JsonObject()));
        BadReceipt("order-hash-key", "hash-mismatch", "The payload was changed, and the key is not among those given.", both, Place(both), Ben1);
        BadReceipt("order-hash-signature", "hash-mismatch", "The payload was changed, and another key signed.", both, Place(both));
        var high = Damage.Edit(book[7], json => json["signature"] = VectorKey.HighS(Stranger.Sign(book[7].Hash.Value)).ToString());
        BadReceipt("order-signature-high-s", "signature-invalid", "Another key signed, and s is in the upper half: whether a signature holds comes before its form.", high, Place(high));
    }

    private void GoodReceipt(string name, string about, ReadOnlyMemory<byte> bytes, VectorKey key)
    {
        var json = JsonNode.Parse(bytes.Span)!.AsObject();
        var unsigned = Unsigned(bytes);
        Add("receipts", $"receipt/{name}", about, new()
        {
            ["file"] = File($"receipts/{name}.json", bytes.ToArray()),
            // Of the large ones the hash says enough.
            ["unsigned"] = unsigned.Length > 100_000 ? null : File($"receipts/{name}.unsigned.json", unsigned),
            ["hash"] = Sha256(unsigned), ["signature"] = (string)json["signature"]!, ["publicKeyId"] = key.Id.ToString(), ["keys"] = List(key.Base64),
            ["failure"] = null,
        });
    }

    private void BadReceipt(string name, string kind, string why, ReadOnlyMemory<byte> bytes, JsonObject? place = null, VectorKey? key = null) =>
        Add("receipts", $"receipt/not-{name}", why, new()
        {
            ["file"] = File($"receipts/not/{name}.json", bytes.ToArray()), ["keys"] = List((key ?? Ada1).Base64),
            ["failure"] = new JsonObject
            {
                ["kind"] = kind, ["streamVersion"] = place?["streamVersion"]?.DeepClone(), ["eventId"] = place?["eventId"]?.DeepClone(),
            },
        });

    // Only a receipt that could be read has a place of its own.
    private static JsonObject Place(ReadOnlyMemory<byte> bytes)
    {
        var json = JsonNode.Parse(bytes.Span)!;
        return new() { ["streamVersion"] = (long)json["streamVersion"]!, ["eventId"] = (string)json["eventId"]! };
    }

    private static byte[] Unsigned(ReadOnlyMemory<byte> receipt) => Damage.Edit(receipt, json => { json.Remove("hash"); json.Remove("signature"); });

    private static byte[] Payload(Chain book, string payload) => Damage.Forge(book[7], Ada1, json => json["payload"] = JsonNode.Parse(payload, documentOptions: new() { MaxDepth = 256 }));

    private static byte[] OfSize(Chain book, int bytes)
    {
        var rest = bytes - Payload(book, """{"pad":""}""").Length;
        return Payload(book, $$"""{"pad":"{{new string('x', rest)}}"}""");
    }

    // The canonicalizer of a receipt refuses such depth, so the text is put together by hand; its hash and signature are good.
    private static byte[] TooDeep(Chain book)
    {
        var shallow = JsonNode.Parse(Payload(book, """{"deep":"HERE"}"""))!.AsObject();
        shallow.Remove("hash");
        shallow.Remove("signature");
        string Fill() => Encoding.UTF8.GetString(Damage.Canonical(shallow)).Replace("\"HERE\"", Deep(62), StringComparison.Ordinal);
        var hash = Sha256Hash.Of(Damage.Utf8(Fill()));
        (shallow["hash"], shallow["signature"]) = (hash.ToString(), Ada1.Sign(hash).ToString());
        return Damage.Utf8(Fill());
    }

    private static string Swapped(string text)
    {
        var hash = text[text.IndexOf("\"hash\":", StringComparison.Ordinal)..text.IndexOf("\"idempotencyKey\":", StringComparison.Ordinal)];
        return text.Replace(hash, "", StringComparison.Ordinal).Replace("\"issuer\":", hash + "\"issuer\":", StringComparison.Ordinal);
    }

    private void AddCommits()
    {
        var book = Book();
        string Array(params ReadOnlySpan<SealedReceipt> receipts) => "[" + string.Join(',', receipts.ToArray().Select(receipt => Damage.Text(receipt.Bytes))) + "]";
        Commit("one", "A commit of one receipt.", Array(book[1]));
        Commit("three", "A commit of three receipts: the canonical form of the array of them.", Array(book[3], book[4], book[5]));
        var many = new Chain(BookStream);
        many.Commit(AdaId, Ada1, [.. Enumerable.Range(0, 64).Select(i => ("CARD_ADDED", Card("C" + i.ToString(CultureInfo.InvariantCulture), "pack")))]);
        Commit("sixty-four", "64 receipts, the most.", Array([.. many.Receipts]));
        Commit("deepest", "A receipt of 63 levels: the array is the 64th.", $"[{Damage.Text(Payload(book, "{\"deep\":" + Deep(61) + "}"))}]");

        Commit("not-empty", "A commit has at least one receipt.", "[]", "malformed");
        Commit("not-array", "A receipt is no commit.", Damage.Text(book[1].Bytes), "malformed");
        Commit("not-white-space", "A space between receipts.", Array(book[3], book[4], book[5]).Replace("},{", "}, {", StringComparison.Ordinal), "not-canonical");
        Commit("not-receipts", "Something else than receipts.", "[1]", "malformed");
        Commit("not-sixty-five", "65 receipts.", Array([.. many.Receipts, many[1]]), "too-large");
        Commit("not-deep", "A receipt of 64 levels makes 65.", $"[{Damage.Text(TooDeep(book))}]", "too-large");
        Commit("not-supported", "A receipt of schemaVersion 2 in it.", $"[{Damage.Text(Damage.Forge(book[1], Ada1, json => json["schemaVersion"] = 2))}]", "unsupported-schema");
    }

    private void Commit(string name, string about, string text, string? failure = null) =>
        Add("commits", $"commit/{name}", about, new() { ["file"] = File($"commits/{name}.json", Damage.Utf8(text)), ["failure"] = failure is null ? null : new JsonObject { ["kind"] = failure } });

    // A stream as its commit objects, one a line: what a fold checks, which has all keys of the stream and no signatures.
    private void AddStreams()
    {
        var book = Book();
        List<string> Whole() => [Text(book[1]), Text(book[2]), Text(book[3], book[4], book[5]), Text(book[6]), Text(book[7])];
        string Text(params ReadOnlySpan<SealedReceipt> receipts) => "[" + string.Join(',', receipts.ToArray().Select(receipt => Damage.Text(receipt.Bytes))) + "]";
        string Bytes(params ReadOnlySpan<byte[]> receipts) => "[" + string.Join(',', receipts.ToArray().Select(receipt => Damage.Text(receipt))) + "]";

        Stream("whole", "A whole stream.", Whole());
        var reused = book.Seal(AdaId, Ada1, book[1].IdempotencyKey.Value, Save);
        Stream("not-key-reused", "The sixth commit has the idempotency key of the first.", [.. Whole(), Text([.. reused])], "idempotency-key-reused", 6);
        Stream("not-version-gap", "The second commit is missing.", [.. Whole().Where((_, i) => i != 1)], "version-gap", 2);
        Stream("not-torn", "The last receipt of the third commit is missing.", [.. Whole().Take(2), Text(book[3], book[4])], "commit-torn", 3);
        Stream("not-split", "One commit stands as two.", [.. Whole().Take(2), Text(book[3]), Text(book[4], book[5])], "commit-torn", 3);
        Stream("not-joined", "Two commits stand as one.", [Text(book[1], book[2])], "commit-torn", 1);
        Stream("not-hash", "A payload was changed.", [.. Whole().Take(4), Bytes(Damage.Edit(book[7], json => json["payload"] = new JsonObject()))], "hash-mismatch", 5);
        Stream("not-chained", "prevHash is another receipt's.", [.. Whole().Take(4), Bytes(Damage.Forge(book[7], Ada1, json => json["prevHash"] = book[5].Hash.ToString()))], "chain-broken", 5);
        Stream("not-increasing", "eventId equals prevEventId.", [.. Whole().Take(4), Bytes(Damage.Forge(book[7], Ada1, json => json["eventId"] = book[6].EventId.ToString()))], "event-id-not-increasing", 5);
        Stream("not-this-stream", "A receipt of another book.", [.. Whole().Take(4), Bytes(Damage.Forge(book[7], Ada1, json => json["stream"]!["bookId"] = OtherBookId))], "stream-mismatch", 5);
    }

    private void Stream(string name, string about, List<string> commits, string? kind = null, int line = 0) =>
        Add("streams", $"stream/{name}", about, new()
        {
            ["file"] = File($"streams/{name}.commits.jsonl", Damage.Utf8(string.Join('\n', commits) + "\n")), ["stream"] = JsonNode.Parse(BookStream.Json),
            ["failure"] = kind is null ? null : new JsonObject { ["kind"] = kind, ["line"] = line },
        });
}
