using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Tests.Platform.Requests;

public sealed partial class CommandBodyTests : IAsyncLifetime
{
    private const int RaisedLimit = 300 * 1024;

    private TestHost _host = null!;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(app =>
    {
        app.MapPost("/command", (HttpRequest request, CancellationToken cancellationToken) => EchoAsync(request, CommandBody.DefaultMaxBytes, cancellationToken));
        app.MapPost("/large", (HttpRequest request, CancellationToken cancellationToken) => EchoAsync(request, RaisedLimit, cancellationToken));
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task A_body_becomes_a_value_and_its_canonical_form_with_nothing_filled_in()
    {
        var response = await PostAsync("""{ "size": 1e1, "name": "A\u00e4" }""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""Aä|10||{"name":"Aä","size":10}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON; charset=\"UTF-8\"")]
    public async Task Json_in_utf8_is_taken(string contentType) =>
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Http.Bytes(Minimal(), contentType))).StatusCode);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/problem+json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Other_media_types_are_refused(string contentType) =>
        await (await PostAsync(Http.Bytes(Minimal(), contentType))).ProblemAsync("unsupported-media-type");

    [Fact]
    public async Task A_compressed_body_is_refused()
    {
        var content = Http.Bytes(Minimal());
        content.Headers.ContentEncoding.Add("gzip");
        await (await PostAsync(content)).ProblemAsync("unsupported-media-type");
    }

    [Theory]
    [InlineData("", "malformed-json")]
    [InlineData(" ", "malformed-json")]
    [InlineData("{", "malformed-json")]
    [InlineData("""{"name":"a","size":1} x""", "malformed-json")]
    [InlineData("""{"name":"a","size":1,}""", "malformed-json")]
    [InlineData("""{"name":"a",/* why */"size":1}""", "malformed-json")]
    [InlineData("\uFEFF{}", "malformed-json")]
    [InlineData("""{"name":"\ud800","size":1}""", "malformed-json")]
    [InlineData("""{"name":"a","size":1,"size":1}""", "duplicate-member")]
    [InlineData("""{"name":"a","size":1,"s\u0069ze":2}""", "duplicate-member")]
    [InlineData("""{"name":"a","size":9007199254740993}""", "number-not-exact")]
    [InlineData("""{"name":"a","size":1e400}""", "number-not-exact")]
    [InlineData("""["name"]""", "invalid-request")]
    [InlineData("null", "invalid-request")]
    [InlineData("""{"name":"AGE-SECRET-KEY-1QQ","size":1}""", "private-key-material")]
    public async Task What_is_not_one_exact_json_object_is_refused(string body, string code) => await (await PostAsync(body)).ProblemAsync(code);

    [Fact]
    public async Task Invalid_utf8_is_refused_at_its_byte()
    {
        var problem = await (await PostAsync(Http.Bytes([.. "{\"name\":\""u8, 0xC0, 0x80, .. "\",\"size\":1}"u8]))).ProblemAsync("malformed-json");
        Assert.Contains("at byte 9", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nesting_without_end_is_refused() =>
        await (await PostAsync(new string('[', 30_000))).ProblemAsync("malformed-json");

    [Fact]
    public async Task All_unknown_members_are_named()
    {
        var problem = await (await PostAsync("""{"name":"a","size":1,"Name":"b","part":{"x/y":{"deep":1}},"parts":[{},{"z":1}]}""")).ProblemAsync("unknown-member");
        Assert.Equal(["/Name", "/part/x~1y", "/parts/1/z"], problem.Places());
    }

    [Fact]
    public async Task All_missing_members_are_named()
    {
        var problem = await (await PostAsync("""{"byName":{"a/b":{}},"part":{}}""")).ProblemAsync("invalid-request");
        Assert.Equal(["/name", "/size"], problem.Places());
    }

    [Theory]
    [InlineData("""{"name":1,"size":1}""", "/name")]
    [InlineData("""{"name":null,"size":1}""", "/name")]
    [InlineData("""{"name":"a","size":"1"}""", "/size")]
    [InlineData("""{"name":"a","size":1.5}""", "/size")]
    [InlineData("""{"name":"a","size":1,"part":[]}""", "/part")]
    [InlineData("""{"name":"a","size":1,"part":{"label":7}}""", "/part/label")]
    [InlineData("""{"name":"a","size":1,"parts":[{},{"label":7}]}""", "/parts/1/label")]
    [InlineData("""{"name":"a","size":1,"byName":{"x y":{"label":7}}}""", "/byName/x y/label")]
    public async Task A_member_of_the_wrong_type_is_named(string body, string pointer) =>
        Assert.Equal([pointer], (await (await PostAsync(body)).ProblemAsync("invalid-request")).Places());

    [Fact]
    public async Task An_opaque_member_may_hold_anything() =>
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("""{"name":"a","size":1,"opaque":{"any":[1,{"thing":null}]}}""")).StatusCode);

    [Fact]
    public async Task Private_key_material_is_named_by_its_place()
    {
        var body = """{"name":"a","size":1,"opaque":{"keys":[{"kty":"EC","d":"AA"}]}}""";
        var response = await PostAsync(body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal(["/opaque/keys/0"], (await response.ProblemAsync("private-key-material")).Places());
    }

    [Theory]
    [InlineData("/command", CommandBody.DefaultMaxBytes)]
    [InlineData("/large", RaisedLimit)]
    public async Task A_body_of_exactly_the_limit_is_taken(string path, int limit)
    {
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Http.Bytes(OfLength(limit)), path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(new Chunked(OfLength(limit)), path)).StatusCode);
    }

    [Theory]
    [InlineData("/command", CommandBody.DefaultMaxBytes)]
    [InlineData("/large", RaisedLimit)]
    public async Task One_byte_more_is_refused_whether_announced_or_not(string path, int limit)
    {
        await (await PostAsync(Http.Bytes(OfLength(limit + 1)), path)).ProblemAsync("payload-too-large");
        await (await PostAsync(new Chunked(OfLength(limit + 1)), path)).ProblemAsync("payload-too-large");
    }

    private static byte[] Minimal() => """{"name":"a","size":1}"""u8.ToArray();

    private static byte[] OfLength(int length)
    {
        var minimal = Minimal();
        return [.. minimal, .. Enumerable.Repeat((byte)' ', length - minimal.Length)];
    }

    private static async Task<string> EchoAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        var command = await CommandBody.ReadAsync(request, TestJson.Default.TestCommand, maxBytes, cancellationToken);
        return $"{command.Value.Name}|{command.Value.Size}|{command.Value.Part?.Label}|{Encoding.UTF8.GetString(command.CanonicalBody.Span)}";
    }

    private Task<HttpResponseMessage> PostAsync(string body) => PostAsync(Http.Json(body));

    private Task<HttpResponseMessage> PostAsync(HttpContent content, string path = "/command") => _host.As("anna").PostAsync(path, content);

    /// <summary>A body without Content-Length.</summary>
    private sealed class Chunked(byte[] body) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Headers.TryAddWithoutValidation("Content-Type", "application/json");
            return stream.WriteAsync(body).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            Headers.TryAddWithoutValidation("Content-Type", "application/json");
            length = 0;
            return false;
        }
    }

    internal sealed record TestCommand
    {
        public required string Name { get; init; }

        public required int Size { get; init; }

        public Part? Part { get; init; }

        public IReadOnlyList<Part>? Parts { get; init; }

        public IReadOnlyDictionary<string, Part>? ByName { get; init; }

        public JsonElement? Opaque { get; init; }
    }

    internal sealed record Part
    {
        public string? Label { get; init; }
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true)]
    [JsonSerializable(typeof(TestCommand))]
    internal sealed partial class TestJson : JsonSerializerContext;
}
