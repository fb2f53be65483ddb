using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Concord.Testing;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Edge;

/// <summary>What every read has in common: HEAD, media types, methods, links from page to page, readable text.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class ReadsTests(SharedEdge shared)
{
    private readonly InProcessHost _host = shared.Host;

    [Fact]
    public async Task Every_read_answers_HEAD_like_GET_without_the_body()
    {
        var world = await World.MakeAsync(_host);
        foreach (var example in Example.All.Where(example => !example.IsCommand))
        {
            var client = _host.As(example.User(world)).Http;
            using var get = await client.GetAsync(example.Path(world));
            using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, example.Path(world)));
            Assert.Equal((get.StatusCode, 0), (head.StatusCode, (await head.Content.ReadAsByteArrayAsync()).Length));
            Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Equal(get.Headers.ETag, head.Headers.ETag);
            // Where the length is not told, the client says 0. How far behind a projection is takes more digits a moment later.
            if (example.Endpoint != "GET /v1/admin/overview" && head.Content.Headers.ContentLength is > 0 and var told) Assert.Equal(get.Content.Headers.ContentLength, told);
        }
    }

    [Fact]
    public async Task Another_method_is_told_which_there_are()
    {
        var world = await World.MakeAsync(_host);
        foreach (var example in Example.All)
        {
            using var response = await _host.As(example.User(world)).Http.SendAsync(new HttpRequestMessage(HttpMethod.Delete, example.Path(world)));
            await response.ProblemAsync("method-not-allowed");
            // CONNECT opens a WebSocket over HTTP/2.
            string[] reads = example.Endpoint == "GET /v1/subscriptions" ? ["CONNECT", "GET", "HEAD"] : ["GET", "HEAD"];
            Assert.Equal(example.IsCommand ? ["POST"] : reads, response.Content.Headers.Allow.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml, text/html;q=0.5")]
    [InlineData("application/json;q=0, application/jsonl;q=0, image/png;q=0")]
    public async Task What_cannot_be_accepted_is_not_begun(string accept)
    {
        var world = await World.MakeAsync(_host);
        var before = _host.Data.Contents();
        foreach (var example in Example.All.Where(example => example.Endpoint.Contains("/v1/", StringComparison.Ordinal)))
        {
            using var request = example.Request(world);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await _host.As(example.User(world)).Http.SendAsync(request);
            await response.ProblemAsync("not-acceptable");
        }

        Assert.Equal(before, _host.Data.Contents());
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("text/*, application/*;q=0.1, image/*")]
    [InlineData("application/json; charset=utf-8, application/jsonl, image/png, text/event-stream")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task What_can_be_accepted_is_given(string accept)
    {
        var world = await World.MakeAsync(_host);
        foreach (var example in Example.All.Where(example => !example.IsCommand))
        {
            using var request = example.Request(world);
            request.Headers.TryAddWithoutValidation("Accept", accept);
            using var response = await _host.As(example.User(world)).Http.SendAsync(request);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{example}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    [Fact]
    public async Task A_page_links_to_the_next_one_with_everything_that_was_asked()
    {
        var world = await World.MakeAsync(_host);
        var ada = _host.As(world.Owner);
        for (var n = 0; n < 2; n++)
        {
            await Commands.CreateAccountAsync(ada, $"Another {n}");
            await Commands.CreateIdentityAsync(ada, world.AccountId, $"Another {n}");
            await Commands.CreateBookAsync(ada, world.AccountId, world.IdentityId, $"Another {n}");
            await Commands.PublishBirdsAsync(_host.Operator(), Api.NewKey(), World.NewName("link-birds"));
        }

        string[] lists =
        [
            "/v1/accounts?limit=1", $"/v1/identities?limit=1&accountId={world.AccountId}", $"/v1/pixbooks?accountId={world.AccountId}&limit=1&identityId={world.IdentityId}",
            "/v1/collections?limit=1", $"/v1/pixbooks/{world.BookId}/receipts?limit=1", $"/v1/pixbooks/{world.BookId}/receipts?limit=1&after=0&type=CARD_ADDED&unknown=%C3%A9%20%26%3E",
        ];
        foreach (var list in lists)
        {
            var pages = new List<string>();
            for (var next = list; next is not null && pages.Count < 1000;)
            {
                using var response = await ada.Http.GetAsync(next);
                var page = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
                Assert.Equal(["data", "hasMore", "nextCursor"], page.Select(member => member.Key));
                pages.Add(page["data"]!.ToJsonString());
                var link = response.Headers.TryGetValues("Link", out var links) ? links.Single() : null;
                Assert.Equal(page["hasMore"]!.GetValue<bool>(), link is not null);
                Assert.True(link is null || (link.StartsWith('<') && link.EndsWith(">; rel=\"next\"", StringComparison.Ordinal)), link);
                next = link?[1..link.IndexOf('>', StringComparison.Ordinal)];
            }

            Assert.Distinct(pages);
            Assert.InRange(pages.Count, list.Contains("type=", StringComparison.Ordinal) ? 1 : 2, 999);
        }
    }

    [Fact]
    public async Task Text_comes_back_as_it_was_sent_and_can_be_read()
    {
        var ada = _host.As(World.NewName("ada"));
        const string name = "Ada & co + \"söhne\" <'> 日本 🐦 \u2028";
        var account = await Commands.CreateAccountAsync(ada, name);
        using var response = await ada.Http.GetAsync($"/v1/accounts/{account["accountId"]}");
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(name, JsonNode.Parse(bytes)!["name"]!.GetValue<string>());
        Assert.Contains("Ada & co + \\\"söhne\\\" <'> 日本", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(bytes.Length, response.Content.Headers.ContentLength);

        // A body in base64 has a plus sign in it, and stays as it is.
        var identity = await Commands.CreateIdentityAsync(ada, account["accountId"], "+");
        Assert.DoesNotContain("\\u002B", await ada.Http.GetStringAsync($"/v1/identities/{identity["identityId"]}"), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task However_many_ask_for_receipts_that_are_not_there_the_store_is_read_a_few_times()
    {
        using var data = new DataFolder();
        var rounds = 0;
        await using var host = InProcessHost.Start(new Stage { Data = data, Settings = InProcessHost.Unlimited, Store = store => new FaultyObjectStore(store)
        {
            FaultOf = call =>
            {
                if (call.Operation == StoreOperation.List && call.Key == PixPaxStreams.Locators) Interlocked.Increment(ref rounds);
                return CallFault.None;
            },
        } });
        await World.MakeAsync(host);
        var before = Volatile.Read(ref rounds);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async n =>
        {
            using var response = await host.As($"eve-{n}").Http.GetAsync($"/v1/receipts/01KJ7Z6V8GZ3N9Q4R5S6T{n:D3}W9");
            await response.ProblemAsync("not-found");
        }));
        Assert.InRange(Volatile.Read(ref rounds) - before, 1, 100);
    }
}
