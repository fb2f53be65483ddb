using System.Net;
using System.Text.Json.Nodes;
using PixPax.Host.Platform.Endpoints;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>Every endpoint that the program maps, whatever module it is of, against what the docs say of it.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class AuthorizationTests(SharedEdge shared)
{
    private readonly InProcessHost _host = shared.Host;

    [Fact]
    public void The_table_of_the_docs_is_what_the_endpoints_say() =>
        Assert.Equal(EndpointTable.OfCode(_host.Endpoints), EndpointTable.OfDocs());

    [Fact]
    public void Every_endpoint_has_an_example_and_every_example_an_endpoint() =>
        Assert.Equal(_host.Endpoints.Select(EndpointTable.NameOf).Order(StringComparer.Ordinal), Example.All.Concat(Example.Pages).Select(example => example.Endpoint).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Whoever_may_is_answered()
    {
        var untouched = await World.MakeAsync(_host);
        foreach (var example in Example.All)
        {
            var world = example.IsCommand ? await World.MakeAsync(_host) : untouched;
            using var response = await _host.As(example.User(world)).Http.SendAsync(example.Request(world));
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{example}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task Without_a_sign_in_only_what_is_anyones_is_answered()
    {
        var world = await World.MakeAsync(_host);
        var before = _host.Data.Contents();
        foreach (var endpoint in _host.Endpoints)
        {
            var example = Example.Of(EndpointTable.NameOf(endpoint));
            using var response = await _host.Anonymous().SendAsync(example.Request(world));
            if (EndpointTable.AccessOf(endpoint) == Access.Anyone) Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            else await response.ProblemAsync("unauthenticated");
        }

        Assert.Equal(before, _host.Data.Contents());
    }

    [Fact]
    public async Task The_wrong_caller_is_refused_as_the_table_says_and_nothing_is_written()
    {
        var world = await World.MakeAsync(_host);
        var before = _host.Data.Contents();
        foreach (var endpoint in _host.Endpoints)
        {
            var example = Example.Of(EndpointTable.NameOf(endpoint));
            (string User, string Code)[] wrong = EndpointTable.AccessOf(endpoint) switch
            {
                Access.Member => [("eve", "not-found"), ("operator", "not-found")],
                Access.Owner => [("eve", "not-found"), ("operator", "not-found"), (world.Member, "forbidden")],
                Access.MemberOrOperator => [("eve", "not-found")],
                Access.Operator => [("eve", "forbidden"), (world.Owner, "forbidden")],
                _ => [],
            };
            foreach (var (user, code) in wrong)
            {
                using var response = await _host.As(user).Http.SendAsync(example.Request(world));
                var problem = await response.ProblemAsync(code);
                AssertTellsNothing(example, problem.GetRawText(), world, example.Path(world) + example.Body?.Invoke(world).ToJsonString());
            }
        }

        Assert.Equal(before, _host.Data.Contents());
    }

    [Fact]
    public async Task No_id_of_another_account_opens_anything_wherever_it_stands()
    {
        var (ada, eve) = (await World.MakeAsync(_host), await World.MakeAsync(_host));
        var before = _host.Data.Contents();
        var tried = 0;
        foreach (var example in Example.All)
        {
            var (path, body) = (example.Path(eve), example.Body?.Invoke(eve).ToJsonString());
            foreach (var (hers, theirs) in eve.Ids.Zip(ada.Ids))
            {
                foreach (var (otherPath, otherBody) in Replacements(path, body, hers, theirs))
                {
                    tried++;
                    using var response = await _host.As(eve.Owner).Http.SendAsync(example.Request(otherPath, otherBody));
                    var text = await response.Content.ReadAsStringAsync();
                    if (response.IsSuccessStatusCode) Assert.True(!example.IsCommand && IsEmptyPage(text), $"{example} {otherPath} {otherBody}: {text}");
                    else Assert.True((int)response.StatusCode is 403 or 404 or 422, $"{example} {otherPath} {otherBody}: {text}");
                    AssertTellsNothing(example, text, ada, otherPath + otherBody);
                }
            }
        }

        Assert.Equal(before, _host.Data.Contents());
        // Every example that names something of an account was tried: no id is spelt in a way that this test does not see.
        Assert.Equal(Example.All.Sum(example => Count(example, eve)), tried);
        Assert.InRange(tried, 20, int.MaxValue);
    }

    [Theory]
    [InlineData("/v1/admin")]
    [InlineData("/v1/admin/")]
    [InlineData("/v1/admin/nothing/here/yet")]
    [InlineData("/V1/Admin/rebuild")]
    [InlineData("/v1/%61dmin/costs")]
    public async Task What_is_the_administrators_is_only_operators_also_where_nothing_is(string path)
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete, HttpMethod.Head })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(_host.Anonymous(), method));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(_host.As("eve").Http, method));
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(_host.Operator().Http, method));
        }

        async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpMethod method)
        {
            using var response = await client.SendAsync(new HttpRequestMessage(method, path));
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("/v1/costs")]
    [InlineData("/v1/billing")]
    [InlineData("/v1/accounts/A/billing")]
    [InlineData("/metrics")]
    [InlineData("/")]
    public async Task Nothing_else_is_open(string path) => await (await _host.Anonymous().GetAsync(path)).ProblemAsync("unauthenticated");

    [Fact]
    public void Nothing_under_admin_can_be_mapped_for_anybody_else()
    {
        foreach (var access in Enum.GetValues<Access>().Where(access => access != Access.Operator))
            Assert.Throws<ArgumentException>(() => new ApiRoutes(Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder().Build()).Query("/v1/admin/costs", access, () => "costs"));
    }

    private static IEnumerable<(string Path, string? Body)> Replacements(string path, string? body, string old, string other)
    {
        if (path.Contains(old, StringComparison.Ordinal)) yield return (path.Replace(old, other, StringComparison.Ordinal), body);
        if (body?.Contains(old, StringComparison.Ordinal) == true) yield return (path, body.Replace(old, other, StringComparison.Ordinal));
    }

    private static int Count(Example example, World world) =>
        world.Ids.Sum(id => Replacements(example.Path(world), example.Body?.Invoke(world).ToJsonString(), id, "").Count());

    private static bool IsEmptyPage(string text) =>
        JsonNode.Parse(text) is JsonObject page && page["data"] is JsonArray { Count: 0 };

    private static void AssertTellsNothing(Example example, string answer, World of, string asked)
    {
        foreach (var id in of.Ids.Where(id => !asked.Contains(id, StringComparison.Ordinal)))
            Assert.False(answer.Contains(id, StringComparison.Ordinal), $"{example} tells {id}: {answer}");
    }
}
