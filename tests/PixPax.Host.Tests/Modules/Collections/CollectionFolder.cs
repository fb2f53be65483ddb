using System.Text.Json;
using System.Text.Json.Nodes;
using PixPax.Host.Modules.Collections;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Tests.Modules.Collections;

/// <summary>Collections as folders of files: the one that ships, and the real ones that may lie beside the repository.</summary>
internal static class CollectionFolder
{
    public static string Shipped => Path.Combine(AppContext.BaseDirectory, "SampleCollections");

    /// <summary>The folder of the real collections, or null where this machine has none.</summary>
    public static string? Real()
    {
        if (Environment.GetEnvironmentVariable("CONCORD_SHARED") is { Length: > 0 } shared)
            return Existing(Path.Combine(shared, "data", "pixpax-collections"));

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Existing(Path.Combine(folder.FullName, "shared", "data", "pixpax-collections")) is { } found) return found;
        }

        return null;
    }

    /// <summary>The publish body of a version's folder, exactly as its files are.</summary>
    public static JsonObject PublishBody(string root, string collectionId, string version)
    {
        var folder = Path.Combine(root, collectionId, version);
        return new JsonObject
        {
            ["collectionId"] = collectionId,
            ["version"] = version,
            ["collection"] = Parse(Path.Combine(folder, "collection.json")),
            ["index"] = Parse(Path.Combine(folder, "index.json")),
            ["cards"] = new JsonArray([.. Directory.GetFiles(Path.Combine(folder, "cards"), "*.json").Order(StringComparer.Ordinal).Select(Parse)]),
        };
    }

    public static CollectionContent Read(JsonObject body)
    {
        var errors = Errors(body, out var content);
        Assert.Empty(errors.All);
        return content!;
    }

    public static RequestErrors Errors(JsonObject body, out CollectionContent? content)
    {
        var errors = new RequestErrors();
        CollectionParser.TryParse(body.Deserialize(CollectionsJson.Default.CollectionDocument)!, errors, out content);
        return errors;
    }

    private static JsonNode? Parse(string file) => JsonNode.Parse(File.ReadAllText(file));

    private static string? Existing(string folder) => Directory.Exists(folder) ? folder : null;
}
