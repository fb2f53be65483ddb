using System.Text.Json.Nodes;
using Concord.Receipts.Signing;
using Concord.Vectors.Generator;

namespace Concord.Fuzzing;

/// <summary>The golden vectors, which are what fuzzing begins with, and their keys, which everybody has.</summary>
internal static class VectorFiles
{
    private static readonly string[] KeyNames = ["platform 1", "platform 2", "platform 3", "ada 1", "ada 2", "ben 1", "stranger"];

    /// <summary>Gets <c>tests/</c> of the checkout that this program was built in.</summary>
    public static string TestsFolder { get; } = FindTests();

    /// <summary>Gets the signing keys by id: what was changed can be signed anew.</summary>
    public static IReadOnlyDictionary<PublicKeyId, VectorKey> Keys { get; } = KeyNames.Select(name => new VectorKey(name)).ToDictionary(key => key.Id);

    private static readonly JsonObject[] Manifests = [.. Directory.EnumerateFiles(Path.Combine(TestsFolder, "vectors"), "manifest*.json").Order(StringComparer.Ordinal)
        .Select(file => JsonNode.Parse(File.ReadAllBytes(file))!.AsObject())];

    /// <summary>Gets the vectors of a section.</summary>
    public static IEnumerable<JsonObject> Section(string name) => Manifests.SelectMany(manifest => manifest[name]?.AsArray() ?? []).Select(vector => vector!.AsObject());

    /// <summary>Gets the bytes of a file.</summary>
    public static byte[] Read(string file) => File.ReadAllBytes(Path.Combine(TestsFolder, "vectors", file));

    /// <summary>Gets the files of a section, each once.</summary>
    public static IEnumerable<byte[]> Files(string section) => Section(section).Select(vector => (string)vector["file"]!).Distinct().Select(Read);

    private static string FindTests()
    {
        for (DirectoryInfo? up = new(AppContext.BaseDirectory); up is not null; up = up.Parent)
            if (File.Exists(Path.Combine(up.FullName, "tests/vectors/manifest.json")))
                return Path.Combine(up.FullName, "tests");
        throw new DirectoryNotFoundException("tests/vectors is not above this program: run it from the checkout that it was built in.");
    }
}
