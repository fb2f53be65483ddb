using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Hashing;
using Concord.Receipts.Signing;

namespace Concord.Vectors.Generator;

public sealed partial class VectorSet
{
    private static readonly VectorKey Platform1 = new("platform 1");
    private static readonly VectorKey Platform2 = new("platform 2");
    private static readonly VectorKey Platform3 = new("platform 3");
    private static readonly VectorKey Ada1 = new("ada 1");
    private static readonly VectorKey Ada2 = new("ada 2");
    private static readonly VectorKey Ben1 = new("ben 1");
    private static readonly VectorKey Stranger = new("stranger");

    private void AddNames()
    {
        foreach (var (name, about, json) in new (string, string, string)[]
        {
            ("platform-keys", "The platform's key history has no ids.", """{"type":"platform-keys"}"""),
            ("identity", "An identity's key history.", """{"accountId":"A","identityId":"I","type":"identity"}"""),
            ("pixbook", "A book.", """{"accountId":"01KJ7Z6V8GZ3N9Q4R5S6T7V8W9","bookId":"b_-9","type":"pixbook"}"""),
            ("other-type", "Other types have the ids that they need; their names are in canonical order, type among them.", """{"Z":"1","type":"x-1","zone":"2"}"""),
            ("id-64", "An id of 64 characters.", $$"""{"id":"{{new string('x', 64)}}","type":"x"}"""),
            ("ids-8", "Eight ids, the most.", """{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1","g":"1","h":"1","type":"x"}"""),
        })
            Add("streamNames", $"stream-name/{name}", about, new() { ["json"] = json, ["good"] = true });
        foreach (var (name, about, json) in new (string, string, string)[]
        {
            ("no-type", "The type is missing.", """{"id":"1"}"""),
            ("upper-case-type", "A type is a lower-case slug.", """{"id":"1","type":"X"}"""),
            ("digit-first", "A type begins with a letter.", """{"id":"1","type":"1x"}"""),
            ("empty-id", "An id has at least one character.", """{"id":"","type":"x"}"""),
            ("id-65", "An id has at most 64 characters.", $$"""{"id":"{{new string('x', 65)}}","type":"x"}"""),
            ("slash", "A slash is in no id.", """{"id":"a/b","type":"x"}"""),
            ("number", "An id is text.", """{"id":1,"type":"x"}"""),
            ("pixbook-more", "A pixbook is named by exactly accountId and bookId.", """{"accountId":"A","bookId":"B","type":"pixbook","x":"1"}"""),
            ("pixbook-less", "A pixbook is named by exactly accountId and bookId.", """{"bookId":"B","type":"pixbook"}"""),
            ("identity-less", "An identity is named by exactly accountId and identityId.", """{"identityId":"I","type":"identity"}"""),
            ("platform-keys-more", "The platform's key history has no ids.", """{"id":"1","type":"platform-keys"}"""),
            ("ids-9", "Nine ids.", """{"a":"1","b":"1","c":"1","d":"1","e":"1","f":"1","g":"1","h":"1","i":"1","type":"x"}"""),
            ("order", "Another order of the members is not the canonical form.", """{"type":"pixbook","accountId":"A","bookId":"B"}"""),
        })
            Add("streamNames", $"stream-name/not-{name}", about, new() { ["json"] = json, ["good"] = false });
        foreach (var (name, about, text, good) in new[]
        {
            ("least", "The least.", "00000000000000000000000000", true),
            ("greatest", "The greatest: 128 bits.", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", true),
            ("over-128-bits", "26 characters hold 130 bits; the first is at most 7.", "80000000000000000000000000", false),
            ("lower-case", "Upper case only.", "01kj7z6v8gz3n9q4r5s6t7v8w9", false),
            ("letter-i", "I, L, O and U are not in the alphabet and are not read as something else.", "01KJ7Z6V8GZ3N9Q4R5S6T7V8WI", false),
            ("letter-u", "I, L, O and U are not in the alphabet.", "01KJ7Z6V8GZ3N9Q4R5S6T7V8WU", false),
            ("short", "25 characters.", "01KJ7Z6V8GZ3N9Q4R5S6T7V8W", false),
        })
            Add("eventIds", $"event-id/{name}", about, new() { ["text"] = text, ["good"] = good });
        foreach (var (name, about, previous, now, random, next) in new (string, string, string?, long, string, string)[]
        {
            ("first", "The first of a stream: the clock and ten random bytes.", null, 1771936496000, "00112233445566778899", "01KJ7TAEC0008J4CT4ANK7F24S"),
            ("later", "The clock moved on: a new ULID.", "01KJ7TAEC0008J4CT4ANK7F24S", 1771936496001, "ffffffffffffffffffff", "01KJ7TAEC1ZZZZZZZZZZZZZZZZ"),
            ("same-millisecond", "The clock did not move past the predecessor's time: its ULID plus one.", "01KJ7TAEC0008J4CT4ANK7F24S", 1771936496000, "ffffffffffffffffffff", "01KJ7TAEC0008J4CT4ANK7F24T"),
            ("clock-went-back", "Likewise when the clock went back.", "01KJ7TAEC0008J4CT4ANK7F2ZZ", 0, "ffffffffffffffffffff", "01KJ7TAEC0008J4CT4ANK7F300"),
            ("carry", "Plus one carries into the time.", "01KJ7TAEC0ZZZZZZZZZZZZZZZZ", 1771936496000, "00000000000000000000", "01KJ7TAEC10000000000000000"),
        })
            Add("nextEventIds", $"next-event-id/{name}", about, new() { ["previous"] = previous, ["nowMilliseconds"] = now, ["randomHex"] = random, ["next"] = next });
    }

    private void AddKeys()
    {
        foreach (var key in new[] { Platform1, Platform2, Platform3, Ada1, Ada2, Ben1, Stranger })
            Add("keys", "key/" + key.Name.Replace(' ', '-'), $"A test key: {key.Name}.", new() { ["spki"] = key.Base64, ["publicKeyId"] = Sha256(key.PublicKey.Spki.Span), ["good"] = true });

        var good = Ada1.PublicKey.Spki.ToArray();
        Key("trailing-byte", "A byte behind the structure.", [.. good, 0]);
        Key("truncated", "The last byte is missing.", good[..^1]);
        Key("compressed", "The compressed point: another encoding of the same key would have another id.", [.. Convert.FromHexString("3039301306072A8648CE3D020106082A8648CE3D030107032200"), (byte)(2 | (good[^1] & 1)), .. good[27..59]]);
        Key("hybrid", "The hybrid form of the point (06 or 07).", [.. good[..26], (byte)(6 | (good[^1] & 1)), .. good[27..]]);
        Key("not-on-curve", "A point that is not on the curve.", [.. good[..^1], (byte)(good[^1] ^ 1)]);
        Key("zero-point", "x and y are zero: not on the curve.", [.. good[..27], .. new byte[64]]);
        Key("coordinate-out-of-range", "x is p, the field's modulus: not a reduced coordinate.", [.. good[..27], .. Convert.FromHexString("FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF"), .. good[59..]]);
        Key("other-curve", "secp256k1: the object identifier is another.", [.. Convert.FromHexString("3056301006072A8648CE3D020106052B8104000A03420004"), .. good[27..]]);
        Key("raw-point", "The point without its structure.", good[26..]);
    }

    private void Key(string name, string about, byte[] spki) =>
        Add("keys", "key/not-" + name, about, new() { ["spki"] = Convert.ToBase64String(spki), ["good"] = false });

    private void AddSignatures()
    {
        foreach (var (i, message) in new[] { "one", "two", "three" }.Index())
        {
            var digest = Sha256Hash.Of(Encoding.ASCII.GetBytes(message));
            var low = Ada1.Sign(digest);
            Add("lowS", $"low-s/{message}", "A signature and its other half: the primitive accepts both, the format the lower only.", new()
            {
                ["spki"] = Ada1.Base64, ["message"] = message, ["digest"] = digest.ToString(), ["low"] = low.ToString(), ["high"] = VectorKey.HighS(low).ToString(),
            });
            if (i == 0)
                Texts(low);
        }
        foreach (var (name, hex, negated) in new[]
        {
            ("one", "0000000000000000000000000000000000000000000000000000000000000001", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550"),
            ("greatest-low", "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8", "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9"),
        })
            Add("halves", $"half/{name}", "A low s and n − s, which is high: (n − 1) / 2 is the greatest low one.", new() { ["low"] = hex, ["high"] = negated });
    }

    private void Texts(ReceiptSignature good)
    {
        var text = good.ToString();
        var order = Convert.FromHexString("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
        byte[] one = [.. new byte[31], 1];
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".IndexOf(text[^3], StringComparison.Ordinal);
        foreach (var (name, about, signature, isGood) in new[]
        {
            ("good", "prefix and 88 characters.", text, true),
            ("least", "r and s are 1: well-formed, though it verifies nothing here.", P1363(one, one), true),
            ("r-zero", "r is 0.", P1363(new byte[32], one), false),
            ("s-zero", "s is 0.", P1363(one, new byte[32]), false),
            ("r-order", "r is n.", P1363(order, one), false),
            ("s-order", "s is n.", P1363(one, order), false),
            ("no-prefix", "The prefix is missing.", text[11..], false),
            ("upper-case-prefix", "The prefix is lower case.", "ECDSA-P256:" + text[11..], false),
            ("no-padding", "The padding is missing.", text[..^2], false),
            ("padding-bits", "The unused bits of the last character are not zero: a lenient decoder reads the same bytes.",
                text[..^3] + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[last | 1] + "==", false),
            ("url-safe", "The alphabet of base64url: + and / are - and _.", "ecdsa-p256:" + Convert.ToBase64String([0xFB, 0xFF, .. good.Bytes[2..]]).Replace('+', '-').Replace('/', '_'), false),
            ("line-feed", "White space inside.", text[..40] + "\n" + text[41..], false),
            ("63-bytes", "One byte short.", "ecdsa-p256:" + Convert.ToBase64String(good.Bytes[..63]), false),
            ("der", "The DER form of some libraries.", "ecdsa-p256:" + Convert.ToBase64String([0x30, 0x44, 0x02, 0x20, .. good.Bytes[..32], 0x02, 0x20, .. good.Bytes[32..]]), false),
        })
            Add("signatureTexts", $"signature-text/{name}", about, new() { ["text"] = signature, ["good"] = isGood });
    }

    private static string P1363(byte[] r, byte[] s) => "ecdsa-p256:" + Convert.ToBase64String([.. r, .. s]);

    private void AddDerived()
    {
        foreach (var (name, kind, scope, operation, key, ordinal) in new[]
        {
            ("account", "account", "user-ada", "accounts/commands/create", "2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11", 0),
            ("pixbook", "pixbook", AccountId, "pixbooks/commands/create", "2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11", 0),
            ("second", "pixbook", AccountId, "pixbooks/commands/create", "2f1c6f0e-6d0f-4f6e-9a53-0f4f3a0f2b11", 1),
            ("platform", "collection", "platform", "collections/commands/publish", "3d594650-3436-11e5-bf21-0800200c9a66", 0),
            ("unicode", "drop", "platform", "drops/\u20AC/\"commands\"", "trade:01KJ7Z0KQG004H48HJ6NK6EXWS:hold", 12),
        })
        {
            var hashed = Damage.Canonical(new JsonArray(kind, scope, operation, key, ordinal));
            Add("derivedIds", $"derived-id/{name}", "The first 130 bits of SHA-256 over the canonical array, in Crockford base 32.", new()
            {
                ["streamType"] = kind, ["scope"] = scope, ["operation"] = operation, ["idempotencyKey"] = key, ["ordinal"] = ordinal,
                ["hashed"] = Damage.Text(hashed), ["derivedId"] = DerivedId.Create(kind, scope, operation, IdempotencyKey.Parse(key), ordinal),
            });
        }

        Request("empty", "An empty body and no route parameters.", "accounts/commands/create", "{}", "{}");
        Request("target", "Route parameters are an object by name, the operation names them.", "pixbooks/{bookId}/commands/save", """{"bookId":"01KJ7Z0KQG004H48HJ6NK6EXWS"}""", """{"snapshot":{"page":1,"note":"my first bird"}}""");
        Request("as-sent", "The body as sent: null is a member, defaults are not filled in, numbers are canonical.", "things/commands/make", "{}", """{"b":null,"a":1.50,"c":[]}""");
        Request("unicode", "Names and text in any script.", "things/commands/make", "{}", """{"\u20ac":"\ud83d\ude00","name":"\u00e9"}""");
        Request("content", "A member that becomes a content object enters as its content hash, salt included.", "accounts/commands/create", "{}", """{"name":"Ada"}""", "name", "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
        Request("content-other-salt", "The same content with another salt is another hash: a retry is compared with the salt of the first attempt.", "accounts/commands/create", "{}", """{"name":"Ada"}""", "name", "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100");
    }

    private void Request(string name, string about, string operation, string target, string body, string? contentMember = null, string? saltHex = null)
    {
        var hashed = JsonNode.Parse(body)!.AsObject();
        JsonObject? contents = null;
        if (contentMember is not null)
        {
            var salt = Convert.FromHexString(saltHex!);
            var bytes = Damage.Canonical(new JsonObject { ["content"] = hashed[contentMember]!.DeepClone(), ["salt"] = Convert.ToBase64String(salt) });
            hashed[contentMember] = Sha256(bytes);
            contents = new() { [contentMember] = new JsonObject { ["salt"] = Convert.ToBase64String(salt), ["contentHash"] = Sha256(bytes) } };
        }
        var canonical = Damage.Canonical(new JsonObject { ["body"] = hashed, ["operation"] = operation, ["target"] = JsonNode.Parse(target) });
        Add("requestHashes", $"request-hash/{name}", about, new()
        {
            ["operation"] = operation, ["target"] = JsonNode.Parse(target), ["body"] = JsonNode.Parse(body), ["contents"] = contents,
            ["hashed"] = Damage.Text(canonical), ["requestHash"] = Sha256(canonical),
        });
    }

    private void AddContents()
    {
        var salt = Convert.ToBase64String([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);
        Content("text", "A name.", $$"""{"content":"Ada","salt":"{{salt}}"}""");
        Content("null", "Any JSON value is content.", $$"""{"content":null,"salt":"{{salt}}"}""");
        Content("object", "A snapshot.", $$"""{"content":{"a":[1,2.5],"z":"\u001f"},"salt":"{{salt}}"}""");
        Content("not-canonical", "Not its own canonical form.", $$"""{"salt":"{{salt}}","content":"Ada"}""", false);
        Content("no-salt", "The salt is missing.", """{"content":"Ada"}""", false);
        Content("short-salt", "A salt has 32 bytes, this one 31.", $$"""{"content":"Ada","salt":"{{Convert.ToBase64String(new byte[31])}}"}""", false);
        Content("salt-bits", "The unused bits of the salt's last character are not zero.", $$"""{"content":"Ada","salt":"{{salt[..42]}}9="}""", false);
        Content("more", "A third member.", $$"""{"content":"Ada","more":1,"salt":"{{salt}}"}""", false);
        Content("unsafe-number", "Content came in a command, and follows its rules: no number beyond 2^53−1.", $$"""{"content":9007199254740992,"salt":"{{salt}}"}""", false);
    }

    private void Content(string name, string about, string text, bool good = true)
    {
        var bytes = Damage.Utf8(text);
        Add("contents", $"content/{(good ? "" : "not-")}{name}", about, new()
        {
            ["file"] = File($"contents/{(good ? "" : "not-")}{name}.json", bytes), ["good"] = good, ["contentHash"] = Sha256(bytes), ["bytes"] = bytes.Length,
        });
    }
}
