using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Concord.Vectors.Generator;

/// <summary>Makes every vector: the files by name, and the manifest that says what is expected of each.</summary>
/// <remarks>What is expected is written here by hand, from the format page; nothing here asks a verifier.</remarks>
public sealed partial class VectorSet
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private JsonObject _manifest = Manifest();

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the vectors.</summary>
    public static IReadOnlyDictionary<string, byte[]> Build()
    {
        var set = new VectorSet();
        set.AddCanonical();
        set.AddNames();
        set.AddKeys();
        set.AddSignatures();
        set.AddDerived();
        set.AddContents();
        set.AddReceipts();
        set.AddCommits();
        set.AddStreams();
        set.AddTrustFiles();
        set.AddBundles();
        set.WriteManifest("manifest.json");
        // What is above is frozen: what comes later stands in a manifest of its own.
        set.AddEndedKeys();
        set.AddTamperedHistories();
        set.WriteManifest("manifest-2.json");
        return set._files;
    }

    private static JsonObject Manifest() => new() { ["format"] = "concord-vectors", ["version"] = 1 };

    private void WriteManifest(string name)
    {
        _files[name] = Encoding.UTF8.GetBytes(_manifest.ToJsonString(Indented) + "\n");
        _manifest = Manifest();
    }

    /// <summary>Adds an entry to a section of the manifest.</summary>
    private void Add(string section, string id, string about, JsonObject entry)
    {
        if (!_ids.Add(id))
            throw new InvalidOperationException($"Two vectors have the id {id}.");
        if (!_manifest.ContainsKey(section))
            _manifest[section] = new JsonArray();
        var named = new JsonObject { ["id"] = id, ["about"] = about };
        foreach (var (name, value) in entry)
            named[name] = value?.DeepClone();
        _manifest[section]!.AsArray().Add((JsonNode)named);
    }

    private string File(string name, byte[] bytes)
    {
        if (!_files.TryAdd(name, bytes))
            throw new InvalidOperationException($"Two vectors have the file {name}.");
        return name;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string Sha256(ReadOnlySpan<byte> bytes) => "sha256:" + Hex(SHA256.HashData(bytes));

    private static JsonArray List(params ReadOnlySpan<string> texts) => new([.. texts.ToArray().Select(text => (JsonNode)text!)]);
}
