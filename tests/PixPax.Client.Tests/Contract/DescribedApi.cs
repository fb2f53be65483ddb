using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PixPax.Client.Tests.TypeScript;

namespace PixPax.Client.Tests.Contract;

/// <summary>Answers every operation with the example of its description, and notes which were asked for and with what.</summary>
internal sealed class DescribedApi : HttpMessageHandler
{
    private static readonly JsonNode Description = JsonNode.Parse(File.ReadAllText(Path.Combine(TypeScriptPackage.Folder, "..", "..", "docs", "openapi", "pixpax-v1.json")))!;

    private static readonly JsonSerializerOptions AsStored = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<Operation> _operations =
    [
        .. from path in Description["paths"]!.AsObject()
           from method in path.Value!.AsObject()
           where method.Value is JsonObject operation && operation.ContainsKey("operationId")
           select new Operation(path.Key, method.Key.ToUpperInvariant(), method.Value!.AsObject())
    ];

    public HashSet<string> Asked { get; } = [];

    /// <summary>What a client has use for: not what tells how the host is, nor what is no request and answer.</summary>
    public IEnumerable<string> OfClients =>
        _operations.Where(operation => (string)operation.Json["tags"]![0]! != "Service" && !operation.Path.StartsWith("/v1/subscriptions", StringComparison.Ordinal)).Select(operation => operation.Id);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        // The most literal one: that of a picture is also that of a card whose id ends in ".png".
        var operation = _operations.Where(one => one.Method == request.Method.Method && one.IsAt(address.AbsolutePath)).MaxBy(one => one.Path.Length)
            ?? throw new InvalidOperationException($"The description has no {request.Method} {address.AbsolutePath}.");
        Asked.Add(operation.Id);

        var parameters = (operation.Json["parameters"] as JsonArray ?? []).Select(parameter => parameter!.AsObject()).ToArray();
        var query = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')[0]);
        Assert.Empty(query.Except(Named("query")));
        Assert.DoesNotContain(Named("header", required: true), name => !request.Headers.Contains(name));
        if (operation.Json["requestBody"] is { } body)
            AssertBody(body, await request.Content!.ReadAsStringAsync(cancellationToken));

        var (mediaType, content) = operation.Json["responses"]!["200"]!["content"]!.AsObject().Single();
        var example = (content!["examples"] as JsonObject)?.First().Value?["value"];
        var bytes = example is JsonValue text && text.GetValueKind() == JsonValueKind.String ? text.GetValue<string>() : example?.ToJsonString(AsStored) ?? "";
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(bytes)) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } },
        };

        IEnumerable<string> Named(string where, bool required = false) =>
            parameters.Where(parameter => (string)parameter["in"]! == where && (!required || (bool?)parameter["required"] == true)).Select(parameter => (string)parameter["name"]!);
    }

    /// <summary>Every member that is sent is described, and every required one is sent.</summary>
    private static void AssertBody(JsonNode body, string sent)
    {
        var name = ((string)body["content"]!["application/json"]!["schema"]!["$ref"]!).Split('/')[^1];
        var schema = Description["components"]!["schemas"]![name]!;
        var members = sent.Length == 0 ? [] : JsonNode.Parse(sent)!.AsObject().Select(member => member.Key).ToArray();
        Assert.Empty(members.Except(schema["properties"]!.AsObject().Select(member => member.Key)));
        Assert.Empty((schema["required"] as JsonArray ?? []).Select(member => (string)member!).Except(members));
    }

    private sealed record Operation(string Path, string Method, JsonObject Json)
    {
        private readonly Regex _pattern = new("^" + Regex.Replace(Regex.Escape(Path), @"\\\{\w+}", "[^/]+") + "$");

        public string Id => (string)Json["operationId"]!;

        public bool IsAt(string path) => _pattern.IsMatch(path);
    }
}
