using System.Text;

namespace Concord.Fuzzing.Mutations;

/// <summary>Values and names at which parsers turn: limits, look-alikes, and what is no JSON at all.</summary>
internal static class Interesting
{
    private static readonly byte[][] Values =
    [
        .. """
            0|-0|1|-1|1.0|1e0|1E+2|0.1|-0.5|01|-|1.|.5|+1|NaN|Infinity|0x1|2|63|64|65|255|256|2147483647|2147483648|4294967296
            9007199254740990|9007199254740991|9007199254740992|9007199254740993|-9007199254740991|-9007199254740992|9223372036854775807|9223372036854775808
            18446744073709551616|1e15|1e16|1e20|1e21|1e22|1e308|1e309|1e400|-1e400|1e-6|1e-7|1e-400|5e-324|2.2250738585072014e-308|2.9802322387695312e-8
            1.7976931348623157e308|0.000001|123456789012345678901234567890|0.30000000000000004|333333333.33333329|4.50|2e-3
            ""|"a"|"null"|"1"|"platform"|"__proto__"|"\u0000"|"\u001f"|"\u007f"|"\ud800"|"\udc00"|"\ud83d\ude00"|"\ud83d\ud83d"|"\/"|"\u0041"|"\u00e9"|"é"|"😀"|"￿"
            "\b\f\n\r\t\"\\"|"\x"|"\u12"|"a b"|"-"|"_"|"01KJ7Z6V8GZ3N9Q4R5S6T7V8W9"|"7ZZZZZZZZZZZZZZZZZZZZZZZZZ"|"80000000000000000000000000"|"00000000000000000000000000"
            "2026-02-24T12:34:56.000Z"|"2026-02-30T00:00:00.000Z"|"2024-02-29T23:59:59.999Z"|"2026-12-31T23:59:60.000Z"|"0000-01-01T00:00:00.000Z"|"0001-01-01T00:00:00.000Z"|"9999-12-31T23:59:59.999Z"|"2026-02-24T24:00:00.000Z"
            "CONTENT_ERASED"|"KEY_ADDED"|"KEY_COMPROMISED"|"IDENTITY_CREATED"|"IDENTITY_KEY_ROTATED"|"IDENTITY_REVOKED"|"IDENTITY_KEY_COMPROMISED"|"PIXBOOK_CREATED"|"CARD_ADDED"
            "sha256:0000000000000000000000000000000000000000000000000000000000000000"|"sha256:000000000000000000000000000000000000000000000000000000000000000A"|"sha256:"
            null|true|false|True|nul|[]|{}|[[]]|[{}]|{"":0}|{"a":1,"a":2}|{"a":1,"\u0061":2}|{"b":1,"a":2}|[1,]|{"a":1,}|{"a"}|{,}|[|{|}|]|"|'a'|/**/1
            {"type":"platform-keys"}|{"type":"pixbook"}|{"type":"a"}|{"accountId":"A","identityId":"I","type":"identity"}|{"accountId":"A","bookId":"B","type":"pixbook"}|{"a":"A","type":"x"}
            {"bytes":2,"contentHash":"sha256:0000000000000000000000000000000000000000000000000000000000000000","mediaType":"text/plain"}
            """.Split(['|', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes),
        [(byte)'"', 0xFF, (byte)'"'], [(byte)'"', 0xC0, 0x80, (byte)'"'], [(byte)'"', 0xED, 0xA0, 0x80, (byte)'"'], [(byte)'"', 0xF4, 0x90, 0x80, 0x80, (byte)'"'],
        [(byte)'"', 0xE2, 0x82, (byte)'"'], [(byte)'"', 0x00, (byte)'"'], [0xEF, 0xBB, 0xBF, (byte)'1'], [(byte)'"', 0xEF, 0xBF, 0xBF, (byte)'"'],
        Text(64), Text(65), Text(128), Text(129), Text(4096), Text(20_000),
    ];

    private static readonly byte[][] Names =
    [
        .. new[]
        {
            "commit", "count", "index", "createdAt", "eventId", "hash", "idempotencyKey", "issuer", "identityId", "publicKeyId", "payload", "prevEventId", "prevHash",
            "requestHash", "schemaVersion", "signature", "stream", "streamVersion", "type", "accountId", "bookId", "content", "salt", "contentHash", "bytes", "mediaType",
            "format", "version", "streams", "from", "to", "platformKeyIds", "policy", "heads", "receipts", "signers", "signer", "when", "pointer", "equals", "identity", "account",
            "publicKey", "nextPublicKeyId", "keyRef", "label", "reason", "lastTrusted", "ownerIdentityId", "*", "", "a", "A", "kty", "d", "__proto__", "é", "😀", "￿", "\\u0061", "\\ud800",
        }.Select(name => Encoding.UTF8.GetBytes($"\"{name}\"")),
    ];

    /// <summary>Gets a value, which need not be JSON.</summary>
    public static byte[] Value(Random random) => random.Next(12) switch
    {
        0 => Nested(random),
        1 => Many(random),
        _ => Values[random.Next(Values.Length)],
    };

    /// <summary>Gets the name of a member, in quotes.</summary>
    public static byte[] Name(Random random) => Names[random.Next(Names.Length)];

    /// <summary>Gets a byte that means something in JSON.</summary>
    public static byte Byte(Random random)
    {
        var bytes = "{}[]\",:\\ 0123456789-+.eEtfnurbals/ABCZaz_\0\n\r\t\u007f\u00ff\u00c3\u00ed\u00a0"u8;
        return bytes[random.Next(bytes.Length)];
    }

    // Around the limit of 64 levels, of arrays, objects, or both.
    private static byte[] Nested(Random random)
    {
        var depth = random.Next(8) == 0 ? random.Next(1000, 20_000) : random.Next(55, 70);
        var isArray = random.Next(2) == 0;
        var text = new StringBuilder();
        for (var i = 0; i < depth; i++)
            text.Append(isArray ? "[" : "{\"a\":");
        text.Append('1');
        if (random.Next(8) > 0)
            text.Append(isArray ? ']' : '}', depth);
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    // Many of something small: what is not linear shows.
    private static byte[] Many(Random random)
    {
        var count = random.Next(2, random.Next(6) == 0 ? 4000 : 40);
        var text = new StringBuilder("[");
        var isObject = random.Next(2) == 0;
        if (isObject)
            text = new StringBuilder("{");
        for (var i = 0; i < count; i++)
            text.Append(i == 0 ? "" : ",").Append(isObject ? $"\"{(random.Next(50) == 0 ? 0 : random.Next())}\":" : "").Append(i % 10);
        return Encoding.ASCII.GetBytes(text.Append(isObject ? '}' : ']').ToString());
    }

    private static byte[] Text(int length) => [(byte)'"', .. Enumerable.Repeat((byte)'A', length), (byte)'"'];
}
