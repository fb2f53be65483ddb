using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using PixPax.Host.Tests.Edge.Contract;

namespace PixPax.Host.Tests.OpenApi;

/// <summary>
/// The examples of the API's description: real requests and what a real host answered, with another value of the same form in the place of
/// what differs from run to run. Kept beside the code that puts them into the document.
/// </summary>
internal sealed partial class RecordedExamples
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    private readonly SortedDictionary<string, JsonObject> _all = new(StringComparer.Ordinal);

    private static string FilePath => Path.Combine(Repository.Folder(), "src", "PixPax.Host", "Platform", "OpenApi", "Examples.json");

    /// <param name="endpoint">Method and pattern.</param>
    /// <param name="request">The body that was sent, if there was one.</param>
    /// <param name="mediaType">The media type of the answer.</param>
    /// <param name="answer">The body of the answer.</param>
    public void Add(string endpoint, string? request, string? mediaType, string answer)
    {
        var steady = new Steady();
        var example = new JsonObject();
        if (request is not null) example["request"] = steady.Of(JsonNode.Parse(request)!);
        if (mediaType == "application/json" && !endpoint.EndsWith("/openapi/v1.json", StringComparison.Ordinal)) example["answer"] = steady.Of(JsonNode.Parse(answer)!);
        if (mediaType == "application/jsonl")
            example["answer"] = string.Concat(answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => steady.Of(JsonNode.Parse(line)!).ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n"));
        if (example.Count > 0) _all.Add(endpoint, example);
    }

    public void AssertSame()
    {
        var text = new JsonObject(_all.Select(example => KeyValuePair.Create(example.Key, (JsonNode?)example.Value))).ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable(Snapshots.Update) == "1") File.WriteAllText(FilePath, text);
        Assert.True(File.ReadAllText(FilePath) == text, $"The examples of the API's description are not what the host answers. If it is meant, run with {Snapshots.Update}=1, then eng/openapi.sh, and review.");
    }

    /// <summary>Values that are the same in every run: the first hash is always this, the second that.</summary>
    private sealed class Steady
    {
        private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);
        private int _ids;
        private int _hashes;
        private int _keys;
        private int _times;

        public JsonNode Of(JsonNode node, string? name = null) => node switch
        {
            JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, member.Value is null ? null : Of(member.Value, member.Key)))),
            JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Of(item, name))]),
            JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Of(text, name)),
            _ when name == "bytes" => JsonValue.Create(96),
            JsonValue when name == "lagSeconds" => JsonValue.Create(0.5),
            _ => node.DeepClone(),
        };

        private string Of(string text, string? name) => name switch
        {
            "signature" => Known(text, () => "ecdsa-p256:" + Base64(64)),
            "version" when text.Contains('.', StringComparison.Ordinal) => "1.0.0",
            "salt" => Known(text, () => Base64(32)),
            "publicKey" => Known(text, () => Base64(91)),
            "x" or "y" => Known(text, () => Convert.ToBase64String(Bytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_')),
            "nextCursor" when text.StartsWith("MSB", StringComparison.Ordinal) => "MSBhY2NvdW50cyAwMUpRWFY1VDNN",
            _ => Volatile().Replace(text, match => match.Groups.Values.Skip(1).First(group => group.Success).Name switch
            {
                "hash" => Known(match.Value, () => "sha256:" + Convert.ToHexStringLower(Bytes(32))),
                "id" => Known(match.Value, () => "01JQXV5T3M8Z4K6N2P7R9S1W" + "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[_ids / 32] + "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[_ids++ % 32]),
                "uuid" => Known(match.Value, () => $"7f9c24e5-2b1a-4d6e-8f30-{_keys++:x12}"),
                "time" => Known(match.Value, () => new DateTime(2026, 2, 7, 12, 0, 0).AddSeconds(_times++).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
                _ => "",
            }),
        };

        private string Known(string value, Func<string> make) => _known.TryGetValue(value, out var known) ? known : _known[value] = make();

        private string Base64(int count) => Convert.ToBase64String(Bytes(count));

        private byte[] Bytes(int count)
        {
            var seed = SHA256.HashData(Encoding.ASCII.GetBytes((_hashes++).ToString(CultureInfo.InvariantCulture)));
            return [.. Enumerable.Range(0, count).Select(n => seed[n % seed.Length])];
        }
    }

    [GeneratedRegex(
        """
        (?<hash>sha256:[0-9a-f]{64})
        |(?<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)
        |(?<id>\b[0-9A-HJKMNP-TV-Z]{26}\b)
        |(?<time>\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)
        |(?<=\b(?:ada|bob|birds))(?<number>-\d+)\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Volatile();
}
