using System.Text.Json;
using System.Text.Json.Nodes;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Tests.OpenApi;

namespace PixPax.Host.Tests.Fuzz;

/// <summary>What must hold of every answer, whatever was asked.</summary>
internal static class Verdict
{
    /// <summary>What a client can bring about by waiting for what does not come, with nothing out of order.</summary>
    private static readonly string[] Waits = ["version-not-reached", "projection-behind"];

    private static readonly byte[] Png = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    public static IEnumerable<string> FaultsOf(ApiDocument document, FuzzRequest request, RawAnswer answer)
    {
        // What is not HTTP is refused by the server, with a status and no body.
        if (request.MayBeNoHttp && answer.Status is 400 or 414 or 431 or 501 && answer.Body.Length == 0) yield break;
        // A HEAD has no problem that could say more, and nothing may fail for it either.
        if (answer.Status >= 500 && request.Method == "HEAD" && !Waits.Any(code => ProblemCode.All.Any(known => known.Code == code && known.Status == answer.Status))) yield return $"fails with {answer.Status}";
        if (answer.Header("X-Request-Id") is not { Length: > 0 } requestId) { yield return "has no X-Request-Id"; yield break; }

        var isHead = request.Method == "HEAD";
        var isProblem = answer.Status >= 400;
        if (isProblem && !isHead)
        {
            foreach (var fault in FaultsOfProblem(document, request, answer, requestId)) yield return fault;
        }

        if (answer.Status is >= 200 and < 300 && request.IsWrong) yield return "succeeded, and is not as the description asks for";
        if (answer.Status == 400 && !request.IsWrong && !request.IsOdd && !request.IsElsewhere) yield return "was refused, and is as the description asks for";
        if (request.IsElsewhere || isHead) yield break;
        if (request.Operation.Answer(document, answer.Status) is not { } described) { yield return $"answers {answer.Status}, which is not described"; yield break; }
        foreach (var name in answer.Headers.Select(header => header.Name).Where(name => name is "ETag" or "Link" or "Retry-After" or "Idempotent-Replayed" or "Projection" or "WWW-Authenticate"))
            if (described["headers"]?[name] is null && !(name == "ETag" && request.Operation.Path == "/openapi/v1.json")) yield return $"has the header {name}, which is not described";
        if (isProblem || answer.Status == 304)
        {
            if (answer.Status == 304 && answer.Body.Length > 0) yield return "has a body";
            yield break;
        }

        foreach (var fault in FaultsOfContent(document, described["content"]!.AsObject().Single(), answer)) yield return fault;
    }

    private static IEnumerable<string> FaultsOfProblem(ApiDocument document, FuzzRequest request, RawAnswer answer, string requestId)
    {
        if (answer.Header("Content-Type") != ProblemResponse.ContentType) { yield return $"is {answer.Header("Content-Type") ?? "nothing"}, and no problem"; yield break; }

        var problem = JsonNode.Parse(answer.Body)!;
        var code = problem["code"]?.GetValue<string>() ?? "";
        if (ProblemCode.All.All(known => known.Code != code)) yield return $"has the code {code}, which is not in the catalogue";
        if (problem["status"]?.GetValue<int>() != answer.Status) yield return "has another status than its problem";
        if (problem["requestId"]?.GetValue<string>() != requestId) yield return "has another id than its problem";
        if (answer.Status >= 500 && !Waits.Contains(code)) yield return $"fails with {code}";

        JsonNode schema = new JsonObject { ["$ref"] = "#/components/schemas/Problem" };
        if (!request.IsElsewhere && request.Operation.Answer(document, answer.Status)?["content"]?[ProblemResponse.ContentType]?["schema"] is { } own) schema = own;
        foreach (var fault in SchemaCheck.FaultsOf(document, schema, problem)) yield return fault;
    }

    private static IEnumerable<string> FaultsOfContent(ApiDocument document, KeyValuePair<string, JsonNode?> content, RawAnswer answer)
    {
        if (answer.Header("Content-Type")?.Split(';')[0] != content.Key) { yield return $"is {answer.Header("Content-Type")}, not {content.Key}"; yield break; }
        switch (content.Key)
        {
            case "application/json":
                foreach (var fault in SchemaCheck.FaultsOf(document, content.Value!["schema"]!, JsonNode.Parse(answer.Body))) yield return fault;
                break;
            case "application/jsonl":
                foreach (var line in answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)) JsonDocument.Parse(line).Dispose();
                break;
            case "image/png":
                if (!answer.Body.AsSpan().StartsWith(Png)) yield return "is no picture";
                break;
        }
    }
}
