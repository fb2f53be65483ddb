using System.Text.Json.Nodes;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.OpenApi;

namespace PixPax.Host.Tests.Fuzz;

/// <summary>Values that a schema of the document allows; ids are of the world's things, so that commands get past the question whether they exist.</summary>
internal sealed class SchemaValues(ApiDocument document, World world, Random random)
{
    private static readonly string[] Names = ["Ada", "x", "Ünïcødé 名前", "👩‍👩‍👧‍👦", " ", "<script>alert(1)</script>", "' OR 1=1 --", "a\u202eb", "{{7*7}}", "../../etc/passwd", new('n', 200)];

    public JsonNode? Make(JsonNode schema, string name)
    {
        var resolved = document.Resolve(schema);
        if (resolved["enum"] is JsonArray words) return words[random.Next(words.Count)]?.DeepClone();
        if (resolved["oneOf"] is JsonArray either) return Make(either[random.Next(either.Count)]!, name);

        var types = resolved["type"] switch { JsonArray many => [.. many.Select(type => type!.GetValue<string>())], JsonValue one => new[] { one.GetValue<string>() }, _ => [] };
        return types.Length == 0 ? Anything(3) : types[random.Next(types.Length)] switch
        {
            "null" => null,
            "boolean" => random.Next(2) == 0,
            "integer" => Integer(resolved),
            "string" => Text(resolved, name),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Make(resolved["items"]!, name))]),
            "object" => Object(resolved),
            var other => throw new NotSupportedException($"{nameof(SchemaValues)} makes no {other}."),
        };
    }

    /// <summary>Any JSON that a body may hold.</summary>
    public JsonNode? Anything(int depth) => random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => random.Next(-1000, 1000),
        3 => random.NextDouble(),
        4 or 5 => Names[random.Next(Names.Length)],
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Anything(depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(n => KeyValuePair.Create($"m{n}~/ {n}", Anything(depth - 1)))),
    };

    private JsonObject Object(JsonObject schema)
    {
        var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet() ?? [];
        return new JsonObject((schema["properties"]?.AsObject() ?? [])
            .Where(member => required.Contains(member.Key) || random.Next(2) == 0)
            .Select(member => KeyValuePair.Create(member.Key, Make(member.Value!, member.Key))));
    }

    private long Integer(JsonObject schema)
    {
        var (least, most) = (schema["minimum"]?.GetValue<long>() ?? -100, schema["maximum"]?.GetValue<long>() ?? 100);
        return random.Next(4) switch { 0 => least, 1 => most, _ => random.NextInt64(Math.Max(least, -5), Math.Min(most, 5) + 1) };
    }

    private string Text(JsonObject schema, string name)
    {
        var most = schema["maxLength"]?.GetValue<int>();
        return schema["pattern"]?.GetValue<string>() switch
        {
            "^[A-Za-z0-9_-]{1,64}$" => Id(name),
            "^[0-7][0-9A-HJKMNP-TV-Z]{25}$" => world.EventId,
            "^[A-Z][A-Z0-9_]{0,63}$" => "CARD_ADDED",
            "^[A-Za-z0-9_-]{1,512}$" => "MSBhY2NvdW50cyAwMUpRWFY1VDNN",
            "^sha256:[0-9a-f]{64}$" => "sha256:" + new string('a', 64),
            { } pattern when pattern.StartsWith("^(\"[0-9A-Fa-f]", StringComparison.Ordinal) => Key(),
            null or @"^[^\u0000-\u001f\u007f-\u009f]*$" => Names.Where(text => most is null || text.Length <= most).ElementAt(random.Next(Names.Length - 1)),
            var pattern => throw new NotSupportedException($"{nameof(SchemaValues)} makes no text of the form {pattern}: say here how."),
        };
    }

    /// <summary>A key that is nobody's: from the seed, so that a run can be repeated.</summary>
    public string Key()
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }

    private string Id(string name) => random.Next(8) == 0 ? new string("AZaz09_-"[random.Next(8)], random.Next(1, 65)) : name switch
    {
        "accountId" => world.AccountId,
        "identityId" => world.IdentityId,
        "bookId" => world.BookId,
        "collectionId" => world.CollectionId,
        "collectionVersion" or "version" => "v1",
        "cardId" => "robin",
        "seriesId" => "songbirds",
        "cardInstanceId" => world.CardInstanceId,
        "userId" => world.Member,
        _ => "a",
    };
}
