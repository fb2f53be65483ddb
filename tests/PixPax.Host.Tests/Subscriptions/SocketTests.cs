using System.Net;
using System.Net.WebSockets;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>Subscribing over a WebSocket: what is there, what comes, and what is refused.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class SocketTests(SharedEdge shared)
{
    private readonly InProcessHost _host = shared.Host;

    [Fact]
    public async Task A_subscriber_is_given_what_there_is_then_told_so_and_then_what_comes()
    {
        var book = await BookAsync();
        await book.SaveAsync("first");
        await using var subscriber = await Subscriber.ConnectAsync(_host.Address, book.Api.UserId);
        await subscriber.SubscribeAsync("s1", stream: "pixbook/" + book.Id);
        var subscribed = await subscriber.NextAsync("subscribed");
        Assert.Equal(("s1", "pixbook/" + book.Id, "0"), (subscribed.Id, subscribed.Json.GetProperty("stream").GetString(), subscribed.Position));
        Assert.Equal(1, (await subscriber.NextAsync("receipt")).Version);
        Assert.Equal(2, (await subscriber.NextAsync("receipt")).Version);
        Assert.Equal("2", (await subscriber.NextAsync("caught-up")).Position);

        var save = await book.SaveAsync("second");
        var live = await subscriber.NextAsync("receipt");
        Assert.Equal((save.EventId, "3"), (live.EventId, live.Position));
        Assert.Equal(_host.Data.Event(book.Prefix, save.EventId), live.ReceiptBytes);
    }

    [Fact]
    public async Task A_subscriber_goes_on_where_it_was_in_the_middle_of_a_commit_too()
    {
        var book = await BookAsync();
        for (var page = 0; page < 5; page++) await book.SaveAsync(page);
        await using var subscriber = await Subscriber.ConnectAsync(_host.Address, book.Api.UserId);
        for (var after = 0; after <= 6; after++)
        {
            await subscriber.SubscribeAsync($"s{after}", stream: "pixbook/" + book.Id, after: $"{after}");
            Assert.Equal(Enumerable.Range(after + 1, 6 - after).Select(version => (long)version), (await subscriber.CatchUpAsync($"s{after}")).Select(frame => frame.Version));
            await subscriber.UnsubscribeAsync($"s{after}");
            Assert.Equal("unsubscribed", (await subscriber.NextAsync("ended")).Code);
        }

        await subscriber.SayAsync($$"""{"type":"subscribe","id":"number","stream":"pixbook/{{book.Id}}","after":5}""");
        Assert.Equal([6L], (await subscriber.CatchUpAsync("number")).Select(frame => frame.Version));
        await subscriber.SubscribeAsync("far", stream: "pixbook/" + book.Id, after: "7");
        var ahead = await subscriber.NextAsync("error");
        Assert.Equal(("far", "position-ahead", 6), (ahead.Id, ahead.Code, ahead.Json.GetProperty("currentVersion").GetInt32()));
    }

    [Fact]
    public async Task Every_kind_of_stream_can_be_followed_and_an_id_is_free_again_when_its_subscription_has_ended()
    {
        var world = await World.MakeAsync(_host);
        await using var subscriber = await Subscriber.ConnectAsync(_host.Address, world.Member);
        foreach (var (stream, type) in new[]
        {
            ($"account/{world.AccountId}", "account"), ($"identity/{world.IdentityId}", "identity"), ($"pixbook/{world.BookId}", "pixbook"), ($"collection/{world.CollectionId}", "collection"), ("platform-keys", "platform-keys"),
        })
        {
            await subscriber.SubscribeAsync("same", stream);
            var receipts = await subscriber.CatchUpAsync("same");
            Assert.NotEmpty(receipts);
            Assert.All(receipts, frame => Assert.Equal(type, frame.Receipt.GetProperty("stream").GetProperty("type").GetString()));
            await subscriber.UnsubscribeAsync("same");
            await subscriber.NextAsync("ended");
        }
    }

    [Fact]
    public async Task Who_does_not_wait_for_the_end_is_told_that_the_id_is_taken_or_gets_it_and_can_end_it_again()
    {
        var book = await BookAsync();
        await using var subscriber = await Subscriber.ConnectAsync(_host.Address, book.Api.UserId);
        await subscriber.SubscribeAsync("same", stream: "pixbook/" + book.Id);
        await subscriber.CatchUpAsync("same");
        for (var round = 0; round < 50; round++)
        {
            await subscriber.UnsubscribeAsync("same");
            await subscriber.SubscribeAsync("same", stream: "pixbook/" + book.Id, after: "1");

            // The end of the first comes before anything of the second, or the second is refused.
            Frame[] answers = [await subscriber.NextAsync(), await subscriber.NextAsync()];
            Assert.Equal("unsubscribed", Assert.Single(answers, frame => frame.Type == "ended").Code);
            if (answers.SingleOrDefault(frame => frame.Type == "error") is { } refused)
            {
                Assert.Equal("subscription-exists", refused.Code);
                await subscriber.SubscribeAsync("same", stream: "pixbook/" + book.Id, after: "1");
                await subscriber.NextAsync("subscribed");
            }
            else
            {
                Assert.Equal("subscribed", answers[1].Type);
            }

            Assert.Equal("1", (await subscriber.NextAsync("caught-up")).Position);
        }
    }

    [Fact]
    public async Task What_somebody_may_not_read_is_not_there_for_them_and_the_connection_goes_on()
    {
        var world = await World.MakeAsync(_host);
        foreach (var user in new[] { "eve", "operator" })
        {
            await using var subscriber = await Subscriber.ConnectAsync(_host.Address, user);
            foreach (var (stream, account) in new (string?, string?)[]
            {
                ($"account/{world.AccountId}", null), ($"identity/{world.IdentityId}", null), ($"pixbook/{world.BookId}", null), (null, world.AccountId),
                ("pixbook/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9", null), ("collection/nothing", null), (null, "nothing"),
            })
            {
                await subscriber.SubscribeAsync("s", stream, account);
                var error = await subscriber.NextAsync("error");
                Assert.Equal(("s", "not-found"), (error.Id, error.Code));
            }

            await subscriber.SubscribeAsync("s", "platform-keys");
            await subscriber.CatchUpAsync("s");
        }
    }

    [Theory]
    [InlineData("""{"type":"subscribe","id":"s"}""", "invalid-request", "")]
    [InlineData("""{"type":"subscribe","id":"s","stream":"a","account":"b"}""", "invalid-request", "")]
    [InlineData("""{"type":"subscribe","id":"not an id","stream":"platform-keys"}""", "invalid-request", "/id")]
    [InlineData("""{"type":"subscribe","id":"s","stream":"platform-keys","after":true}""", "invalid-request", "/after")]
    [InlineData("""{"type":"subscribe","id":"s","stream":7}""", "invalid-request", "/stream")]
    [InlineData("""{"type":"subscribe","id":"s","stream":"platform-keys","live":true}""", "unknown-member", "/live")]
    [InlineData("""{"type":"unsubscribe","id":"s","after":"1"}""", "invalid-request", "/after")]
    [InlineData("""{"type":"publish","id":"s"}""", "invalid-request", "/type")]
    [InlineData("""{"id":"s","stream":"platform-keys"}""", "invalid-request", "/type")]
    [InlineData("""{"type":"subscribe","id":"s","id":"t","stream":"platform-keys"}""", "duplicate-member", null)]
    [InlineData("""{"type":"subscribe",""", "malformed-json", null)]
    [InlineData("[]", "invalid-request", "")]
    [InlineData("", "malformed-json", null)]
    public async Task What_is_no_message_is_answered_and_said_where(string message, string code, string? pointer)
    {
        await using var subscriber = await Subscriber.ConnectAsync(_host.Address, "ada");
        await subscriber.SayAsync(message);
        var error = await subscriber.NextAsync("error");
        Assert.Equal(code, error.Code);
        if (pointer is not null) Assert.Equal(pointer, error.Json.GetProperty("errors")[0].GetProperty("pointer").GetString());
        await subscriber.SubscribeAsync("s", "platform-keys");
        await subscriber.CatchUpAsync("s");
    }

    [Theory]
    [InlineData("nonsense", "stream")]
    [InlineData("trade/1", "stream")]
    [InlineData("pixbook/", "stream")]
    [InlineData("pixbook/a/b", "stream")]
    public async Task A_stream_that_has_no_such_name_is_said_so(string stream, string parameter)
    {
        await using var subscriber = await Subscriber.ConnectAsync(_host.Address, "ada");
        await subscriber.SubscribeAsync("s", stream);
        var error = await subscriber.NextAsync("error");
        Assert.Equal(("invalid-request", parameter), (error.Code, error.Json.GetProperty("errors")[0].GetProperty("parameter").GetString()));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("01")]
    [InlineData("9007199254740992")]
    [InlineData("AQAAAAA")]
    public async Task A_position_that_is_none_is_said_so(string after)
    {
        await using var subscriber = await Subscriber.ConnectAsync(_host.Address, "ada");
        await subscriber.SubscribeAsync("s", "platform-keys", after: after);
        Assert.Equal("invalid-request", (await subscriber.NextAsync("error")).Code);
    }

    [Fact]
    public async Task An_id_is_used_once_at_a_time_and_only_so_many_of_them()
    {
        await using var subscriber = await Subscriber.ConnectAsync(_host.Address, "ada");
        for (var n = 0; n < 32; n++)
        {
            await subscriber.SubscribeAsync($"s{n}", "platform-keys");
            await subscriber.CatchUpAsync($"s{n}");
        }

        await subscriber.SubscribeAsync("s0", "platform-keys");
        Assert.Equal("subscription-exists", (await subscriber.NextAsync("error")).Code);
        await subscriber.SubscribeAsync("more", "platform-keys");
        Assert.Equal("too-many-subscriptions", (await subscriber.NextAsync("error")).Code);
        await subscriber.UnsubscribeAsync("nobody");
        Assert.Equal("not-subscribed", (await subscriber.NextAsync("error")).Code);
        await subscriber.CloseAsync();
        Assert.Equal(WebSocketState.Closed, subscriber.Socket.State);
    }

    [Fact]
    public async Task Without_the_subprotocol_or_a_sign_in_there_is_no_socket_and_the_problem_says_why()
    {
        foreach (var (protocol, user, code) in new (string?, string?, string)[] { (null, "ada", "subprotocol-required"), ("pixpax.v2", "ada", "subprotocol-required"), ("pixpax.v1", null, "unauthenticated") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/subscriptions");
            foreach (var (name, value) in new[] { ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==") }) request.Headers.TryAddWithoutValidation(name, value);
            if (protocol is not null) request.Headers.TryAddWithoutValidation("Sec-WebSocket-Protocol", protocol);
            using var response = await (user is null ? _host.Anonymous() : _host.As(user).Http).SendAsync(request);
            await response.ProblemAsync(code);
        }
    }

    [Fact]
    public async Task Who_asks_without_a_socket_is_told_how()
    {
        var view = await _host.As("ada").GetAsync("/v1/subscriptions");
        Assert.Equal("pixpax.v1", view.GetProperty("subprotocol").GetString());
        using var events = await _host.As("ada").Http.GetAsync(view.GetProperty("events").GetString() + "?stream=platform-keys&live=false");
        Assert.Equal(HttpStatusCode.OK, events.StatusCode);
    }

    private async Task<Book> BookAsync() => await (await Collector.JoinAsync(_host.As(World.NewName("ada")))).OpenBookAsync();
}
