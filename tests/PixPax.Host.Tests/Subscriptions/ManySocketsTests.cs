using System.Net;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>Many sockets on one host. How much memory each takes is measured by eng/bench-subscriptions.sh.</summary>
public sealed class ManySocketsTests
{
    private static readonly int Sockets = LoadSize.IsLong ? 2_000 : 200;

    [Fact]
    public async Task Everybody_who_follows_has_every_receipt_and_the_host_still_answers()
    {
        using var data = new DataFolder();
        await using var host = await HostProcess.StartAsync(data, arguments: ["--PixPax:Subscriptions:MaxConnectionsPerUser", "10000", "--PixPax:Management:Url", "http://127.0.0.1:0"]);
        var ada = await Collector.JoinAsync(host, "ada");
        var books = new List<Book>();
        for (var n = 0; n < 10; n++) books.Add(await ada.OpenBookAsync());
        var subscribers = new Subscriber[Sockets];
        try
        {
            await Parallel.ForAsync(0, Sockets, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, _) =>
            {
                subscribers[n] = await Subscriber.ConnectAsync(host.Address, "ada");
                await subscribers[n].SubscribeAsync("b", "pixbook/" + books[n % books.Count].Id);
                Assert.Single(await subscribers[n].CatchUpAsync("b"));
            });
            for (var page = 0; page < 3; page++)
            {
                var saves = await Task.WhenAll(books.Select(book => book.SaveAsync(page)));
                await Parallel.ForAsync(0, Sockets, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (n, _) =>
                    Assert.Equal(saves[n % books.Count].EventId, (await subscribers[n].NextAsync("receipt")).EventId));
            }

            Assert.Equal(HttpStatusCode.OK, (await host.Anonymous().GetAsync("/health/ready")).StatusCode);
            var metrics = await host.At(new Uri(System.Text.RegularExpressions.Regex.Match(host.Output, @"metrics are served at (\S+)").Groups[1].Value)).GetStringAsync("/metrics");
            Assert.Contains("} " + Sockets, metrics.Split('\n').Single(line => line.StartsWith("pixpax_subscriptions_connections{", StringComparison.Ordinal)), StringComparison.Ordinal);
            Assert.Contains("} " + (Sockets * 4), metrics.Split('\n').Single(line => line.StartsWith("pixpax_subscriptions_receipts_total{", StringComparison.Ordinal)), StringComparison.Ordinal);
        }
        finally
        {
            foreach (var subscriber in subscribers.Where(one => one is not null)) await subscriber.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_socket_over_HTTP_2_is_a_socket_too()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, ("Kestrel:EndpointDefaults:Protocols", "Http2")] });
        using var handler = new SocketsHttpHandler();
        using var invoker = new HttpMessageInvoker(handler);
        using var socket = new System.Net.WebSockets.ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol(Subscriber.Protocol);
        socket.Options.SetRequestHeader("Authorization", "Bearer dev:ada");
        using var limit = new CancellationTokenSource(Subscriber.Limit);
        await socket.ConnectAsync(new UriBuilder(host.Address) { Scheme = "ws", Path = "/v1/subscriptions" }.Uri, invoker, limit.Token);
        await socket.SendAsync("""{"type":"subscribe","id":"k","stream":"platform-keys"}"""u8.ToArray(), System.Net.WebSockets.WebSocketMessageType.Text, true, limit.Token);
        var buffer = new byte[1024];
        var read = await socket.ReceiveAsync(buffer, limit.Token);
        Assert.StartsWith("{\"type\":\"subscribed\"", System.Text.Encoding.UTF8.GetString(buffer, 0, read.Count), StringComparison.Ordinal);
    }
}
