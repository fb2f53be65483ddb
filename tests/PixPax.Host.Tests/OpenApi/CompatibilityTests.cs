using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.OpenApi;

public sealed class CompatibilityTests
{
    private const string Save = "/v1/pixbooks/{id}/commands/save";

    [Fact]
    public void Nothing_that_the_last_release_promised_is_broken()
    {
        var breaks = Compatibility.Breaks(ApiDocument.Read(ApiDocument.BaselinePath), ApiDocument.Read(ApiDocument.Path));
        Assert.True(breaks.Count == 0, $"""
            The API breaks what {ApiDocument.BaselinePath} promises (what an addition is needs no more than eng/openapi.sh):
              {string.Join("\n  ", breaks)}
            Take it back, or give what changed a new path under the next major version. docs/openapi/README.md says more.
            """);
    }

    [Fact]
    public void A_document_does_not_break_itself() => Assert.Empty(Breaks(_ => { }));

    /// <summary>For each rule a change that breaks it, and what is said of that.</summary>
    public static TheoryData<string, string, string> Broken => new()
    {
        { "path", "POST /v1/pixbooks/{id}/commands/save is gone", "paths|/v1/pixbooks/{id}/commands/save|-" },
        { "method", "GET /v1/pixbooks/{id} is gone", "paths|/v1/pixbooks/{id}|get|-" },
        { "operationId", "was the operation savePixbook, and is store", $"paths|{Save}|post|operationId|=\"store\"" },
        { "parameter gone", "GET /v1/accounts limit is a parameter no more", "paths|/v1/accounts|get|parameters|0|-" },
        { "parameter required", "GET /v1/accounts limit is required, and was not", "paths|/v1/accounts|get|parameters|0|required|=true" },
        { "parameter narrowed", "GET /v1/accounts limit had the maximum 500, and has 50", "paths|/v1/accounts|get|parameters|0|schema|maximum|=50" },
        { "parameter's type", "was integer, and is string", "paths|/v1/accounts|get|parameters|0|schema|type|=\"string\"" },
        { "new required parameter", "tenant is a new parameter, and required", """paths|/v1/accounts|get|parameters|+{"name":"tenant","in":"query","required":true,"schema":{}}""" },
        { "body required", "body is required, and was not", "paths|/v1/identities/{id}/commands/rotate-key|post|requestBody|required|=true" },
        { "body's media type", "is taken as application/json no more", $"paths|{Save}|post|requestBody|content|application/json|-" },
        { "body's member gone", "body.snapshot is gone", "components|schemas|SavePixbook|properties|snapshot|-" },
        { "body's member required", "body.expectedVersion is required, and was not", "components|schemas|SavePixbook|required|+\"expectedVersion\"" },
        { "body's member not null", "was integer or null, and is integer", "components|schemas|SavePixbook|properties|expectedVersion|type|=\"integer\"" },
        { "body's words", "body.role has no \"member\" any more", "components|schemas|AddMember|properties|role|enum|=[\"owner\"]" },
        { "body's form", "was of the form ^[A-Za-z0-9_-]{1,64}$, and is of ^[a-z]+$", "components|schemas|AddMember|properties|userId|pattern|=\"^[a-z]+$\"" },
        { "body's length", "body.name had the maxLength 200, and has 100", "components|schemas|CreateAccount|properties|name|maxLength|=100" },
        { "answer gone", "answers 200 no more", $"paths|{Save}|post|responses|200|-" },
        { "answer's media type", "is given as application/json no more", $"paths|{Save}|post|responses|200|content|application/json|-" },
        { "answer's header", "has the header ETag no more", $"paths|{Save}|post|responses|200|headers|ETag|-" },
        { "answer's member gone", "200.bookId is gone", "components|schemas|Pixbook|properties|bookId|-" },
        { "answer's member left out", "200.hash may be left out, and was always there", "components|schemas|Pixbook|required|=[\"bookId\",\"accountId\",\"identityId\",\"collectionId\",\"name\",\"createdAt\",\"streamVersion\",\"cards\"]" },
        { "answer's member null", "200.hash was string, and is null or string", "components|schemas|Pixbook|properties|hash|type|=[\"string\",\"null\"]" },
        { "answer's form", "200.hash was of the form", "components|schemas|Pixbook|properties|hash|pattern|-" },
        { "a member deep inside", "200.data[].members[].userId is gone", "components|schemas|Member|properties|userId|-" },
        { "a problem's code", "409.code has no \"idempotency-key-reused\" any more", $"paths|{Save}|post|responses|409|=$none" },
        { "answer's words", "200.members[].role may be \"guest\", and could not", "components|schemas|Member|properties|role|enum|+\"guest\"" },
        { "answer's words open", "200.members[].role may be \"any word\", and could not", "components|schemas|Member|properties|role|enum|-" },
        { "a map's values", ".ids.* was string, and is null or string", "components|schemas|Stream|properties|ids|additionalProperties|type|=[\"string\",\"null\"]" },
        { "a map's values open", ".ids may have members of any kind, and had them of one", "components|schemas|Stream|properties|ids|additionalProperties|=true" },
        { "an open body", ".snapshot takes no other members, and took them", "components|schemas|SavePixbook|properties|snapshot|+additionalProperties|=false" },
        { "alternatives", ".palette had 2 alternatives, and has 3", "components|schemas|StickerbookSlot|properties|palette|oneOf|+{\"type\":\"string\"}" },
        { "a way to sign in", "GET /v1/accounts takes the sign-in session no more", "paths|/v1/accounts|get|security|=[{\"bearer\":[]}]" },
        { "sign-in", "GET /health/live asks for a sign-in, and did not", "paths|/health/live|get|security|=[{\"bearer\":[]}]" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_change_that_clients_trip_over_is_named(string rule, string said, string change)
    {
        Assert.NotEmpty(rule);
        var breaks = Breaks(document => Change(document, change));
        Assert.Contains(breaks, line => line.Contains(said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""paths|+/v1/trades|={"get":{"operationId":"listTrades","responses":{}}}""")]
    [InlineData("""paths|/v1/accounts|get|parameters|+{"name":"q","in":"query","schema":{"type":"string"}}""")]
    [InlineData("""components|schemas|SavePixbook|properties|+note|={"type":"string"}""")]
    [InlineData("""components|schemas|Pixbook|properties|+series|={"type":"string"}""")]
    [InlineData("components|schemas|AddMember|properties|role|enum|+\"guest\"")]
    [InlineData("components|schemas|Problem|properties|code|enum|+\"too-early\"")]
    [InlineData("components|schemas|CreateAccount|properties|name|maxLength|=400")]
    [InlineData("""paths|/v1/accounts|get|security|=[{"session":[]},{"bearer":[]},{"mtls":[]}]""")]
    [InlineData("""paths|/v1/accounts|get|responses|+410|={"description":"Gone."}""")]
    public void An_addition_breaks_nothing(string change) => Assert.Empty(Breaks(document => Change(document, change)));

    private static IReadOnlyList<string> Breaks(Action<JsonObject> change)
    {
        var after = ApiDocument.Read(ApiDocument.Path);
        change(after.Root);
        return Compatibility.Breaks(ApiDocument.Read(ApiDocument.Path), new ApiDocument(after.Root));
    }

    /// <summary>Steps to a place, parted by <c>|</c>, and what is done there: <c>-</c> removes it, <c>=json</c> sets it, <c>+json</c> appends to it.</summary>
    private static void Change(JsonObject document, string change)
    {
        var steps = change.Split('|');
        if (steps[^1] == "=$none") steps[^1] = "=" + WithoutCode(document, steps[1], steps[4]);
        JsonNode at = document;
        foreach (var step in steps[..^2]) at = Step(at, step);
        var (name, what) = (steps[^2], steps[^1]);
        switch (what[0])
        {
            case '-' when at is JsonArray items:
                items.RemoveAt(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case '-':
                Assert.True(at.AsObject().Remove(name), change);
                break;
            case '+':
                Step(at, name).AsArray().Add(JsonNode.Parse(what[1..]));
                break;
            default:
                at[name.TrimStart('+')] = JsonNode.Parse(what[1..]);
                break;
        }
    }

    private static JsonNode Step(JsonNode at, string step) =>
        at is JsonArray items ? items[int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)]! : at[step]!;

    /// <summary>An answer that may have no code at all.</summary>
    private static string WithoutCode(JsonObject document, string path, string status)
    {
        var answer = new ApiDocument(document).Resolve(document["paths"]![path]!["post"]!["responses"]![status]!).DeepClone();
        answer["content"]!["application/problem+json"]!["schema"]!["properties"]!["code"]!["enum"] = new JsonArray("already-exists");
        return answer.ToJsonString();
    }
}
