using System.Net;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>What a command does to the tables, and what the tables can do to a command: nothing.</summary>
public sealed class InlineTests
{
    private static readonly (string, string)[] NoProjector = [("PixPax:Postgres:Projector", "false")];

    [SkippableFact]
    public async Task After_a_command_its_rows_are_there_without_a_projector()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. database.Settings, .. NoProjector] });
        await Commands.PublishBirdsAsync(host.Operator());
        var collector = await Collector.JoinAsync(host.As("ada"));
        var book = await collector.OpenBookAsync();
        var card = await book.GrantAsync(host.Operator(), "robin");
        await book.SaveAsync(new JsonObject { ["page"] = 1 });
        Assert.Equal(1, await database.CountAsync("pixbook_cards", $"card_instance_id = '{card["cardInstanceId"]}'"));
        await book.DiscardAsync(card["cardInstanceId"]);

        Assert.Equal(0, await database.CountAsync("pixbook_cards"));
        Assert.Equal(1, await database.CountAsync("pixbooks", "stream_version = 4 AND cards = 0 AND last_save_version = 3"));
        Assert.Equal(4, await database.CountAsync("receipt_index", "stream_type = 'pixbook'"));
        await AssertNoDriftAsync(host, database);
    }

    [SkippableFact]
    public async Task Without_the_database_commands_succeed_and_say_so_single_things_are_read_and_lists_are_refused()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. database.Settings] });
        await Commands.PublishBirdsAsync(host.Operator());
        var book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();
        await database.DropAsync();

        using (var saved = await book.Api.SendAsync(book.SavePath, """{"snapshot":{"page":1}}""", Api.NewKey()))
        {
            Assert.Equal(HttpStatusCode.OK, saved.StatusCode);
            Assert.Equal("behind", Assert.Single(saved.Headers.GetValues("Projection")));
        }

        Assert.Equal(2, (await book.Api.GetAsync(book.Path)).GetProperty("streamVersion").GetInt64());
        using (var list = await book.Api.Http.GetAsync("/v1/pixbooks"))
        {
            await list.ProblemAsync("projection-unavailable");
            Assert.Equal("5", Assert.Single(list.Headers.GetValues("Retry-After")));
        }

        using (var ready = await host.Anonymous().GetAsync("/health/ready"))
        {
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
            Assert.Contains("\"degraded\"", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await database.Server.ExecuteAsync($"CREATE DATABASE {database.Name} TEMPLATE template_pixpax");
        await database.UntilAsync($"(SELECT count(*) FROM {TestDatabase.Schema}.pixbooks WHERE stream_version = 2) = 1");
        Assert.Single(await ListedAgainAsync(book.Api, "/v1/pixbooks"));
        await AssertNoDriftAsync(host, database);
    }

    [SkippableFact]
    public async Task A_database_that_does_not_answer_keeps_no_command_from_committing_and_is_caught_up_with()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. database.Settings, ("PixPax:Postgres:InlineTimeout", "500ms")] });
        await Commands.PublishBirdsAsync(host.Operator());
        var book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();

        await using (var locking = await database.Source.OpenConnectionAsync())
        await using (await locking.BeginTransactionAsync())
        {
            await using var held = new Npgsql.NpgsqlCommand($"LOCK TABLE {TestDatabase.Schema}.stream_heads", locking);
            await held.ExecuteNonQueryAsync();
            for (var page = 0; page < 20; page++) await book.SaveAsync(new JsonObject { ["page"] = page });
        }

        Assert.Equal(21, (await book.Api.GetAsync(book.Path)).GetProperty("streamVersion").GetInt64());
        await database.UntilAsync($"(SELECT stream_version FROM {TestDatabase.Schema}.pixbooks) = 21");
        await AssertNoDriftAsync(host, database);
    }

    [SkippableFact]
    public async Task A_database_that_hangs_keeps_no_command_and_no_read_of_one_thing_and_does_not_look_unready()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. database.Settings, ("PixPax:Postgres:InlineTimeout", "300ms"), ("PixPax:Postgres:QueryTimeout", "1s")] });
        await Commands.PublishBirdsAsync(host.Operator());
        var book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();

        await using (var locking = await database.Source.OpenConnectionAsync())
        await using (await locking.BeginTransactionAsync())
        {
            await using var held = new Npgsql.NpgsqlCommand($"LOCK TABLE {TestDatabase.Schema}.stream_heads, {TestDatabase.Schema}.pixbooks, {TestDatabase.Schema}.receipt_index", locking);
            await held.ExecuteNonQueryAsync();
            for (var page = 0; page < 5; page++) await book.SaveAsync(page);
            Assert.Equal(6, (await book.Api.GetAsync(book.Path)).GetProperty("streamVersion").GetInt64());
            await book.Api.NotGivenAsync("projection-unavailable", "/v1/pixbooks");
            using var ready = await host.Anonymous().GetAsync("/health/ready");
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        }

        await database.UntilAsync($"(SELECT stream_version FROM {TestDatabase.Schema}.pixbooks) = 6");
        await AssertNoDriftAsync(host, database);
    }

    // For a moment after it failed a database is not asked.
    private static async Task<IReadOnlyList<System.Text.Json.JsonElement>> ListedAgainAsync(Api api, string path)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            using (var list = await api.Http.GetAsync(path, limit.Token))
                if (list.StatusCode == HttpStatusCode.OK) return await api.ListAsync(path, 10);
        }
    }

    internal static async Task AssertNoDriftAsync(InProcessHost host, TestDatabase database)
    {
        var report = await Rebuilds.CompareAsync(host.Data, database);
        Assert.True(report.DifferenceCount == 0 && report.Stopped.Count == 0, string.Join('\n', report.Differences) + string.Join('\n', report.Stopped));
    }
}
