using System.Text;
using System.Text.Json.Nodes;
using Concord.Fuzzing.Mutations;

namespace Concord.Fuzzing.Targets;

/// <summary>Bundles that somebody makes who wants a verifier to work hard: much of what is usually little.</summary>
internal static class Crafted
{
    /// <summary>A receipt that names a thousand contents, and a thousand lines that are none of them.</summary>
    public static byte[] ManyContents()
    {
        var lines = Book();
        var receipt = lines.Count - 2;
        var json = JsonNode.Parse(lines[receipt])!.AsObject();
        json["payload"] = new JsonObject
        {
            ["contents"] = new JsonArray([.. Enumerable.Range(0, 1000).Select(i => (JsonNode)new JsonObject
            {
                ["bytes"] = i, ["contentHash"] = $"sha256:{i:x64}", ["mediaType"] = "a",
            })]),
        };
        lines[receipt] = Encoding.UTF8.GetBytes(json.ToJsonString());
        var line = Encoding.UTF8.GetBytes($$"""{"content":0,"salt":"","stream":{{json["stream"]!.ToJsonString()}}}""");
        lines.InsertRange(receipt + 1, Enumerable.Repeat(line, 1000));
        Resealing.Reseal(lines);
        return LineMutations.Join(lines);
    }

    /// <summary>A header of a thousand streams, and many lines of a stream that it does not name.</summary>
    public static byte[] ManyStreams()
    {
        var lines = Book();
        var header = JsonNode.Parse(lines[0])!.AsObject();
        foreach (var i in Enumerable.Range(0, 1000))
            header["streams"]!.AsArray().Add((JsonNode)new JsonObject { ["from"] = 1, ["hash"] = $"sha256:{i:x64}", ["stream"] = new JsonObject { ["id"] = $"{i:d4}", ["type"] = "z" }, ["to"] = 9 });
        lines[0] = JsonMutations.Canonical(Encoding.UTF8.GetBytes(header.ToJsonString()));
        var foreign = JsonNode.Parse(lines[^2])!.AsObject();
        foreign["stream"] = new JsonObject { ["id"] = "A", ["type"] = "zz" };
        var line = JsonMutations.Canonical(Encoding.UTF8.GetBytes(foreign.ToJsonString()));
        lines.RemoveRange(lines.Count - 2, 2);
        lines.AddRange(Enumerable.Repeat(Resealing.Reseal(line), 200));
        lines.Add([]);
        return LineMutations.Join(lines);
    }

    private static List<byte[]> Book() => LineMutations.Split(VectorFiles.Read("bundles/single-book.receipts.jsonl"));
}
