using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PixPax.Host.Tests.Edge.Contract;

/// <summary>
/// A request and its answer as a text that people review: what differs from run to run stands as a placeholder, numbered in the order
/// of its first appearance, so that what is the same in two places is seen to be.
/// </summary>
internal static partial class Exchange
{
    /// <summary>Headers that are about the one endpoint; those that every answer carries are tested once, elsewhere.</summary>
    private static readonly string[] ResponseHeaders =
        ["Allow", "Cache-Control", "Content-Disposition", "Content-Type", "ETag", "Idempotent-Replayed", "Link", "Retry-After", "WWW-Authenticate"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const int ItemsShown = 2;

    /// <summary>Writes what was said, both ways.</summary>
    /// <param name="request">The request, sent.</param>
    /// <param name="requestBody">Its body.</param>
    /// <param name="response">The response.</param>
    /// <param name="user">Who sent it, in words.</param>
    public static async Task<string> WriteAsync(HttpRequestMessage request, string? requestBody, HttpResponseMessage response, string user)
    {
        var text = new StringBuilder();
        text.Append(request.Method).Append(' ').AppendLine(request.RequestUri!.IsAbsoluteUri ? request.RequestUri.PathAndQuery : request.RequestUri.ToString());
        text.AppendLine($"Caller: {user}");
        WriteHeaders(text, request.Headers, request.Content?.Headers, name => name != "Authorization" && name != "Content-Length" && name != "Expect");
        if (requestBody is not null) text.AppendLine().AppendLine(Pretty(requestBody));

        text.AppendLine().AppendLine("---").AppendLine();
        text.AppendLine($"{(int)response.StatusCode} {response.ReasonPhrase}");
        WriteHeaders(text, response.Headers, response.Content.Headers, ResponseHeaders.Contains);
        text.AppendLine().AppendLine(await BodyAsync(response));
        return WithPlaceholders(text.ToString().ReplaceLineEndings("\n"));
    }

    private static void WriteHeaders(StringBuilder text, HttpHeaders headers, HttpHeaders? ofContent, Func<string, bool> isShown)
    {
        foreach (var (name, values) in headers.NonValidated.Concat(ofContent?.NonValidated ?? default).Where(header => isShown(header.Key)).OrderBy(header => header.Key, StringComparer.Ordinal))
            text.AppendLine($"{name}: {string.Join(", ", values)}");
    }

    private static async Task<string> BodyAsync(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentType?.MediaType == "image/png") return "(a picture)";
        if (response.RequestMessage!.RequestUri!.AbsolutePath == "/openapi/v1.json") return "(docs/openapi/pixpax-v1.json)";
        if (response.Content.Headers.ContentType?.MediaType is "text/html" or "text/css") return "(a file of src/PixPax.Host/wwwroot)";
        var body = await response.Content.ReadAsStringAsync();
        // The lines of an event stream say first what they are.
        const string data = "data: ";
        return string.Join('\n', body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.StartsWith(data, StringComparison.Ordinal) ? data + Pretty(line[data.Length..]) : Pretty(line)));
    }

    private static string Pretty(string body)
    {
        try
        {
            return JsonNode.Parse(body) is { } json ? Short(json).ToJsonString(Indented) : "null";
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return body.Length > 200 ? $"{body[..60]}… ({body.Length} characters)" : body;
        }
    }

    /// <summary>Long lists are shown by their first items.</summary>
    private static JsonNode Short(JsonNode json)
    {
        switch (json)
        {
            case JsonObject members:
                var kept = new JsonObject();
                foreach (var (name, value) in members.Where(member => member.Key != "traceId")) kept[name] = value is null ? null : Short(value);
                return kept;
            case JsonArray items:
                var shown = new JsonArray([.. items.Take(ItemsShown).Select(item => item is null ? null : Short(item))]);
                if (items.Count > ItemsShown) shown.Add($"… and {items.Count - ItemsShown} more");
                return shown;
            case JsonValue value when value.TryGetValue<string>(out var text) && text.Length > 2000:
                return $"{text[..20]}… ({text.Length} characters)";
            default:
                return json.DeepClone();
        }
    }

    private static string WithPlaceholders(string text)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        return Volatile().Replace(text, match =>
        {
            var kind = match.Groups.Values.Skip(1).First(group => group.Success);
            switch (kind.Name)
            {
                // The version in a tag is told, the hash is not; of a name with a number, the name.
                case "tag" or "name" or "bytes":
                    return match.Value.Replace(kind.Value, kind.Name switch { "tag" => kind.Value.Contains('-', StringComparison.Ordinal) ? "{hash8}-{others8}" : "{hash8}", "bytes" => "{bytes}", _ => "" }, StringComparison.Ordinal);
                case "time" or "build" or "seconds" or "pending" or "base64" or "cursor" or "requestId":
                    return $"{{{kind.Name}}}";
                default:
                    if (!names.TryGetValue(match.Value, out var name))
                        names.Add(match.Value, name = $"{{{kind.Name}-{counts[kind.Name] = counts.GetValueOrDefault(kind.Name) + 1}}}");
                    return name;
            }
        });
    }

    [GeneratedRegex(
        """
        (?<hash>sha256:[0-9a-f]{64}|\b[0-9a-f]{64}\b)
        |"(?:[0-9]+-)?(?<tag>[0-9a-f]{8}(?:-?[0-9a-f]{8})?)"
        |(?<uuid>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)
        |(?<requestId>\b[0-9a-f]{32}\b)
        |(?<id>\b[0-9A-HJKMNP-TV-Z]{26}\b)
        |(?<time>\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)
        |(?<cursor>\bMSB[A-Za-z0-9_-]{8,})
        |(?<base64>[A-Za-z0-9+/]{80,}={0,2}|(?<=")[A-Za-z0-9+/]{43}=(?=")|(?<=")[A-Za-z0-9_-]{43}(?="))
        |(?<=")(?<build>\d+\.\d+\.\d+\+[0-9a-f]{40})(?=")
        |(?<=Seconds":\ )(?<seconds>[0-9.E-]+)
        |(?<="pending":\ )(?<pending>[0-9]+)
        |"bytes":\ (?<bytes>[0-9]+)
        |\b(?:ada|bob|birds)(?<name>-\d+)\b
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Volatile();
}
