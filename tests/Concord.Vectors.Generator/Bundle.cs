using System.Text.Json.Nodes;
using Concord.Receipts;
using Concord.Receipts.Hashing;

namespace Concord.Vectors.Generator;

/// <summary>One stream of a bundle as lines, still to be damaged.</summary>
internal sealed class Part
{
    public Part(Chain chain, int from = 1, int? to = null, Func<Sha256Hash, bool>? hasContent = null)
    {
        Stream = chain.Stream;
        (From, To) = (from, to ?? chain.Receipts.Count);
        for (var version = from; version <= To; version++)
        {
            Lines.Add(chain[version].Bytes.ToArray());
            foreach (var reference in ContentReference.FindIn(chain[version].Payload))
                if (chain.Contents.TryGetValue(reference.ContentHash, out var content) && (hasContent?.Invoke(reference.ContentHash) ?? true))
                    Lines.Add(ContentLine(content.Bytes, Stream));
        }
        Hash = chain[(int)To].Hash.ToString();
    }

    public StreamId Stream { get; }

    public long From { get; set; }

    public long To { get; set; }

    public string Hash { get; set; }

    public List<byte[]> Lines { get; } = [];

    /// <summary>Puts other lines in the place of one, and lets the header say what then stands at the end.</summary>
    public Part Replace(ReadOnlyMemory<byte> line, params ReadOnlySpan<byte[]> others)
    {
        var index = Lines.FindIndex(item => item.AsSpan().SequenceEqual(line.Span));
        Lines.RemoveAt(index);
        Lines.InsertRange(index, others);
        return Follow();
    }

    public Part Append(params ReadOnlySpan<byte[]> lines)
    {
        Lines.AddRange(lines);
        return Follow();
    }

    public static byte[] ContentLine(ReadOnlyMemory<byte> content, StreamId stream) =>
        Damage.Utf8($"{Damage.Text(content)[..^1]},\"stream\":{stream.Json}}}");

    private Part Follow()
    {
        foreach (var line in Enumerable.Reverse(Lines))
        {
            try
            {
                var json = JsonNode.Parse(line)!.AsObject();
                if (!json.ContainsKey("streamVersion"))
                    continue;
                (To, Hash) = ((long)json["streamVersion"]!, (string)json["hash"]!);
            }
            catch (Exception exception) when (exception is System.Text.Json.JsonException or FormatException or InvalidOperationException)
            {
            }
            break;
        }
        return this;
    }
}

internal static class Bundle
{
    public static List<byte[]> Lines(params ReadOnlySpan<Part> parts)
    {
        var header = new JsonObject { ["format"] = "concord-bundle", ["version"] = 1, ["streams"] = new JsonArray([.. parts.ToArray().Select(Entry)]) };
        return [Damage.Canonical(header), .. parts.ToArray().SelectMany(part => part.Lines)];
    }

    public static byte[] File(IEnumerable<byte[]> lines) => [.. lines.SelectMany(line => (byte[])[.. line, (byte)'\n'])];

    private static JsonNode Entry(Part part) => new JsonObject
    {
        ["stream"] = JsonNode.Parse(part.Stream.Json), ["from"] = part.From, ["to"] = part.To, ["hash"] = part.Hash,
    };
}
