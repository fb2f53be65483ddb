using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.OpenApi;

/// <summary>An OpenAPI document, read as a client's generator reads it.</summary>
internal sealed class ApiDocument(JsonObject root)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    public const string Path = "docs/openapi/pixpax-v1.json";
    public const string BaselinePath = "docs/openapi/baseline/pixpax-v1.json";

    public JsonObject Root => root;

    public IReadOnlyList<ApiOperation> Operations { get; } =
    [
        .. from path in root["paths"]!.AsObject()
           from method in path.Value!.AsObject()
           where Methods.Contains(method.Key)
           select new ApiOperation(path.Key, method.Key.ToUpperInvariant(), method.Value!.AsObject()),
    ];

    public static ApiDocument Read(string path) => Parse(File.ReadAllText(System.IO.Path.Combine(Repository.Folder(), path)));

    public static ApiDocument Parse(string json) => new(JsonNode.Parse(json)!.AsObject());

    /// <summary>What a <c>$ref</c> names; what is no reference is itself.</summary>
    public JsonObject Resolve(JsonNode node)
    {
        var found = node.AsObject();
        while (found["$ref"]?.GetValue<string>() is { } reference)
        {
            JsonNode at = root;
            foreach (var step in reference.TrimStart('#', '/').Split('/')) at = at[step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)]!;
            found = at.AsObject();
        }

        return found;
    }
}

/// <summary>One operation of a document.</summary>
internal sealed record ApiOperation(string Path, string Method, JsonObject Json)
{
    public string Name => $"{Method} {Path}";

    public IEnumerable<JsonObject> Parameters => Json["parameters"]?.AsArray().Select(parameter => parameter!.AsObject()) ?? [];

    public JsonObject? BodySchema => Json["requestBody"]?["content"]?["application/json"]?["schema"]?.AsObject();

    /// <summary>The answer with a status; null when the operation has none.</summary>
    public JsonObject? Answer(ApiDocument document, int status) =>
        Json["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)] is { } answer ? document.Resolve(answer) : null;

    public override string ToString() => Name;
}
