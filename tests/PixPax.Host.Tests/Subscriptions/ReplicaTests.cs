using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>Two replicas on one store and one database: news travel, may be lost, and nothing is.</summary>
public sealed class ReplicaTests
{
    /// <summary>So seldom is the store asked that whatever comes within a test came by news.</summary>
    private static readonly (string, string)[] Seldom = [("PixPax:Subscriptions:PollInterval", "10m"), ("PixPax:Postgres:SweepInterval", "10m")];

    [SkippableFact]
    public async Task What_one_replica_commits_the_other_ones_subscribers_have_at_once()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var data = new DataFolder();
        await using var left = Start(data, database, Seldom);
        await using var right = Start(data, database, Seldom);
        await ListeningAsync(database, 2);
        var ada = await Collector.JoinAsync(left.As("ada"));
        var book = await ada.OpenBookAsync();
        await using var subscriber = await Subscriber.ConnectAsync(right.Address, "ada");
        await subscriber.SubscribeAsync("book", $"pixbook/{book.Id}");
        Assert.Single(await subscriber.CatchUpAsync("book"));
        using var events = await EventReader.OpenAsync(right.As("ada").Http, $"account={ada.AccountId}");
        await events.CatchUpAsync();
        for (var page = 0; page < 20; page++)
        {
            var save = await book.SaveAsync(page);
            Assert.Equal(save.EventId, (await subscriber.NextAsync("receipt")).EventId);
            Assert.Equal(save.EventId, (await events.NextAsync("receipt")).EventId);
        }

        // A book that began over there.
        var another = await ada.OpenBookAsync();
        Assert.Equal("PIXBOOK_CREATED", (await events.NextAsync("receipt")).Json.GetProperty("type").GetString());
        await Commands.AddMemberAsync(left.As("ada"), ada.AccountId, "bob", "member");
        Assert.Equal("MEMBER_ADDED", (await events.NextAsync("receipt")).Json.GetProperty("type").GetString());
    }

    [SkippableFact]
    public async Task A_session_that_listens_and_is_cut_again_and_again_loses_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var data = new DataFolder();
        await using var left = Start(data, database, Seldom);
        await using var right = Start(data, database, Seldom);
        await ListeningAsync(database, 2);
        var ada = await Collector.JoinAsync(left.As("ada"));
        var book = await ada.OpenBookAsync();
        await using var subscriber = await Subscriber.ConnectAsync(right.Address, "ada");
        await subscriber.SubscribeAsync("all", account: ada.AccountId);
        var before = (await subscriber.CatchUpAsync("all")).Count;
        var saves = new List<string>();
        for (var round = 0; round < 5; round++)
        {
            await database.Server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pixpax-news' AND datname = '{database.Name}'");
            // Told while nobody listens.
            for (var page = 0; page < 3; page++) saves.Add((await book.SaveAsync($"{round}.{page}")).EventId);
        }

        var got = new List<string>();
        while (got.Count < saves.Count) got.Add((await subscriber.NextAsync("receipt")).EventId);
        Assert.Equal(saves, got);
        Assert.Equal(3, before);
    }

    [SkippableFact]
    public async Task Without_any_news_the_next_look_into_the_store_finds_what_came()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var data = new DataFolder();
        (string, string)[] deaf = [("PixPax:Subscriptions:PollInterval", "300ms"), ("PixPax:Postgres:ListenConnectionString", "Host=127.0.0.1;Port=1;Database=nowhere;Username=nobody")];
        await using var left = Start(data, database, deaf);
        await using var right = Start(data, database, deaf);
        var ada = await Collector.JoinAsync(left.As("ada"));
        var book = await ada.OpenBookAsync();
        await using var subscriber = await Subscriber.ConnectAsync(right.Address, "ada");
        await subscriber.SubscribeAsync("book", $"pixbook/{book.Id}");
        await subscriber.CatchUpAsync("book");
        using var events = await EventReader.OpenAsync(right.As("ada").Http, $"account={ada.AccountId}");
        await events.CatchUpAsync();
        var save = await book.SaveAsync("unheard");
        Assert.Equal(save.EventId, (await subscriber.NextAsync("receipt")).EventId);
        Assert.Equal(save.EventId, (await events.NextAsync("receipt")).EventId);
        var another = await ada.OpenBookAsync();
        Assert.Contains(another.Id, (await events.NextAsync("receipt")).Data, StringComparison.Ordinal);

        // With the database gone altogether the store is walked instead.
        await database.DropAsync();
        var third = await ada.OpenBookAsync();
        Assert.Contains(third.Id, (await events.NextAsync("receipt")).Data, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task News_that_are_false_or_nonsense_cost_a_look_and_change_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var data = new DataFolder();
        await using var host = Start(data, database, Seldom);
        await ListeningAsync(database, 1);
        var ada = await Collector.JoinAsync(host.As("ada"));
        var book = await ada.OpenBookAsync();
        await using var subscriber = await Subscriber.ConnectAsync(host.Address, "ada");
        await subscriber.SubscribeAsync("book", $"pixbook/{book.Id}");
        await subscriber.CatchUpAsync("book");
        foreach (var payload in new[] { "", "nonsense", $"1 other\n9 {book.Prefix}", "1 other\n9 ../../etc/", $"1 other\n9223372036854775807 {book.Prefix}", "2 newer\nform" })
            await database.Server.ExecuteAsync($"SELECT pg_notify('{TestDatabase.Schema}_news', '{payload}')", database.Name);
        var save = await book.SaveAsync("true");
        Assert.Equal(save.EventId, (await subscriber.NextAsync("receipt")).EventId);
    }

    [SkippableFact]
    public async Task A_replica_is_killed_under_load_and_who_goes_to_the_other_has_every_receipt_once_and_in_order()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var data = new DataFolder();
        await using var left = await HostProcess.StartAsync(data, arguments: database.Arguments);
        await using var right = await HostProcess.StartAsync(data, arguments: database.Arguments);
        var collector = (await Scene.CollectorsAsync(left, 1))[0];
        var books = await Scene.BooksAsync([collector, collector, collector]);
        var (ofBook, ofAccount) = (new Follower("pixbook/" + books[0].Id, null), new Follower(null, collector.AccountId));
        var following = new[] { ofBook, ofAccount }.Select(follower => follower.RunAsync(collector.Api.UserId, [left.Address, right.Address])).ToArray();

        await using var dying = Load.Start([.. books.Select(book => book.At(left))], left.Operator(), clients: 4);
        await using var staying = Load.Start([.. books.Select(book => book.At(right))], right.Operator(), clients: 4);
        await dying.ReachAsync(60);
        await left.KillAsync();
        await staying.ReachAsync(120);
        await staying.StopAsync();

        // Everything that stands in the store, once, and in the order of each stream.
        var stored = new List<string>();
        foreach (var book in books) stored.AddRange((await data.ReadAsync(book.Prefix)).Select(receipt => receipt.EventId.ToString()));
        await Scene.EventuallyAsync(() => Task.FromResult(stored.All(ofAccount.Has)));
        var first = (await data.ReadAsync(books[0].Prefix)).Select(receipt => receipt.EventId.ToString()).ToList();
        await Scene.EventuallyAsync(() => Task.FromResult(first.All(ofBook.Has)));
        ofBook.Stop();
        ofAccount.Stop();
        await Task.WhenAll(following);
        Assert.Equal(first, ofBook.Received.Select(frame => frame.EventId));
        Assert.Distinct(ofAccount.Received.Select(frame => frame.EventId));
        AccountFeedTests.AssertInOrder(ofAccount.Received);
        Assert.All(staying.Acknowledged.Concat(dying.Acknowledged), attempt => Assert.True(ofAccount.Has(attempt.Acknowledged!.EventId)));
        Assert.InRange(ofAccount.Connections, 2, 1000);
    }

    private static InProcessHost Start(DataFolder data, TestDatabase database, (string, string)[] settings) =>
        InProcessHost.Start(new Stage { Data = data, Settings = [.. InProcessHost.Unlimited, .. database.Settings.Where(setting => !settings.Any(other => other.Item1 == setting.Key)), .. settings] });

    private static Task ListeningAsync(TestDatabase database, int hosts) =>
        database.UntilAsync($"(SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pixpax-news' AND datname = '{database.Name}' AND query LIKE 'LISTEN%') = {hosts}");

    /// <summary>A client as it should be: it keeps its last position and, cut off, goes on from it at the next address.</summary>
    private sealed class Follower(string? stream, string? account)
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Lock _lock = new();
        private readonly List<Frame> _received = [];
        private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

        public int Connections { get; private set; }

        public IReadOnlyList<Frame> Received
        {
            get
            {
                lock (_lock) return [.. _received];
            }
        }

        public bool Has(string eventId)
        {
            lock (_lock) return _ids.Contains(eventId);
        }

        public void Stop() => _stop.Cancel();

        public async Task RunAsync(string userId, Uri[] hosts)
        {
            string? position = null;
            for (var n = 0; !_stop.IsCancellationRequested; n++)
            {
                try
                {
                    await using var subscriber = await Subscriber.ConnectAsync(hosts[n % hosts.Length], userId);
                    Connections++;
                    using var abort = _stop.Token.Register(subscriber.Socket.Abort);
                    await subscriber.SubscribeAsync("s", stream, account, position);
                    await subscriber.NextAsync("subscribed");
                    while (true)
                    {
                        var frame = await subscriber.NextAsync();
                        if (frame.Type != "receipt") continue;
                        position = frame.Position;
                        lock (_lock)
                        {
                            _received.Add(frame);
                            _ids.Add(frame.EventId);
                        }
                    }
                }
                catch (Exception exception) when (exception is System.Net.WebSockets.WebSocketException or OperationCanceledException or InvalidOperationException)
                {
                    // Cut off, or stopped.
                }
            }
        }
    }
}
