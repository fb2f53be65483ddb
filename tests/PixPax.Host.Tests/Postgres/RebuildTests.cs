using System.Text.Json.Nodes;
using Concord.Projections.Postgres.Rebuilding;
using Concord.Testing;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>Tables built from receipts and nothing else.</summary>
public sealed class RebuildTests
{
    [SkippableFact]
    public async Task A_rebuild_into_an_empty_database_gives_the_rows_that_commands_gave_and_twice_the_same_digests()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await MakeReceiptsAsync(data, database);
        var inline = await Rebuilds.CompareAsync(data, database);
        Assert.Equal(0, inline.DifferenceCount);

        await database.RestoreAsync();
        var first = await Rebuilds.Of(data, database).RebuildAsync();
        var second = await Rebuilds.Of(data, database).RebuildAsync();

        Assert.Equal(inline.Tables, first.Tables);
        Assert.Equal(first.Tables, second.Tables);
        Assert.All(first.Tables, table => Assert.True(table.Rows > 0, table.Name));
        Assert.Equal(0, (await Rebuilds.CompareAsync(data, database)).DifferenceCount);
        Assert.Equal("", await SchemasBesideAsync(database));
    }

    [SkippableFact]
    public async Task A_rebuild_keeps_the_indexes_and_keys_that_the_migrations_made()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await MakeReceiptsAsync(data, database);
        var before = await IndexesAsync(database);

        await Rebuilds.Of(data, database).RebuildAsync();
        Assert.Equal(before, await IndexesAsync(database));
        await Rebuilds.Of(data, database).RebuildAsync(["receipt_index", "pixbooks"]);
        Assert.Equal(before, await IndexesAsync(database));
        Assert.Empty(await TestDatabase.Migrations(database.Projection).FindFaultsAsync());
    }

    [SkippableFact]
    public async Task While_a_load_of_commands_runs_rebuilds_lose_none_of_them()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. database.Settings] });
        await Commands.PublishBirdsAsync(host.Operator());
        var collector = await Collector.JoinAsync(host.As("ada"));
        var books = new List<Book>();
        for (var i = 0; i < 4; i++) books.Add(await collector.OpenBookAsync());
        await using var load = Load.Start(books, host.Operator(), clients: 4);
        for (var round = 1; round <= 3; round++)
        {
            await load.ReachAsync(round * 40);
            await Rebuilds.Of(host.Data, database).RebuildAsync(round == 2 ? ["pixbook_cards", "receipt_index"] : null);
        }

        await load.ReachAsync(160);
        await load.StopAsync();

        Assert.Empty(load.Surprises);
        await database.UntilAsync($"(SELECT count(*) FROM {TestDatabase.Schema}.receipt_index WHERE stream_type = 'pixbook') = {load.Acknowledged.Count() + books.Count}");
        await InlineTests.AssertNoDriftAsync(host, database);
        await host.Data.AssertVerifiesAsync();
    }

    [SkippableFact]
    public async Task A_rebuild_that_was_broken_off_goes_on_where_it_was()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await MakeReceiptsAsync(data, database, books: 8);
        var whole = await Rebuilds.CompareAsync(data, database);
        var breaking = new FaultyObjectStore(data.Store);
        var commits = 0;
        breaking.FaultOf = call => call.Operation == StoreOperation.Get && call.Key.Contains("/pixbooks/", StringComparison.Ordinal) && Interlocked.Increment(ref commits) > 25 ? CallFault.NothingDone : CallFault.None;
        var options = new RebuildOptions { RowsAtOnce = 5, Parallelism = 2 };

        await Assert.ThrowsAnyAsync<Exception>(() => Rebuilds.Of(breaking, database, options).RebuildAsync());
        breaking.FaultOf = _ => CallFault.None;
        var report = await Rebuilds.Of(breaking, database, options).RebuildAsync();

        Assert.True(report.HasResumed);
        Assert.InRange(report.Receipts, 1, whole.Receipts - 1);
        Assert.Equal(whole.Tables, report.Tables);
        Assert.Equal(0, (await Rebuilds.CompareAsync(data, database)).DifferenceCount);
    }

    [SkippableFact]
    public async Task A_rebuild_that_was_broken_off_still_tells_of_the_streams_that_stop()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await MakeReceiptsAsync(data, database, books: 8);
        var book = (await database.ScalarAsync<string>("SELECT min(stream) FROM {s}.pixbooks"))!;
        var commit = Directory.EnumerateFiles(data.FileOf(book + "commits")).Order(StringComparer.Ordinal).ElementAt(3);
        File.WriteAllText(commit, File.ReadAllText(commit).Replace("\"reason\":\"discarded\"", "\"reason\":\"discardeD\"", StringComparison.Ordinal));
        var breaking = new FaultyObjectStore(data.Store);
        var commits = 0;
        breaking.FaultOf = call => call.Operation == StoreOperation.Get && call.Key.Contains("/pixbooks/", StringComparison.Ordinal) && Interlocked.Increment(ref commits) > 25 ? CallFault.NothingDone : CallFault.None;
        var options = new RebuildOptions { RowsAtOnce = 5, Parallelism = 2 };

        await Assert.ThrowsAnyAsync<Exception>(() => Rebuilds.Of(breaking, database, options).RebuildAsync());
        breaking.FaultOf = _ => CallFault.None;
        var report = await Rebuilds.Of(breaking, database, options).RebuildAsync();

        Assert.True(report.HasResumed);
        Assert.Equal(3, Assert.Single(report.Stopped).Version);
    }

    [SkippableFact]
    public async Task Who_may_read_and_write_the_tables_may_do_so_after_a_rebuild()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await MakeReceiptsAsync(data, database);
        var role = $"host_of_{database.Name}";
        await database.Server.ExecuteAsync($"CREATE ROLE {role} LOGIN");
        await database.ExecuteAsync($"GRANT USAGE ON SCHEMA {TestDatabase.Schema} TO {role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {TestDatabase.Schema} TO {role}");

        await Rebuilds.Of(data, database).RebuildAsync();
        await Rebuilds.Of(data, database).RebuildAsync(["pixbooks"]);

        Assert.Equal(0, await database.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_tables WHERE schemaname = '{TestDatabase.Schema}' AND NOT has_table_privilege('{role}', schemaname || '.' || tablename, 'SELECT, INSERT, UPDATE, DELETE')"));
    }

    [SkippableFact]
    public async Task A_table_that_is_new_is_refused_until_it_is_filled_and_one_command_fills_it()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await MakeReceiptsAsync(data, database);
        await database.ExecuteAsync("TRUNCATE pixbook_cards; DELETE FROM projection_tables WHERE name = 'pixbook_cards'");

        var refused = await HostProcess.RunAsync([.. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path, "--urls", "http://127.0.0.1:0"]);
        refused.AssertRefused("rebuild --only pixbook_cards");
        var filled = await HostProcess.RunAsync(["rebuild", "--only", "pixbook_cards", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path]);
        Assert.True(filled.ExitCode == 0, filled.Output);
        Assert.Contains("pixbook_cards", filled.Output, StringComparison.Ordinal);

        Assert.Empty(await TestDatabase.Migrations(database.Projection).FindFaultsAsync());
        Assert.Equal(0, (await Rebuilds.CompareAsync(data, database)).DifferenceCount);
    }

    /// <summary>Receipts of every type, and their rows.</summary>
    internal static async Task MakeReceiptsAsync(DataFolder data, TestDatabase database, int books = 2)
    {
        await using var host = InProcessHost.Start(new Stage { Data = data, Settings = [.. InProcessHost.Unlimited, .. database.Settings, ("PixPax:Postgres:Projector", "false")] });
        var (op, ada) = (host.Operator(), host.As("ada"));
        await Commands.PublishBirdsAsync(op);
        var collector = await Collector.JoinAsync(ada);
        await Commands.AddMemberAsync(ada, collector.AccountId, "bob", "member");
        for (var i = 0; i < books; i++)
        {
            var book = await collector.OpenBookAsync();
            var first = await book.GrantAsync(op, Collector.Cards[0]);
            await book.GrantAsync(op, Collector.Cards[1]);
            await book.DiscardAsync(first["cardInstanceId"]);
            await book.SaveAsync(new JsonObject { ["page"] = i });
        }

        await op.DoAsync($"/v1/collections/{Collector.Collection}/commands/retire-series", new JsonObject { ["seriesId"] = "visitors", ["collectionVersion"] = "v1" });
        await Commands.RotateAsync(ada, collector.IdentityId);
    }

    private static Task<string?> IndexesAsync(TestDatabase database) => database.ScalarAsync<string>(
        "SELECT string_agg(indexdef, E'\n' ORDER BY tablename, indexname) FROM pg_indexes WHERE schemaname = '{s}'");

    private static Task<string?> SchemasBesideAsync(TestDatabase database) => database.ScalarAsync<string>(
        "SELECT coalesce(string_agg(nspname, ' '), '') FROM pg_namespace WHERE nspname LIKE '{s}_%'");
}
