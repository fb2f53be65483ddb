using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>Problems (RFC 9457) as the API's description says them: one schema, and for each answer the codes that it may have.</summary>
internal static class ProblemSchemas
{
    private const string Name = "Problem";

    public static void AddTo(OpenApiDocument document)
    {
        var error = Forms.Object(
            ("pointer", Forms.Text().Saying("The place in the body: a JSON Pointer (RFC 6901).")),
            ("parameter", Forms.Text().Saying("The parameter of the query, or the header.")),
            ("detail", Forms.Text().Saying("What is wrong there, for people."))).Optional("pointer", "parameter");
        document.Components!.Schemas!["RequestError"] = error.Saying("One thing wrong with a request: in the body, at `pointer`; or in a `parameter`.");
        document.Components.Schemas[Name] = Forms.Object(
            ("type", Forms.Text(format: "uri").Saying("`urn:pixpax:problem:` and the code.")),
            ("title", Forms.Text().Saying("The code in words.")),
            ("status", Forms.Integer(400, 599).Saying("The status of the answer.")),
            ("detail", Forms.Text().Saying("What happened, for people. It may be worded differently tomorrow.")),
            ("instance", Forms.Text(format: "uri-reference").Saying("The path that was asked for.")),
            ("code", Forms.OneOf(ProblemCode.All.Select(code => code.Code)).Saying("What happened, for programs. A code never changes its meaning; later versions may have more.")),
            ("requestId", Forms.Text(pattern: "^[A-Za-z0-9._-]{1,64}$").Saying("The `X-Request-Id` of the answer.")),
            ("traceId", Forms.Text(pattern: "^[0-9a-f]{32}$").Saying("The trace (W3C Trace Context).")),
            ("errors", new OpenApiSchema { Type = JsonSchemaType.Array, MaxItems = 100, Items = new OpenApiSchemaReference("RequestError", document) }.Saying("Each place that is wrong.")),
            ("currentVersion", Forms.Integer(0, Forms.MaxInteger).Saying("Where the stream is (`version-conflict`, `version-not-reached`).")),
            ("violatedPolicies", Forms.Array(Forms.Text()).Saying("The quotas that are used up (`rate-limited`).")))
            .Optional("traceId", "errors", "currentVersion", "violatedPolicies")
            .Saying("What is answered instead of what was asked for (RFC 9457), whatever the request accepts.");
    }

    /// <summary>The answers of an operation that are problems, by their status.</summary>
    /// <param name="document">The document; an answer that many operations share is a component of it.</param>
    /// <param name="codes">What the operation may answer.</param>
    /// <param name="headers">The headers of every answer of the operation.</param>
    public static IEnumerable<(string Status, IOpenApiResponse Response)> Of(OpenApiDocument document, IEnumerable<ProblemCode> codes, IReadOnlyList<string> headers) => codes
        .Distinct()
        .GroupBy(code => code.Status)
        .OrderBy(group => group.Key)
        .Select(group => (group.Key.ToString(CultureInfo.InvariantCulture), Of(document, [.. ProblemCode.All.Where(group.Contains)], headers)));

    private static IOpenApiResponse Of(OpenApiDocument document, ProblemCode[] codes, IReadOnlyList<string> headers)
    {
        // Named by its one code where it has but one; what several codes share a status with differs from operation to operation.
        if (codes is not [var only] || headers.Count <= AnswerHeaders.Always.Length) return Make(document, codes, headers);

        document.Components!.Responses!.TryAdd(only.Code, Make(document, codes, headers));
        return new OpenApiResponseReference(only.Code, document);
    }

    private static OpenApiResponse Make(OpenApiDocument document, ProblemCode[] codes, IReadOnlyList<string> headers)
    {
        foreach (var code in codes) document.Components!.Examples!.TryAdd("problem-" + code.Code, Example(code));
        var schema = new OpenApiSchemaReference(Name, document);
        // Beside the reference: OpenAPI 3.1 reads both. The 3.0 twin has the reference alone, and one problem type for all.
        schema.Reference.Properties = new Dictionary<string, IOpenApiSchema> { ["code"] = Forms.OneOf(codes.Select(code => code.Code)) };
        var response = new OpenApiResponse
        {
            Description = codes is [var one] ? one.Meaning : $"One of {string.Join(", ", codes.Select(code => $"`{code.Code}`"))}.",
            Headers = headers.ToDictionary(name => name, name => (IOpenApiHeader)new OpenApiHeaderReference(name, document)),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [ProblemResponse.ContentType] = new OpenApiMediaType
                {
                    Schema = schema,
                    Examples = codes.ToDictionary(code => code.Code, code => (IOpenApiExample)new OpenApiExampleReference("problem-" + code.Code, document)),
                },
            },
        };
        if (codes.Any(code => code.RetryAfterSeconds is not null || code == ProblemCode.RateLimited)) AddHeader(AnswerHeaders.RetryAfter);
        if (codes.Contains(ProblemCode.Unauthenticated)) AddHeader(AnswerHeaders.Authenticate);
        if (codes.Contains(ProblemCode.VersionConflict)) AddHeader(AnswerHeaders.ETag);
        return response;

        void AddHeader(string name) => response.Headers.Add(name, new OpenApiHeaderReference(name, document));
    }

    private static OpenApiExample Example(ProblemCode code)
    {
        var problem = new JsonObject
        {
            ["type"] = code.Type,
            ["title"] = code.Title,
            ["status"] = code.Status,
            ["detail"] = code.Meaning,
            ["instance"] = "/v1/pixbooks/01JQXV5T3M8Z4K6N2P7R9S1WBA",
            ["code"] = code.Code,
            ["requestId"] = "5f0c0f6b6a7d4c0f9b1c2d3e4f5a6b7c",
            ["traceId"] = "0af7651916cd43dd8448eb211c80319c",
        };
        if (code == ProblemCode.VersionConflict || code == ProblemCode.VersionNotReached) problem["currentVersion"] = 3;
        if (code == ProblemCode.RateLimited) problem["violatedPolicies"] = new JsonArray("read");
        return new OpenApiExample { Summary = code.Title, Value = problem };
    }
}
