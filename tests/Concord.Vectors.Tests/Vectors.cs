using System.Text.Json.Nodes;

namespace Concord.Vectors.Tests;

/// <summary>The vectors in tests/vectors, by section and id.</summary>
internal static class Vectors
{
    private static readonly Dictionary<string, Dictionary<string, JsonObject>> Sections = Read();

    public static string Folder { get; } = FindFolder();

    public static IEnumerable<string> ManifestFiles => Directory.EnumerateFiles(FindFolder(), "manifest*.json").Order(StringComparer.Ordinal);

    public static IEnumerable<JsonObject> All => Sections.Values.SelectMany(section => section.Values);

    public static TheoryData<string> Ids(string section) => [.. Sections[section].Keys];

    public static JsonObject Get(string section, string id) => Sections[section][id];

    public static byte[] Bytes(this JsonObject vector, string member = "file") => File.ReadAllBytes(Path.Combine(Folder, (string)vector[member]!));

    public static string Text(this JsonObject vector, string member) => (string)vector[member]!;

    public static bool IsGood(this JsonObject vector) => (bool)vector["good"]!;

    private static Dictionary<string, Dictionary<string, JsonObject>> Read()
    {
        var sections = new Dictionary<string, Dictionary<string, JsonObject>>(StringComparer.Ordinal);
        foreach (var file in ManifestFiles)
            foreach (var (name, section) in JsonNode.Parse(File.ReadAllBytes(file))!.AsObject())
                if (section is JsonArray vectors)
                    foreach (var vector in vectors)
                    {
                        sections.TryAdd(name, new(StringComparer.Ordinal));
                        // An id stands once in all manifests: Add throws on a second.
                        sections[name].Add((string)vector!["id"]!, vector.AsObject());
                    }
        return sections;
    }

    private static string FindFolder()
    {
        for (DirectoryInfo? up = new(AppContext.BaseDirectory); up is not null; up = up.Parent)
            if (File.Exists(Path.Combine(up.FullName, "tests/vectors/manifest.json")))
                return Path.Combine(up.FullName, "tests/vectors");
        throw new DirectoryNotFoundException("tests/vectors is not above the test's folder.");
    }
}
