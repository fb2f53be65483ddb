using Microsoft.Extensions.DependencyInjection;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Platform.Subscriptions.Feeds;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>The feed of an account: every receipt of all its streams, once, in the order of each stream, whatever clocks say.</summary>
public sealed class AccountFeedTests
{
    [Fact]
    public async Task All_streams_of_an_account_come_and_new_ones_join()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = InProcessHost.Unlimited });
        var world = await World.MakeAsync(host);
        var other = await World.MakeAsync(host);
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, world.Owner);
        await subscriber.SubscribeAsync("all", account: world.AccountId);
        var all = await subscriber.CatchUpAsync("all");
        Assert.Equal(["account", "identity", "pixbook"], all.Select(frame => frame.Receipt.GetProperty("stream").GetProperty("type").GetString()!).Distinct());
        Assert.Equal((await host.As(world.Owner).ListAsync($"/v1/accounts/{world.AccountId}/receipts", 100)).Select(receipt => receipt.GetProperty("eventId").GetString()!).Order(StringComparer.Ordinal), all.Select(frame => frame.EventId).Order(StringComparer.Ordinal));
        AssertInOrder(all);

        // A book that did not exist when the subscription began; and nothing of somebody else's.
        await Commands.CreateBookAsync(host.As(other.Owner), other.AccountId, other.IdentityId, "Not theirs");
        var created = await Commands.CreateBookAsync(host.As(world.Owner), world.AccountId, world.IdentityId, "New");
        var live = await subscriber.NextAsync("receipt");
        Assert.Equal(created.EventId, live.EventId);

        await using var again = await Subscriber.ConnectAsync(host.Address, world.Owner);
        await again.SubscribeAsync("all", account: world.AccountId, after: live.Position);
        Assert.Empty(await again.CatchUpAsync("all"));
        await again.SubscribeAsync("half", account: world.AccountId, after: all[1].Position);
        var half = await again.CatchUpAsync("half");
        Assert.Equal(all.Skip(2).Select(frame => frame.EventId).Append(created.EventId).Order(StringComparer.Ordinal), half.Select(frame => frame.EventId).Order(StringComparer.Ordinal));
        AssertInOrder(half);
        await again.SubscribeAsync("others", account: world.AccountId, after: await PositionOfAsync(host, other));
        Assert.Equal("invalid-request", (await again.NextAsync("error")).Code);
    }

    [Fact]
    public async Task A_receipt_whose_id_is_smaller_than_one_that_was_read_is_not_missed_by_who_resumes()
    {
        using var data = new DataFolder();
        await using var host = InProcessHost.Start(new Stage { Data = data, Settings = InProcessHost.Unlimited });
        await using var behind = InProcessHost.Start(new Stage { Data = data, Settings = InProcessHost.Unlimited, Services = services => services.AddSingleton<TimeProvider>(new LateClock(TimeSpan.FromMinutes(20))) });
        var world = await World.MakeAsync(host);

        string position, newest;
        await using (var subscriber = await Subscriber.ConnectAsync(host.Address, world.Owner))
        {
            await subscriber.SubscribeAsync("all", account: world.AccountId);
            var all = await subscriber.CatchUpAsync("all");
            (position, newest) = (all[^1].Position, all.Max(frame => frame.EventId)!);
        }

        // By a host whose clock is late, in a stream of its own: a smaller id, committed after what was read.
        var late = await Commands.CreateBookAsync(behind.As(world.Owner), world.AccountId, world.IdentityId, "Late");
        Assert.True(string.CompareOrdinal(late.EventId, newest) < 0, $"{late.EventId} {newest}");

        await using (var subscriber = await Subscriber.ConnectAsync(host.Address, world.Owner))
        {
            await subscriber.SubscribeAsync("all", account: world.AccountId, after: position);
            Assert.Equal([late.EventId], (await subscriber.CatchUpAsync("all")).Select(frame => frame.EventId));
        }

        using var events = await EventReader.OpenAsync(host.As(world.Owner).Http, $"account={world.AccountId}&live=false", lastEventId: position);
        Assert.Equal([late.EventId], (await events.CatchUpAsync()).Select(receipt => receipt.EventId));
    }

    [Fact]
    public async Task A_position_beyond_what_the_store_has_is_refused_and_not_taken_for_read()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = InProcessHost.Unlimited });
        var world = await World.MakeAsync(host);
        var book = AccountPosition.TagOf(PixPaxStreams.PixbookId(world.AccountId, world.BookId));
        var version = (await host.As(world.Owner).GetAsync($"/v1/pixbooks/{world.BookId}")).GetProperty("streamVersion").GetInt64();
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, world.Owner);

        // Of a store as it was before it was put back to an older state: further in a stream, or in one that is not there at all.
        await subscriber.SubscribeAsync("all", account: world.AccountId, after: AccountPosition.Write(world.AccountId, [(book, version + 2)]));
        var further = await subscriber.NextAsync("error");
        Assert.Equal(("position-ahead", version), (further.Code, further.Json.GetProperty("currentVersion").GetInt64()));
        var lost = AccountPosition.TagOf(PixPaxStreams.PixbookId(world.AccountId, "01KJ7Z6V8GZ3N9Q4R5S6T7V8W9"));
        await subscriber.SubscribeAsync("all", account: world.AccountId, after: AccountPosition.Write(world.AccountId, [(book, version), (lost, 1)]));
        var gone = await subscriber.NextAsync("error");
        Assert.Equal(("position-ahead", 0L), (gone.Code, gone.Json.GetProperty("currentVersion").GetInt64()));

        await subscriber.SubscribeAsync("all", account: world.AccountId, after: AccountPosition.Write(world.AccountId, [(book, version)]));
        Assert.DoesNotContain(await subscriber.CatchUpAsync("all"), frame => frame.Stream.Contains(world.BookId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_account_of_more_streams_than_a_position_names_is_refused_in_words()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = InProcessHost.Unlimited });
        var world = await World.MakeAsync(host);
        await Parallel.ForEachAsync(Enumerable.Range(0, AccountPosition.MaxStreams), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) =>
            await Commands.CreateBookAsync(host.As(world.Owner), world.AccountId, world.IdentityId, $"Book {n}"));
        await host.As(world.Owner).NotGivenAsync("feed-too-large", $"/v1/subscriptions/events?account={world.AccountId}");
    }

    internal static void AssertInOrder(IEnumerable<Frame> receipts)
    {
        foreach (var stream in receipts.GroupBy(frame => frame.Stream))
            Assert.Equal(Enumerable.Range((int)stream.First().Version, stream.Count()).Select(version => (long)version), stream.Select(frame => frame.Version));
    }

    private static async Task<string> PositionOfAsync(InProcessHost host, World world)
    {
        using var reader = await EventReader.OpenAsync(host.As(world.Owner).Http, $"account={world.AccountId}&live=false");
        await reader.CatchUpAsync();
        return reader.LastEventId;
    }

    private sealed class LateClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - by;
    }
}
