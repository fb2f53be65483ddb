using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.OpenApi;
using PixPax.Host.Tests.Edge;

namespace PixPax.Host.Tests.OpenApi;

/// <summary>The API's description, of the code and as it is committed.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class DocumentTests(SharedEdge shared)
{
    private readonly InProcessHost _host = shared.Host;

    private ApiDescription Description => ApiDescription.Of(_host.Services.GetRequiredService<EndpointDataSource>().Endpoints);

    [Fact]
    public void Every_endpoint_says_all_that_its_description_needs() =>
        Assert.True(Description.Faults.Count == 0, "The API's description has gaps (docs/openapi/README.md says how to fill them):\n" + string.Join('\n', Description.Faults));

    [Fact]
    public void Every_endpoint_is_in_the_document_and_nothing_else_is()
    {
        var document = ApiDocument.Read(ApiDocument.Path);
        var mapped = _host.Endpoints.Select(EndpointTable.NameOf).Except(Example.Pages.Select(page => page.Endpoint)).Order(StringComparer.Ordinal);
        Assert.Equal(mapped, document.Operations.Select(operation => operation.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(ApiDocument.Path, OpenApiSpecVersion.OpenApi3_1)]
    [InlineData("docs/openapi/pixpax-v1.openapi30.json", OpenApiSpecVersion.OpenApi3_0)]
    public void The_committed_document_is_what_the_code_says(string path, OpenApiSpecVersion version)
    {
        var (committed, now) = (File.ReadAllText(Path.Combine(Repository.Folder(), path)).ReplaceLineEndings("\n"), OpenApiText.Write(Description.Document, version));
        if (committed == now) return;

        var (before, after) = (committed.Split('\n'), now.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(before.Length, after.Length)).First(n => before.ElementAtOrDefault(n) != after.ElementAtOrDefault(n));
        Assert.Fail($"{path} is stale: run eng/openapi.sh and commit what it writes.\nIt differs first in line {line + 1}:\n    committed: {before.ElementAtOrDefault(line)}\n    the code:  {after.ElementAtOrDefault(line)}");
    }

    [Fact]
    public async Task The_host_serves_the_document_to_anyone_and_says_when_it_is_the_same()
    {
        using var first = await _host.Anonymous().GetAsync("/openapi/v1.json");
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Folder(), ApiDocument.Path)), await first.Content.ReadAsStringAsync());
        using var again = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        again.Headers.TryAddWithoutValidation("If-None-Match", first.Headers.ETag!.ToString());
        using var second = await _host.Anonymous().SendAsync(again);
        Assert.Equal(System.Net.HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public void Every_operation_has_examples_that_are_as_its_schemas_say()
    {
        var document = ApiDocument.Read(ApiDocument.Path);
        var faults = new List<string>();
        foreach (var operation in document.Operations.Where(operation => operation.Path != "/openapi/v1.json"))
        {
            if (operation.BodySchema is { } body) Check(operation, "request", body, operation.Json["requestBody"]!["content"]!["application/json"]!);
            var answer = operation.Answer(document, 200)!["content"]!.AsObject().Single();
            // What is no JSON has no schema to be held against.
            if (answer.Key is not ("image/png" or "text/event-stream")) Check(operation, "answer", answer.Value!["schema"]!, answer.Value);
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));

        void Check(ApiOperation operation, string what, JsonNode schema, JsonNode content)
        {
            if (content["examples"]?["recorded"] is JsonObject recorded && recorded.TryGetPropertyValue("value", out var example)) faults.AddRange(SchemaCheck.FaultsOf(document, schema, example).Select(fault => $"{operation} {what}: {fault}"));
            else faults.Add($"{operation} has no example of its {what}: run the tests of the contract with PIXPAX_UPDATE_SNAPSHOTS=1, then eng/openapi.sh.");
        }
    }

    [Fact]
    public void Every_problem_that_an_operation_may_answer_has_an_example_that_is_as_its_schema_says()
    {
        var document = ApiDocument.Read(ApiDocument.Path);
        foreach (var operation in document.Operations)
        {
            foreach (var (status, answer) in operation.Json["responses"]!.AsObject())
            {
                if (document.Resolve(answer!)["content"]?[ProblemResponse.ContentType] is not { } content) continue;

                var codes = content["schema"]!["properties"]!["code"]!["enum"]!.AsArray().Select(code => code!.GetValue<string>()).ToArray();
                Assert.Equal(codes, content["examples"]!.AsObject().Select(example => example.Key));
                foreach (var (code, example) in content["examples"]!.AsObject())
                {
                    Assert.Equal(status, ProblemCode.Find(code).Status.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    Assert.Empty(SchemaCheck.FaultsOf(document, content["schema"]!, document.Resolve(example!)["value"]));
                }
            }
        }
    }

    [Fact]
    public void Every_operation_says_how_it_fails()
    {
        foreach (var operation in ApiDocument.Read(ApiDocument.Path).Operations)
        {
            var statuses = operation.Json["responses"]!.AsObject().Select(answer => answer.Key).ToArray();
            Assert.Contains("500", statuses);
            Assert.True(operation.Path.StartsWith("/health/", StringComparison.Ordinal) || statuses.Any(status => status[0] == '4'), operation.Name);
            if (operation.Json["security"]!.AsArray().All(scheme => scheme!.AsObject().Count > 0)) Assert.Contains("401", statuses);
        }
    }

    [Fact]
    public void What_an_endpoint_leaves_unsaid_is_named_with_what_to_do()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthorization();
        var app = builder.Build();
        new Host.Platform.Endpoints.ApiRoutes(app).Query("/v1/things/{id}", Host.Platform.Endpoints.Access.SignedIn, (string id) => id);
        var faults = ApiDescription.Of(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)).Faults;
        Assert.Equal(2, faults.Count);
        Assert.All(faults, fault => Assert.StartsWith("GET /v1/things/{id} says not what it ", fault, StringComparison.Ordinal));
    }
}
