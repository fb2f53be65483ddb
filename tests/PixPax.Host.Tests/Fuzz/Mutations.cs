using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.Edge;

namespace PixPax.Host.Tests.Fuzz;

/// <summary>What is done to a request that was right. Each change says of the request what it may bring about.</summary>
internal sealed class Mutations(FuzzRequest request, World world, World other, SchemaValues values, Random random)
{
    /// <summary>What no body may hold, wherever it stands.</summary>
    public const string PrivateKey = "-----BEGIN EC PRIVATE KEY-----";

    private static readonly string[] Segments =
    [
        "..", ".", "%2e%2e", "%2e%2e%2fetc", "%00", "a%00b", "a%2Fb", "%ff", "%c3%28", "%F0%9F%98%80", "a%20b", "CON", "~", "@", "id;x=1", "null", "undefined", "-1", "0", "*", "$ne", "%25252e",
        "01arz3ndektsv4rrffq69g5fav", "01ARZ3NDEKTSV4RRFFQ69G5FA", "81ARZ3NDEKTSV4RRFFQ69G5FAV", new('a', 65), new('a', 5000), "%E2%80%8E", "a'b", "a%22b", "%0d%0aX:1", "<b>",
    ];

    private static readonly string[] Values =
    [
        "", "0", "-1", "1", "501", "1e2", "1.0", "+1", "%201", "007", "NaN", "Infinity", "9223372036854775807", "9223372036854775808", "99999999999999999999999999", "%D9%A1", "true", "null", "[]", "%00", "%ff",
        "a b".Replace(' ', '+'), "MSBhY2NvdW50cyAw", "MSB4", "====", new('A', 600), "01ARZ3NDEKTSV4RRFFQ69G5FA", "%F0%9F%98%80", "..", "card_added", "CARD%0aADDED",
    ];

    private static readonly (string Name, string Value)[] Headers =
    [
        ("Accept", "text/html"), ("Accept", "*/*;q=0"), ("Accept", "application/json;q=0, */*;q=0.1"), ("Accept", ";;;"), ("Accept", "application/json;charset=ebcdic"), ("Accept", "a/b/c"), ("Accept", "*/json"),
        ("Accept-Encoding", "br;q=1.0, gzip, *;q=0"), ("Accept-Language", "\u00ff"), ("If-Match", "*"), ("If-Match", "W/\"3-00000000\""), ("If-Match", "\"1-00000000\""), ("If-Match", "abc"), ("If-Match", "\"a\", *"),
        ("If-Match", ""), ("If-Match", "\"unclosed"), ("If-None-Match", "*"), ("If-None-Match", "\"\""), ("If-None-Match", "junk,,,\"a\""), ("If-Modified-Since", "yesterday"), ("Range", "bytes=0-0"), ("Range", "bytes=-999999999999"),
        ("Authorization", "Bearer dev:"), ("Authorization", "Bearer "), ("Authorization", "Basic YTpi"), ("Authorization", "Bearer dev:../../x"), ("Authorization", "bearer dev:operator "), ("Authorization", "Bearer eyJhbGciOiJub25lIn0.e30."),
        ("Cookie", "better-auth.session_token=x.y"), ("Cookie", "a=;;;=b"), ("X-Request-Id", "a b"), ("X-Request-Id", "mine-1"), ("X-Request-Id", "x"), ("traceparent", "00-junk"), ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        ("tracestate", "=,=,"), ("baggage", ";=;"), ("Origin", "null"), ("Origin", "https://evil.example"), ("Access-Control-Request-Method", "DELETE"), ("Upgrade", "websocket"), ("Upgrade", "h2c"), ("Connection", "Upgrade"), ("Connection", "close"),
        ("X-HTTP-Method-Override", "DELETE"), ("X-Forwarded-For", "1.2.3.4, junk"), ("X-Forwarded-Proto", "gopher"), ("X-Forwarded-Host", "evil.example"), ("Forwarded", "for=;;;"), ("Expect", "100-continue"), ("Content-Language", "xx"),
        ("Content-MD5", "x"), ("Digest", "sha-256=x"), ("TE", "trailers"), ("Via", "1.1 x"), ("Max-Forwards", "0"), ("Prefer", "return=minimal"), ("Sec-WebSocket-Key", "x"), ("X-" + new string('a', 500), "1"), ("X-Large", new('x', 16_000)),
    ];

    private static readonly string[] MediaTypes =
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "application/json; charset=utf-16", "application/json; charset=iso-8859-1", "application/json; charset=junk", "application/jsonx", "application/*",
        "*/*", "json", "application/json;;;=", "application/problem+json",
    ];

    private static readonly string[] Keys = ["", "42", "\"\"", "8e03978e-40d5-43dd-bc93-6894a57f932", "{8e03978e-40d5-43dd-bc93-6894a57f9324}", "8e03978e40d543ddbc936894a57f9324", "\"8e03978e-40d5-43dd-bc93-6894a57f9324", "platform:init", new('0', 300), "8e03978e-40d5-43dd-bc93-6894a57f9324, 8e03978e-40d5-43dd-bc93-6894a57f9325"];

    private static readonly string[] Methods = ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "FOO", "get", "PROPFIND", "GET", "POST"];

    private static readonly string[] NoBodies = ["", " ", "null", "true", "1", "\"text\"", "[]", "[{}]", "{", "}", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{'a':1}", "//x\n{}", "{} {}", "{}x", "NaN", "\u0000", "{\"a\":\u0001}", "{\"\\u00\":1}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":Infinity}"];

    public void Apply()
    {
        switch (random.Next(request.Body is null ? 7 : 14))
        {
            case 0: Path(); break;
            case 1: Id(); break;
            case 2: Query(); break;
            case 3 or 4: Header(); break;
            case 5: Method(); break;
            case 6: Repeat(); break;
            case 7: MediaType(); break;
            case 8: Key(); break;
            case 9: NoBody(); break;
            case 10: Bytes(); break;
            default: Member(); break;
        }
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private void Said(string change) => request.Changes.Add(change);

    private void Path()
    {
        var segments = request.Path.Split('/');
        var at = random.Next(1, segments.Length);
        request.Path = random.Next(8) switch
        {
            0 => request.Path + "/",
            1 => request.Path.Replace("/v1/", "//v1//", StringComparison.Ordinal),
            2 => request.Path.ToUpperInvariant(),
            3 => request.Path + "/" + Pick(Segments),
            4 => string.Join('/', segments[..^1]) is { Length: > 0 } less ? less : "/",
            5 => "/" + Pick(["", "v2/accounts", "v1", "v1/admin", "v1/admin/costs", "v1/../v1/accounts", "metrics", "favicon.ico", ".env", "openapi/v2.json"]),
            _ => string.Join('/', segments.Select((segment, n) => n == at ? Pick(Segments) : segment)),
        };
        // An id in a path that is no id names nothing; a path without one may be another operation's, such as the list of all.
        request.IsElsewhere = true;
        request.MayBeNoHttp = true;
        Said("path");
    }

    private void Id()
    {
        foreach (var (mine, theirs) in world.Ids.Append(world.CollectionId).Zip(other.Ids.Append(other.CollectionId)).Where(pair => request.Path.Contains(pair.First, StringComparison.Ordinal)))
            request.Path = request.Path.Replace(mine, theirs, StringComparison.Ordinal);
        Said("another's id");
    }

    private void Query()
    {
        var known = request.Operation.Parameters.Where(parameter => parameter["in"]!.GetValue<string>() == "query").Select(parameter => parameter["name"]!.GetValue<string>()).ToArray();
        var name = known.Length > 0 && random.Next(4) > 0 ? Pick(known) : Pick(["limit", "x", "%00", "", "__proto__", "LIMIT"]);
        // Waiting in vain takes seconds.
        if (name == "minVersion") name = "limit";
        if (random.Next(3) > 0) request.Query.RemoveAll(item => item.Name == name);
        var value = Pick(Values);
        if (name == "minEventId" && value.Length == 26) value = "1";
        request.Query.Add((name, value));
        if (random.Next(20) == 0)
        {
            request.Query.Add(("pad", new string('q', 7000)));
            request.MayBeNoHttp = true;
        }

        Said($"query {name}");
        // Framework and we read names without regard to case, the document's are exact.
        if (name == "LIMIT") request.IsOdd = true;
    }

    private void Header()
    {
        var (name, value) = Pick(Headers);
        if (random.Next(2) == 0) request.Set(name, value);
        else request.Headers.Add((name, value));
        request.IsOdd = true;
        if (name == "Accept-Language" || (name.Equals("Authorization", StringComparison.Ordinal) && value.Length == 0)) request.MayBeNoHttp = true;
        if (name is "Connection" or "Upgrade" or "Expect" or "X-Large") request.MayBeNoHttp = true;
        if (random.Next(60) == 0)
        {
            request.Headers.Add(("X-Too-Large", new string('y', 40_000)));
            request.MayBeNoHttp = true;
        }

        Said($"header {name}");
    }

    private void Method()
    {
        request.Method = Pick(Methods);
        request.IsElsewhere = true;
        request.MayBeNoHttp |= request.Method == "TRACE";
        Said("method");
    }

    /// <summary>A header twice.</summary>
    private void Repeat()
    {
        if (request.Headers.Count == 0) return;
        var header = Pick(request.Headers);
        request.Headers.Add(header);
        request.IsOdd = true;
        Said($"{header.Name} twice");
    }

    private void MediaType()
    {
        if (random.Next(3) == 0)
        {
            request.Set("Content-Encoding", Pick(["gzip", "br", "identity", "", "junk"]));
            if (random.Next(2) == 0) request.Body = Gzip(request.Body!);
        }
        else if (random.Next(6) == 0)
        {
            request.Headers.RemoveAll(header => header.Name == "Content-Type");
        }
        else
        {
            request.Set("Content-Type", Pick(MediaTypes));
        }

        // Where no body is needed, none is read.
        if (request.Body!.Length > 0) request.IsWrong = true;
        Said("media type");
    }

    private void Key()
    {
        if (random.Next(4) == 0) request.Headers.RemoveAll(header => header.Name == "Idempotency-Key");
        else if (random.Next(4) == 0) request.Headers.Add(("Idempotency-Key", values.Key()));
        else request.Set("Idempotency-Key", Pick(Keys));
        Said("key");
    }

    private void NoBody()
    {
        // What was wrong with the body that was there would be wrong no more.
        if (request.IsWrong) return;
        var text = Pick(NoBodies);
        request.Body = Encoding.UTF8.GetBytes(text);
        if (text.Length > 0) request.IsWrong = true;
        Said("no object");
    }

    private void Bytes()
    {
        var body = request.Body!;
        if (body.Length == 0 || request.IsWrong) return;
        var at = random.Next(body.Length);
        switch (random.Next(8))
        {
            case 0:
                request.Body = [0xEF, 0xBB, 0xBF, .. body];
                request.IsWrong = true;
                break;
            case 1:
                request.Body = Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body));
                request.IsWrong = true;
                break;
            case 2:
                request.Body = body[..at];
                request.IsWrong |= at > 0;
                request.IsOdd = true;
                break;
            case 3:
                request.Body = [.. body, .. body];
                request.IsWrong = true;
                break;
            case 4:
                request.Body = [.. body[..at], Pick(new byte[] { 0xFF, 0xC0, 0x80, 0xED, 0xF5 }), .. body[at..]];
                request.IsWrong = true;
                break;
            case 5:
                // Larger than any command takes, or than most.
                request.Body = Encoding.UTF8.GetBytes("{\"name\":\"" + new string('x', random.Next(20) == 0 ? 5_000_000 : 70_000) + "\"}");
                request.IsWrong = true;
                break;
            case 6:
                var depth = Pick([65, 200, 20_000]);
                request.Body = Encoding.UTF8.GetBytes("{\"snapshot\":" + string.Concat(Enumerable.Repeat("[", depth)) + string.Concat(Enumerable.Repeat("]", depth)) + "}");
                request.IsOdd = true;
                break;
            default:
                var changed = (byte[])body.Clone();
                changed[at] ^= (byte)(1 << random.Next(8));
                request.Body = changed;
                request.IsOdd = true;
                break;
        }

        Said("bytes");
    }

    private void Member()
    {
        if (!BodyJson.TryParse(request.Body!, out var parsed) || parsed is not JsonObject { Count: > 0 } body) return;

        var name = Pick([.. body.Select(member => member.Key)]);
        switch (random.Next(8))
        {
            case 0:
                body.Remove(name);
                break;
            case 1:
                body[Pick(["admin", "__proto__", "", "~/", "Name", "constructor", "expectedVersion ", new string('m', 1000)])] = values.Anything(1);
                break;
            case 2:
                body[name] = values.Anything(3);
                break;
            case 3:
                body[name] = Pick(["", " ", "\u0000", "a\nb", new string('x', 201), new string('i', 65), "not an id", "ä", "../..", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "king"]);
                break;
            case 4:
                Raw(body, name, Pick(["1e400", "9007199254740993", "-9007199254740993", "1.0", "-0", "1e-400", "0.1e1", "123456789012345678901234567890", "1E2"]));
                return;
            case 5:
                Raw(body, name, Pick(["\"\\ud800\"", "\"\\udc00x\"", "\"\\u0000\"", "\"\\uD83D\\uDE00\"", "\"\t\"", "\"\\x\"", "nul", "{\"a\":1,\"a\":2}"]));
                return;
            case 6:
                // The same member twice.
                var text = body.ToJsonString();
                request.Body = Encoding.UTF8.GetBytes($"{text[..^1]},{JsonValue.Create(name)!.ToJsonString()}:{body[name]?.ToJsonString() ?? "null"}}}");
                request.IsWrong = true;
                Said("member twice");
                return;
            default:
                body[name] = PrivateKey;
                break;
        }

        request.Body = Encoding.UTF8.GetBytes(body.ToJsonString());
        Said($"member {name}");
    }

    /// <summary>A value that is written as it stands: no JSON node would hold it.</summary>
    private void Raw(JsonObject body, string name, string value)
    {
        const string Mark = "here-it-stands";
        body[name] = Mark;
        request.Body = Encoding.UTF8.GetBytes(body.ToJsonString().Replace($"\"{Mark}\"", value, StringComparison.Ordinal));
        request.IsOdd = true;
        Said($"raw {name}");
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest)) gzip.Write(bytes);
        return output.ToArray();
    }
}
