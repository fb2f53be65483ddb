using System.Net;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>Entity tags, conditions and versions: whoever looks again learns cheaply that nothing changed, and nobody overwrites what they did not see.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class ConcurrencyTests(SharedEdge shared)
{
    private static readonly string[] TaggedReads =
    [
        "GET /v1/accounts/{id}", "GET /v1/identities/{id}", "GET /v1/collections/{id}/versions/{version}", "GET /v1/pixbooks/{id}",
        "GET /v1/pixbooks/{id}/snapshot", "GET /v1/pixbooks/{id}/receipts", "GET /v1/receipts/{eventId}",
    ];

    private readonly InProcessHost _host = shared.Host;

    public static TheoryData<string> Tagged => [.. TaggedReads];

    /// <summary>Commands on a stream that exists before them, with a read of it.</summary>
    public static TheoryData<string, string> Conditional => new()
    {
        { "POST /v1/accounts/{id}/commands/add-member", "GET /v1/accounts/{id}" },
        { "POST /v1/accounts/{id}/commands/remove-member", "GET /v1/accounts/{id}" },
        { "POST /v1/identities/{id}/commands/rotate-key", "GET /v1/identities/{id}" },
        { "POST /v1/identities/{id}/commands/revoke", "GET /v1/identities/{id}" },
        { "POST /v1/collections/commands/publish", "GET /v1/collections/{id}/versions/{version}" },
        { "POST /v1/collections/{id}/commands/retire-series", "GET /v1/collections/{id}/versions/{version}" },
        { "POST /v1/credentials/commands/issue", "GET /v1/credentials" },
        { "POST /v1/credentials/{id}/commands/revoke", "GET /v1/credentials" },
        { "POST /v1/pixbooks/{id}/commands/save", "GET /v1/pixbooks/{id}" },
        { "POST /v1/pixbooks/{id}/commands/add-card", "GET /v1/pixbooks/{id}" },
        { "POST /v1/pixbooks/{id}/commands/remove-card", "GET /v1/pixbooks/{id}/snapshot" },
    };

    [Fact]
    public void Every_command_is_conditional_but_those_that_create_a_stream() =>
        Assert.Equal(
            Example.AllCommands.Select(example => example.Endpoint).Where(endpoint => !endpoint.EndsWith("/commands/create", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Conditional.Select(row => (string)row[0]).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Tagged))]
    public async Task What_one_stream_tells_has_a_tag_and_is_not_sent_again(string endpoint)
    {
        var world = await World.MakeAsync(_host);
        using var first = await GetAsync(endpoint, world);
        var etag = TagOf(first);
        Assert.Matches("^\"[1-9][0-9]*-[0-9a-f]{8}\"$", etag);

        foreach (var known in new[] { etag, "W/" + etag, $"\"1-00000000\", {etag}", "*" })
        {
            using var again = await GetAsync(endpoint, world, known);
            Assert.Equal((HttpStatusCode.NotModified, etag, ""), (again.StatusCode, TagOf(again), await again.Content.ReadAsStringAsync()));
            Assert.Equal(first.Headers.CacheControl!.ToString(), again.Headers.CacheControl!.ToString());
        }

        foreach (var unknown in new[] { "\"1-00000000\"", etag.Trim('"'), "nonsense" })
        {
            using var other = await GetAsync(endpoint, world, unknown);
            Assert.Equal(await first.Content.ReadAsStringAsync(), await other.Content.ReadAsStringAsync());
        }

        // What the caller may not see has no tag, whatever they say they know.
        if (endpoint.Contains("/collections/", StringComparison.Ordinal)) return;
        using var request = Example.Of(endpoint).Request(world);
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        using var strangers = await _host.As("eve").Http.SendAsync(request);
        await strangers.ProblemAsync("not-found");
        Assert.Null(strangers.Headers.ETag);
    }

    [Theory]
    [MemberData(nameof(Conditional))]
    public async Task A_command_is_done_on_the_version_that_its_caller_saw_and_on_no_other(string endpoint, string read)
    {
        var world = await World.MakeAsync(_host);
        using var seen = await GetAsync(read, world);
        var (etag, version) = (TagOf(seen), long.Parse(TagOf(seen).Trim('"').Split('-')[0], System.Globalization.CultureInfo.InvariantCulture));
        var before = _host.Data.Contents();

        foreach (var stale in new[] { "\"1-00000000\"", $"\"{version}-00000000\"", "W/" + etag, $"\"{version + 1}-{etag.Trim('"').Split('-')[1]}\"" })
        {
            using var refused = await SendAsync(endpoint, world, Api.NewKey(), stale);
            var problem = await refused.ProblemAsync("version-conflict");
            Assert.Equal((HttpStatusCode.PreconditionFailed, version, etag), (refused.StatusCode, problem.GetProperty("currentVersion").GetInt64(), TagOf(refused)));
        }

        foreach (var expected in new[] { version - 1, version + 1, 0, -1 })
        {
            using var refused = await SendAsync(endpoint, world, Api.NewKey(), expectedVersion: expected);
            Assert.Equal(version, (await refused.ProblemAsync("version-conflict")).GetProperty("currentVersion").GetInt64());
        }

        using var both = await SendAsync(endpoint, world, Api.NewKey(), etag, version + 1);
        await both.ProblemAsync("version-conflict");
        foreach (var malformed in new[] { etag.Trim('"'), "", "*, \"1-00000000\"", "nonsense" })
        {
            using var refused = await SendAsync(endpoint, world, Api.NewKey(), malformed);
            Assert.Equal(["If-Match"], (await refused.ProblemAsync("invalid-request")).Places());
        }

        // Nothing was done, not even a key ended.
        Assert.Equal(before, _host.Data.Contents());

        var key = Api.NewKey();
        using var done = await SendAsync(endpoint, world, key, $"\"1-00000000\", {etag}", version);
        var answer = await Answer.ReadAsync(done, () => endpoint);
        Assert.Equal($"\"{answer.StreamVersion}-{answer.Hash["sha256:".Length..][..8]}\"", TagOf(done));
        if (!endpoint.EndsWith("/retire-series", StringComparison.Ordinal)) Assert.Equal(version + 1, answer.StreamVersion);

        // It has happened: the repetition is answered, whatever is there by now, also under another condition.
        foreach (var condition in new[] { etag, "\"1-00000000\"", TagOf(done), "*", null })
        {
            using var again = await SendAsync(endpoint, world, key, condition, version);
            (await Answer.ReadAsync(again, () => endpoint)).AssertRepeats(answer);
            Assert.Equal(TagOf(done), TagOf(again));
        }

        // The body is what was asked for, and the header is not: another expected version is another command.
        using var other = await SendAsync(endpoint, world, key, expectedVersion: version + 1);
        await other.ProblemAsync("idempotency-key-reused");
        using var now = await GetAsync(read, world);
        Assert.Equal(TagOf(done), TagOf(now));
    }

    [Fact]
    public async Task What_is_created_was_not_there_to_be_matched()
    {
        var world = await World.MakeAsync(_host);
        var before = _host.Data.Contents();
        foreach (var example in Example.AllCommands.Where(example => example.Endpoint.EndsWith("/commands/create", StringComparison.Ordinal)))
        {
            using var refused = await SendAsync(example.Endpoint, world, Api.NewKey(), "*");
            Assert.Equal(0, (await refused.ProblemAsync("version-conflict")).GetProperty("currentVersion").GetInt64());
        }

        Assert.Equal(before, _host.Data.Contents());
    }

    [Fact]
    public async Task Of_many_who_saw_one_version_one_is_not_refused()
    {
        var world = await World.MakeAsync(_host);
        using var seen = await GetAsync("GET /v1/pixbooks/{id}", world);
        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => SendAsync("POST /v1/pixbooks/{id}/commands/save", world, Api.NewKey(), TagOf(seen))));
        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.OK);
        Assert.Equal(7, responses.Count(response => response.StatusCode == HttpStatusCode.PreconditionFailed));
        foreach (var response in responses) response.Dispose();
    }

    [Fact]
    public async Task A_read_waits_for_the_version_that_it_asks_for()
    {
        var world = await World.MakeAsync(_host);
        var (save, path) = (Example.Of("POST /v1/pixbooks/{id}/commands/save"), $"/v1/pixbooks/{world.BookId}");
        Assert.Equal(3, (await _host.As(world.Owner).GetAsync($"{path}?minVersion=3")).GetProperty("streamVersion").GetInt32());

        var waiting = _host.As(world.Owner).GetAsync($"{path}?minVersion=4");
        await save.DoAsync(_host, world, Api.NewKey());
        Assert.Equal(4, (await waiting).GetProperty("streamVersion").GetInt32());
    }

    [Fact]
    public async Task A_version_that_does_not_come_is_told_from_one_that_is_there()
    {
        var world = await World.MakeAsync(_host);
        await Task.WhenAll(TaggedReads.Where(endpoint => !endpoint.Contains("/receipts/", StringComparison.Ordinal)).Select(async endpoint =>
        {
            using var response = await _host.As(world.Owner).Http.GetAsync(WithQuery(Example.Of(endpoint).Path(world), "minVersion=99"));
            Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
            Assert.InRange((await response.ProblemAsync("version-not-reached")).GetProperty("currentVersion").GetInt64(), 1, 3);
        }));

        foreach (var query in new[] { "minVersion=0", "minVersion=-1", "minVersion=x", "minVersion=", "minVersion=1&minVersion=2", "minVersion=9223372036854775808" })
            Assert.Equal(["minVersion"], (await _host.As(world.Owner).NotGivenAsync("invalid-request", $"/v1/pixbooks/{world.BookId}?{query}")).Places());
        await _host.As("eve").NotGivenAsync("not-found", $"/v1/pixbooks/{world.BookId}?minVersion=99");
    }

    private static string WithQuery(string path, string query) => path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + query;

    private static string TagOf(HttpResponseMessage response) => response.Headers.ETag?.ToString() ?? "(no ETag)";

    private async Task<HttpResponseMessage> GetAsync(string endpoint, World world, string? ifNoneMatch = null)
    {
        using var request = Example.Of(endpoint).Request(world);
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        return await _host.As(Example.Of(endpoint).User(world)).Http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> SendAsync(string endpoint, World world, string key, string? ifMatch = null, long? expectedVersion = null)
    {
        var example = Example.Of(endpoint);
        var body = example.Body!(world);
        if (expectedVersion is { } version) body["expectedVersion"] = version;
        using var request = example.Request(example.Path(world), body.ToJsonString(), key);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await _host.As(example.User(world)).Http.SendAsync(request);
    }
}
