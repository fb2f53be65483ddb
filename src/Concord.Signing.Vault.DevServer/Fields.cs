using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Concord.Signing.Vault.DevServer;

/// <summary>The members of a request's body, read as loosely as Vault reads them: whatever the content type, numbers and booleans also as text.</summary>
internal sealed class Fields(JsonObject body)
{
    public JsonObject Body => body;

    public JsonNode? this[string name] => body[name];

    public bool Has(string name) => body[name] is not null;

    public static async Task<Fields> ReadAsync(HttpContext context, int maxStringLength)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content, context.RequestAborted);
        if (content.Length == 0)
            return new([]);
        try
        {
            var body = JsonNode.Parse(content.ToArray()) as JsonObject ?? throw Refusal.Response("failed to parse JSON input: not an object");
            RefuseLong(body, maxStringLength);
            return new(body);
        }
        catch (JsonException exception)
        {
            throw Refusal.Response($"failed to parse JSON input: {exception.Message}");
        }
    }

    public string Text(string name, string otherwise = "") => body[name] switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() is JsonValueKind.String => value.GetValue<string>(),
        JsonValue value => value.ToJsonString(),
        _ => throw Mistyped(name, "string"),
    };

    public bool Bool(string name) => Text(name, "false") switch
    {
        "true" or "1" => true,
        "false" or "0" or "" => false,
        _ => throw Mistyped(name, "bool"),
    };

    public int Int(string name) =>
        int.TryParse(Text(name, "0"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Mistyped(name, "int");

    private static Refusal Mistyped(string name, string type) => Refusal.Response($"Field validation failed: error converting input for field \"{name}\": expected type '{type}'");

    private static void RefuseLong(JsonNode? node, int limit)
    {
        if (node is JsonObject members)
            foreach (var (_, value) in members)
                RefuseLong(value, limit);
        else if (node is JsonArray items)
            foreach (var item in items)
                RefuseLong(item, limit);
        else if (node is JsonValue text && text.GetValueKind() == JsonValueKind.String && text.GetValue<string>().Length > limit)
            throw Refusal.Response($"JSON payload contains a string longer than {limit}");
    }
}
