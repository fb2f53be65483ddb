using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>A host that is told to stop sends its subscribers away, each with a word about when to come back.</summary>
public sealed class DrainTests
{
    [Fact]
    public async Task On_SIGTERM_everybody_is_told_when_to_come_back_and_the_host_ends_in_time()
    {
        using var data = new DataFolder();
        await using var host = await HostProcess.StartAsync(data, arguments: ["--PixPax:Management:DrainDelay", "1s", "--PixPax:Management:DrainTimeout", "20s"]);
        var subscribers = new List<Subscriber>();
        for (var n = 0; n < 20; n++)
        {
            subscribers.Add(await Subscriber.ConnectAsync(host.Address, $"ada-{n}"));
            await subscribers[n].SubscribeAsync("keys", "platform-keys");
            await subscribers[n].CatchUpAsync("keys");
        }

        using var events = await EventReader.OpenAsync(host.As("ada").Http, "stream=platform-keys");
        await events.CatchUpAsync();
        host.AskToStop();

        var waits = new List<int>();
        foreach (var subscriber in subscribers)
        {
            waits.Add((await subscriber.NextAsync("draining")).Json.GetProperty("reconnectAfterMs").GetInt32());
            Assert.Equal(1001, await subscriber.CloseCodeAsync());
            await subscriber.DisposeAsync();
        }

        Assert.All(waits, wait => Assert.InRange(wait, 250, 5_250));
        Assert.InRange(waits.Distinct().Count(), 5, 20);
        await events.NextAsync("draining");
        Assert.InRange(events.Retry!.Value, 250, 5_250);
        Assert.Null(await events.NextAsync());
        Assert.Equal(0, await host.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(15)));
    }
}
