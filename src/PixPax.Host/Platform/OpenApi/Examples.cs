using System.Text.Json.Nodes;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>
/// A request and its answer for each operation, as the tests recorded them on a real host: <c>Examples.json</c> beside this file. A test
/// records them anew and compares, so they cannot say what the host does not.
/// </summary>
internal static class Examples
{
    private const string Resource = "OpenApi/Examples.json";

    private static readonly Lazy<JsonObject> All = new(Read);

    /// <summary>The body of a request, by method and pattern; null where there is none.</summary>
    public static JsonNode? RequestOf(string endpoint) => All.Value[endpoint]?["request"]?.DeepClone();

    /// <summary>The body of its answer.</summary>
    public static JsonNode? AnswerOf(string endpoint) => All.Value[endpoint]?["answer"]?.DeepClone();

    private static JsonObject Read()
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream(Resource)!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
