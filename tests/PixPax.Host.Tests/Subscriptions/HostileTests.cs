using System.Net.WebSockets;
using System.Text;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>Clients that break rules, say nonsense, say nothing, or do not listen: each ends its own connection, with its code, and nothing else.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class HostileTests(SharedEdge shared)
{
    /// <summary>Sockets of the fuzz; in full by eng/long/subscriptions.sh.</summary>
    private static readonly int Sockets = LoadSize.IsLong ? 5_000 : 200;

    [Fact]
    public async Task Messages_that_cannot_be_read_are_answered_and_the_fifth_closes()
    {
        using var disconnects = new Disconnects();
        await using var subscriber = await Subscriber.ConnectAsync(shared.Host.Address, "eve");
        for (var n = 0; n < 5; n++)
        {
            await subscriber.SayAsync("nonsense");
            Assert.Equal("malformed-json", (await subscriber.NextAsync("error")).Code);
        }

        Assert.Equal(4400, await subscriber.CloseCodeAsync());
        await disconnects.UntilAsync("websocket", "4400");
    }

    [Fact]
    public async Task Bytes_and_messages_that_are_too_large_close_at_once()
    {
        using var disconnects = new Disconnects();
        await using (var subscriber = await Subscriber.ConnectAsync(shared.Host.Address, "eve"))
        {
            await subscriber.SayAsync([1, 2, 3], WebSocketMessageType.Binary);
            Assert.Equal(1003, await subscriber.CloseCodeAsync());
        }

        foreach (var size in new[] { 8 * 1024, (8 * 1024) + 1, 100_000 })
        {
            await using var subscriber = await Subscriber.ConnectAsync(shared.Host.Address, "eve");
            await subscriber.SayAsync(new string('x', size));
            if (size > 8 * 1024) Assert.Equal(1009, await subscriber.CloseCodeAsync());
            else Assert.Equal("malformed-json", (await subscriber.NextAsync("error")).Code);
        }

        await disconnects.UntilAsync("websocket", "1003");
        await disconnects.UntilAsync("websocket", "1009");
    }

    /// <summary>Bytes on the wire behind a good handshake, and the code that comes back; 0 where the connection is just cut.</summary>
    public static TheoryData<string, byte[], int> Frames => new()
    {
        { "not masked", RawSocket.Frame(1, "{\"type\":\"unsubscribe\"}"u8, isMasked: false), 1002 },
        { "a reserved opcode", RawSocket.Frame(3, "{}"u8), 1002 },
        { "a reserved bit", [0xC1, 0x80, 0, 0, 0, 0], 1002 },
        { "a continuation of nothing", RawSocket.Frame(0, "{}"u8), 1002 },
        { "a ping that is split", RawSocket.Frame(9, "{}"u8, isFinal: false), 1002 },
        { "a ping that is too long", RawSocket.Frame(9, new byte[126]), 1002 },
        { "text in text", [.. RawSocket.Frame(1, "{"u8, isFinal: false), .. RawSocket.Frame(1, "}"u8)], 1002 },
        { "no UTF-8", RawSocket.Frame(1, [0xFF, 0xFE, 0x80]), 1007 },
        { "a negative length", [0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0], 0 },
        { "a close of one byte", RawSocket.Frame(8, [3]), 1002 },
        { "a close of no code", RawSocket.Frame(8, [0, 5]), 1002 },
        { "a close", RawSocket.Frame(8, [3, 232]), 1000 },
        { "many fragments", [.. RawSocket.Frame(1, "x"u8, isFinal: false), .. Enumerable.Range(0, 9_000).SelectMany(_ => RawSocket.Frame(0, "x"u8, isFinal: false))], 1009 },
        { "a large message in fragments", [.. RawSocket.Frame(1, new byte[6_000].Select(_ => (byte)'x').ToArray(), isFinal: false), .. RawSocket.Frame(0, new byte[6_000].Select(_ => (byte)'x').ToArray())], 1009 },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task What_breaks_the_rules_of_framing_ends_the_connection(string what, byte[] bytes, int code)
    {
        using var disconnects = new Disconnects();
        using var raw = await RawSocket.ConnectAsync(shared.Host.Address, "eve");
        await raw.SendAsync(bytes);
        var end = await raw.EndAsync();
        // The framework cuts off right behind the close frame for broken framing, which may overtake it.
        Assert.True(end == code || (end is null && code is 0 or 1002 or 1007), $"{what}: {end}");
        if (code == 1002) await disconnects.UntilAsync("websocket", "1002");
        await AssertAliveAsync();
    }

    [Fact]
    public async Task Nonsense_from_many_sides_at_once_ends_nothing()
    {
        string[] seeds =
        [
            """{"type":"subscribe","id":"s1","stream":"pixbook/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9","after":"7"}""", """{"type":"subscribe","id":"s1","account":"01KJ7Z6V8GZ3N9Q4R5S6T7V8W9","after":"AQAAAAA"}""",
            """{"type":"unsubscribe","id":"s1"}""", """{"type":"subscribe","id":"s2","stream":"platform-keys"}""",
        ];
        await Parallel.ForEachAsync(Enumerable.Range(0, Sockets), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, _) =>
        {
            var random = new Random(n);
            using var raw = await RawSocket.ConnectAsync(shared.Host.Address, $"eve-{n % 40}");
            for (var message = 0; message < 8; message++)
            {
                var payload = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
                // Changed within the message, or in its frame, or cut off, or as it is.
                if (random.Next(2) == 0) payload[random.Next(payload.Length)] = (byte)random.Next(256);
                var frame = RawSocket.Frame(random.Next(20) == 0 ? random.Next(16) : 1, payload, isFinal: random.Next(10) > 0, isMasked: random.Next(30) > 0);
                if (random.Next(6) == 0) frame[random.Next(frame.Length)] ^= (byte)(1 << random.Next(8));
                try
                {
                    await raw.SendAsync(random.Next(10) == 0 ? frame[..random.Next(frame.Length)] : frame);
                }
                catch (System.Net.Sockets.SocketException)
                {
                    return;
                }
            }
        });
        await AssertAliveAsync();
    }

    [Fact]
    public async Task More_messages_than_the_quota_are_refused_and_at_last_close()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = [("PixPax:Limits:Reads", "4/3600s")] });
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, "eve");
        for (var n = 0; n < 3; n++)
        {
            await subscriber.UnsubscribeAsync("nobody");
            Assert.Equal("not-subscribed", (await subscriber.NextAsync("error")).Code);
        }

        for (var n = 0; n < 5; n++)
        {
            await subscriber.UnsubscribeAsync("nobody");
            var error = await subscriber.NextAsync("error");
            Assert.Equal("rate-limited", error.Code);
            Assert.InRange(error.Json.GetProperty("retryAfterMs").GetInt32(), 1000, 3_600_000);
        }

        Assert.Equal(4429, await subscriber.CloseCodeAsync());
    }

    [Fact]
    public async Task One_user_has_so_many_connections_and_the_host_so_many()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, ("PixPax:Subscriptions:MaxConnectionsPerUser", "2"), ("PixPax:Subscriptions:MaxConnections", "3")] });
        await using var one = await Subscriber.ConnectAsync(host.Address, "ada");
        using (var two = await EventReader.OpenAsync(host.As("ada").Http, "stream=platform-keys"))
        {
            await host.As("ada").NotGivenAsync("too-many-connections", "/v1/subscriptions/events?stream=platform-keys");
            await Assert.ThrowsAsync<WebSocketException>(() => Subscriber.ConnectAsync(host.Address, "ada"));
            await using var three = await Subscriber.ConnectAsync(host.Address, "bert");
            await host.As("carol").NotGivenAsync("overloaded", "/v1/subscriptions/events?stream=platform-keys");
        }

        // A place that was left is free again.
        await Scene.EventuallyAsync(async () =>
        {
            using var response = await host.As("ada").Http.GetAsync("/v1/subscriptions/events?stream=platform-keys&live=false");
            return response.IsSuccessStatusCode;
        });
    }

    [Fact]
    public async Task Long_connections_take_no_place_of_those_who_are_worked_on_and_are_not_timed_out()
    {
        await using var host = InProcessHost.Start(new Stage
        {
            Settings = [.. InProcessHost.Unlimited, ("PixPax:Limits:Concurrency", "1"), ("PixPax:Limits:Queue", "0"), ("PixPax:Limits:RequestTimeout", "1s"), ("PixPax:Subscriptions:Heartbeat", "200ms")],
        });
        await using var one = await Subscriber.ConnectAsync(host.Address, "ada");
        await one.SubscribeAsync("keys", "platform-keys");
        await one.CatchUpAsync("keys");
        using var two = await EventReader.OpenAsync(host.As("ada").Http, "stream=platform-keys");
        await two.CatchUpAsync();
        // Longer than a request may take, told by its own heartbeats.
        for (var n = 0; n < 10; n++) Assert.Contains("heartbeat", await one.TextAsync(), StringComparison.Ordinal);
        await Scene.EventuallyAsync(async () => (await host.As("ada").Http.GetAsync("/v1/accounts")).IsSuccessStatusCode);
        await one.UnsubscribeAsync("keys");
        Assert.Equal("unsubscribed", (await one.NextAsync("ended")).Code);
    }

    [Fact]
    public async Task One_that_does_not_answer_a_ping_is_found_and_cut_off()
    {
        using var disconnects = new Disconnects();
        await using var host = InProcessHost.Start(new Stage
        {
            Settings = [.. InProcessHost.Unlimited, ("PixPax:Subscriptions:KeepAliveInterval", "200ms"), ("PixPax:Subscriptions:KeepAliveTimeout", "300ms"), ("PixPax:Subscriptions:MaxConnectionsPerUser", "1")],
        });
        using var silent = await RawSocket.ConnectAsync(host.Address, "eve");
        Assert.Null(await silent.EndAsync());
        await disconnects.UntilAsync("websocket", "1006");
        // Its place is free, and one that answers stays.
        await Scene.EventuallyAsync(async () => (await host.As("eve").Http.GetAsync("/v1/subscriptions/events?stream=platform-keys&live=false")).IsSuccessStatusCode);
        await using var alive = await Subscriber.ConnectAsync(host.Address, "eve");
        await alive.SubscribeAsync("s", "platform-keys");
        await alive.CatchUpAsync("s");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await alive.Socket.ReceiveAsync(new byte[10], new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token));
    }

    [Fact]
    public async Task One_that_does_not_read_is_closed_as_too_slow_and_nobody_waits_for_it()
    {
        using var disconnects = new Disconnects();
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, ("PixPax:Subscriptions:SendTimeout", "500ms"), ("PixPax:Subscriptions:KeepAliveTimeout", "30s")] });
        var book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();
        for (var page = 0; page < 60; page++) await book.SaveAsync(new string('x', 60_000));

        using var slow = await RawSocket.ConnectAsync(host.Address, "ada", receiveBuffer: 4096);
        // More than the buffers of both sides of the connection take.
        for (var n = 0; n < 8; n++) await slow.SendAsync(RawSocket.Frame(1, Encoding.ASCII.GetBytes($$"""{"type":"subscribe","id":"s{{n}}","stream":"pixbook/{{book.Id}}"}""")));
        await using var quick = await Subscriber.ConnectAsync(host.Address, "ada");
        await quick.SubscribeAsync("q", $"pixbook/{book.Id}");
        Assert.Equal(61, (await quick.CatchUpAsync("q")).Count);
        var save = await book.SaveAsync("on");
        Assert.Equal(save.EventId, (await quick.NextAsync("receipt")).EventId);
        await disconnects.UntilAsync("websocket", "4008");
        // Whoever begins to read after that has what was sent before, and perhaps the reason; never a hole.
        Assert.True(await slow.EndAsync() is null or 4008);

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/subscriptions/events?stream=pixbook/{book.Id}");
        for (var n = 0; n < 4; n++) await book.SaveAsync(new string('x', 60_000));
        using var unread = await book.Api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        for (var page = 0; page < 120; page++) await book.SaveAsync(new string('x', 60_000));
        await disconnects.UntilAsync("event_stream", "4008");
    }

    private async Task AssertAliveAsync()
    {
        await using var subscriber = await Subscriber.ConnectAsync(shared.Host.Address, World.NewName("ada"));
        await subscriber.SubscribeAsync("s", "platform-keys");
        await subscriber.CatchUpAsync("s");
    }
}
