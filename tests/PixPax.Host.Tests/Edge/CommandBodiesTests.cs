using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>Every command, with everything that a body can have wrong: each is refused with its place, and none leaves a trace.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class CommandBodiesTests(SharedEdge shared) : IAsyncLifetime
{
    private readonly EdgeHost _host = shared.Host;
    private World _world = null!;
    private IReadOnlyList<string> _before = [];

    public static TheoryData<string> Commands => [.. Example.AllCommands.Select(example => example.Endpoint)];

    public async Task InitializeAsync()
    {
        _world = await World.MakeAsync(_host);
        _before = _host.Data.Contents();
    }

    public Task DisposeAsync()
    {
        Assert.Equal(_before, _host.Data.Contents());
        return Task.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_unknown_member_is_pointed_at(string endpoint)
    {
        var body = BodyOf(endpoint);
        body["Unknown~member/"] = 1;
        Assert.Equal(["/Unknown~0member~1"], (await RefusedAsync(endpoint, body.ToJsonString(), "unknown-member")).Places());
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Every_missing_member_is_pointed_at(string endpoint)
    {
        var required = MembersOf(endpoint).Where(member => member.IsRequired).Select(member => "/" + member.Name).ToArray();
        if (required.Length > 0) Assert.Equal(required, (await RefusedAsync(endpoint, "{}", "invalid-request")).Places());
        foreach (var member in MembersOf(endpoint).Where(member => member.IsRequired))
        {
            var body = BodyOf(endpoint);
            Assert.True(body.Remove(member.Name), $"The example of {endpoint} leaves {member.Name} out.");
            Assert.Equal(["/" + member.Name], (await RefusedAsync(endpoint, body.ToJsonString(), "invalid-request")).Places());
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_member_of_the_wrong_type_is_pointed_at(string endpoint)
    {
        foreach (var member in MembersOf(endpoint).Where(member => !member.IsOpaque))
        {
            JsonNode?[] wrong = member.Type == typeof(string) ? [1, true, new JsonObject(), new JsonArray("a")] : ["1", true, 1.5, new JsonObject(), new JsonArray(1)];
            foreach (var value in member.IsRequired ? wrong.Append(null) : wrong)
                Assert.Equal(["/" + member.Name], (await RefusedAsync(endpoint, With(endpoint, member, value), "invalid-request")).Places());
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_text_that_is_too_long_empty_or_holds_control_characters_is_pointed_at(string endpoint)
    {
        foreach (var member in MembersOf(endpoint).Where(member => member.Type == typeof(string)))
        {
            foreach (var value in new[] { new string('x', 201), "", "a\nb", "a\u0000" })
            {
                using var response = await SendAsync(endpoint, With(endpoint, member, value));
                Assert.True((int)response.StatusCode is 400 or 422, $"{endpoint} {member.Name} = {value}: {await response.Content.ReadAsStringAsync()}");
                using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                Assert.Contains(problem.RootElement.Places(), place => place.StartsWith("/" + member.Name, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_body_that_is_too_deep_is_refused(string endpoint)
    {
        foreach (var member in MembersOf(endpoint))
        {
            using var response = await SendAsync(endpoint, Raw(endpoint, $"\"{member.Name}\":{new string('[', 5000)}{new string(']', 5000)}", without: member.Name));
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
            await response.ProblemAsync("malformed-json");
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_member_that_comes_twice_is_refused(string endpoint)
    {
        foreach (var member in MembersOf(endpoint))
            await RefusedAsync(endpoint, Raw(endpoint, $"\"{member.Name}\":1,\"{member.Name[..^1]}\\u00{(int)member.Name[^1]:x2}\":2", without: member.Name), "duplicate-member");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_body_that_is_no_JSON_object_in_UTF8_is_refused(string endpoint)
    {
        foreach (var (body, code) in new[] { ("[]", "invalid-request"), ("1", "invalid-request"), ("null", "invalid-request"), ("{", "malformed-json"), ("{}x", "malformed-json"), (" ", "malformed-json"), ("{'a':1}", "malformed-json") })
            await RefusedAsync(endpoint, body, code);
        if (MembersOf(endpoint).Any(member => member.IsRequired)) await RefusedAsync(endpoint, "", "malformed-json");

        foreach (var bytes in new byte[][] { [(byte)'{', (byte)'"', 0xFF, (byte)'"', (byte)':', (byte)'1', (byte)'}'], [0xEF, 0xBB, 0xBF, (byte)'{', (byte)'}'], [0xFE, 0xFF, 0, (byte)'{'] })
        {
            using var response = await SendAsync(endpoint, bytes, "application/json");
            await response.ProblemAsync("malformed-json");
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Another_media_type_is_refused(string endpoint)
    {
        foreach (var type in new[] { "text/plain", "application/json; charset=utf-16", "application/x-www-form-urlencoded" })
        {
            using var response = await SendAsync(endpoint, "{}"u8.ToArray(), type);
            await response.ProblemAsync("unsupported-media-type");
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_body_that_is_too_large_is_refused_with_its_limit(string endpoint)
    {
        var limit = EndpointOf(endpoint).MaxBytes;
        var huge = Encoding.ASCII.GetBytes($"{{\"huge\":\"{new string('x', limit)}\"}}");
        using var request = Example.Of(endpoint).Request(Example.Of(endpoint).Path(_world), "");
        // Asked first: a host that refuses by the length alone does not read what it refuses.
        request.Headers.ExpectContinue = true;
        request.Content = Http.Bytes(huge);
        using var response = await ClientOf(endpoint).SendAsync(request);
        Assert.Contains(limit.ToString(System.Globalization.CultureInfo.InvariantCulture), (await response.ProblemAsync("payload-too-large")).GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_without_one_good_key_is_refused(string endpoint)
    {
        foreach (var (key, code) in new[] { (null, "idempotency-key-required"), ("", "idempotency-key-invalid"), ("1", "idempotency-key-invalid"), ("platform:init", "idempotency-key-invalid") })
        {
            using var request = Example.Of(endpoint).Request(_world);
            request.Headers.Remove("Idempotency-Key");
            if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            using var response = await ClientOf(endpoint).SendAsync(request);
            await response.ProblemAsync(code);
        }
    }

    private sealed record Member(string Name, Type Type, bool IsRequired)
    {
        /// <summary>Any JSON: what is in it is not this command's to judge, or another test's.</summary>
        public bool IsOpaque => Type == typeof(JsonElement);
    }

    private CommandEndpoint EndpointOf(string endpoint) =>
        _host.Endpoints.Single(one => EndpointTable.NameOf(one) == endpoint).Metadata.GetRequiredMetadata<CommandEndpoint>();

    /// <summary>By the type that the endpoint was mapped with, so that a member that is added is tried.</summary>
    private IReadOnlyList<Member> MembersOf(string endpoint) =>
        [.. EndpointOf(endpoint).Body.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .Select(property => new Member(
                JsonNamingPolicy.CamelCase.ConvertName(property.Name),
                Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType,
                property.IsDefined(typeof(RequiredMemberAttribute))))];

    private JsonObject BodyOf(string endpoint) => Example.Of(endpoint).Body!(_world);

    private string With(string endpoint, Member member, JsonNode? value)
    {
        var body = BodyOf(endpoint);
        body[member.Name] = value?.DeepClone();
        return body.ToJsonString();
    }

    private string Raw(string endpoint, string members, string without)
    {
        var body = BodyOf(endpoint);
        body.Remove(without);
        return body.Count == 0 ? $"{{{members}}}" : $"{{{members},{body.ToJsonString()[1..]}";
    }

    private HttpClient ClientOf(string endpoint) => _host.As(Example.Of(endpoint).User(_world)).Http;

    private Task<HttpResponseMessage> SendAsync(string endpoint, string body) => SendAsync(endpoint, Encoding.UTF8.GetBytes(body), "application/json");

    private async Task<HttpResponseMessage> SendAsync(string endpoint, byte[] body, string mediaType)
    {
        using var request = Example.Of(endpoint).Request(Example.Of(endpoint).Path(_world), "");
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        return await ClientOf(endpoint).SendAsync(request);
    }

    private async Task<JsonElement> RefusedAsync(string endpoint, string body, string code)
    {
        using var response = await SendAsync(endpoint, body);
        return await response.ProblemAsync(code);
    }
}
