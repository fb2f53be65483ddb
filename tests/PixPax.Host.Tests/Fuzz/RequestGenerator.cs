using System.Text;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.OpenApi;

namespace PixPax.Host.Tests.Fuzz;

/// <summary>Makes requests from the document: as it describes them, by anybody, and then changed.</summary>
internal sealed class RequestGenerator(ApiDocument document)
{
    private readonly ApiOperation[] _operations = [.. document.Operations.Where(IsAnswered)];

    /// <summary>Streams do not end, and what is upgraded is HTTP no more: their own tests send them what is wrong.</summary>
    private static bool IsAnswered(ApiOperation operation) =>
        operation.Json["responses"]!.AsObject().All(answer => answer.Key != "101" && answer.Value!["content"]?["text/event-stream"] is null);

    public FuzzRequest Next(World world, World other, Random random)
    {
        var operation = _operations[random.Next(_operations.Length)];
        var values = new SchemaValues(document, world, random);
        var request = Valid(operation, world, values, random);
        var mutations = new Mutations(request, world, other, values, random);
        for (var count = random.Next(4) is var n && n == 3 ? random.Next(2, 5) : n; count > 0; count--) mutations.Apply();
        Judge(request);
        return request;
    }

    private FuzzRequest Valid(ApiOperation operation, World world, SchemaValues values, Random random)
    {
        var example = Example.Of(operation.Name);
        var address = example.Path(world).Split('?', 2);
        var request = new FuzzRequest(operation) { Path = address[0] };
        if (address.Length == 2) request.Query.AddRange(address[1].Split('&').Select(item => (item.Split('=')[0], item.Split('=')[1])));
        foreach (var parameter in operation.Parameters)
        {
            var (name, isRequired) = (parameter["name"]!.GetValue<string>(), parameter["required"]?.GetValue<bool>() == true);
            switch (parameter["in"]!.GetValue<string>())
            {
                // What is waited for in vain costs seconds, so it is asked for rarely.
                case "query" when random.Next(name.StartsWith("min", StringComparison.Ordinal) ? 200 : 3) == 0:
                    request.Query.RemoveAll(item => item.Name == name);
                    request.Query.Add((name, Uri.EscapeDataString(values.Make(parameter["schema"]!, name)!.ToString())));
                    break;
                case "header" when isRequired:
                    request.Set(name, values.Make(parameter["schema"]!, name)!.ToString());
                    break;
            }
        }

        if (example.Body is not null)
        {
            request.Set("Content-Type", "application/json");
            var body = random.Next(2) == 0 ? example.Body(world) : values.Make(operation.BodySchema!, "");
            request.Body = Encoding.UTF8.GetBytes(body!.ToJsonString());
        }

        var user = random.Next(10) switch { 0 => null, 1 => "eve", 2 => "operator", 3 => world.Member, _ => example.User(world) };
        if (user is not null) request.Set("Authorization", "Bearer dev:" + user);
        return request;
    }

    /// <summary>Whether what came of it is as the document describes it: what is not must not succeed.</summary>
    private void Judge(FuzzRequest request)
    {
        if (request.IsElsewhere) return;
        // No schema says which list a cursor belongs to.
        request.IsOdd |= request.Query.Any(item => item.Name == "cursor");
        // Its scope and expiry have forms that the document tells in words alone.
        request.IsOdd |= request.Operation.Path == "/v1/credentials/commands/issue";
        foreach (var parameter in request.Operation.Parameters)
        {
            var name = parameter["name"]!.GetValue<string>();
            var (place, schema) = (parameter["in"]!.GetValue<string>(), parameter["schema"]!);
            var given = place switch
            {
                "query" => request.Query.Where(item => item.Name == name).Select(item => item.Value).ToArray(),
                "header" => [.. request.Headers.Where(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value)],
                _ => ["-"],
            };
            if (place == "path") continue;
            if (given.Length == 0 && parameter["required"]?.GetValue<bool>() == true) request.IsWrong = true;
            if (given.Length > 1 && (place == "query" || name == "Idempotency-Key")) request.IsWrong = true;
            if (given is [var one] && SchemaCheck.FaultsOf(document, schema, Value(schema, place == "query" ? Decoded(one) : one)).Count > 0) request.IsWrong = true;
        }

        if (request.Operation.BodySchema is { } body && request.Body is { Length: > 0 } bytes && BodyJson.TryParse(bytes, out var json) && SchemaCheck.FaultsOf(document, body, json).Count > 0) request.IsWrong = true;
        if (request.Body is { } sent && Encoding.Latin1.GetString(sent).Contains(Mutations.PrivateKey, StringComparison.Ordinal)) request.IsWrong = true;
        if (request.Operation.Json["requestBody"]?["required"]?.GetValue<bool>() == true && request.Body is null or { Length: 0 }) request.IsWrong = true;
    }

    private static JsonNode? Value(JsonNode schema, string text) =>
        schema["type"]?.GetValue<string>() == "integer" && text.Length is > 0 and < 25 && text.All(char.IsAsciiDigit) ? JsonNode.Parse(text.TrimStart('0') is { Length: > 0 } digits ? digits : "0") : JsonValue.Create(text);

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
