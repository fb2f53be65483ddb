using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>A database that is thrown away, set back, cut off and crowded in the middle of a load: no acknowledged receipt is lost.</summary>
public sealed class OutageTests
{
    [SkippableFact]
    public Task Thrown_away_in_the_middle_of_a_load() => UnderLoadAsync(async (database, _) => await database.RestoreAsync());

    [SkippableFact]
    public Task Set_back_to_an_earlier_dump_in_the_middle_of_a_load() => UnderLoadAsync(async (database, load) =>
    {
        // A template may have nobody connected: for a moment the database is away.
        await database.Server.ExecuteAsync($"ALTER DATABASE {database.Name} ALLOW_CONNECTIONS false");
        await database.Server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}'");
        await database.DumpAsync("earlier");
        await database.Server.ExecuteAsync($"ALTER DATABASE {database.Name} ALLOW_CONNECTIONS true");
        await load.ReachAsync(120);
        await database.RestoreAsync("earlier");
        await database.Server.ExecuteAsync($"DROP DATABASE {database.Name}_earlier");
    });

    [SkippableFact]
    public Task Every_connection_cut_again_and_again() => UnderLoadAsync(async (database, load) =>
    {
        for (var i = 0; i < 30; i++)
        {
            await database.Server.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}'");
            await load.ReachAsync(40 + (i * 4));
        }
    });

    [SkippableFact]
    public Task A_pool_that_is_full() => UnderLoadAsync(async (database, load) =>
    {
        // Both places are soon taken by statements that wait for what this session holds.
        await using var locking = new Npgsql.NpgsqlConnection(database.Server.ConnectionString(database.Name, "Pooling=false"));
        await locking.OpenAsync();
        await using var transaction = await locking.BeginTransactionAsync();
        await using var held = new Npgsql.NpgsqlCommand($"LOCK TABLE {TestDatabase.Schema}.stream_heads IN EXCLUSIVE MODE", locking);
        await held.ExecuteNonQueryAsync();
        await load.ReachAsync(120);
    }, more: "Maximum Pool Size=2;Timeout=1;");

    [SkippableFact]
    public async Task The_server_killed_and_started_again_in_the_middle_of_a_load()
    {
        TestDatabase.RequireServer();
        await using var server = await PostgresServer.StartAsync();
        await UnderLoadAsync(async (_, load) =>
        {
            await server.KillAsync();
            await load.ReachAsync(120);
            await server.RestartAsync();
        }, server: server);
    }

    private static async Task UnderLoadAsync(Func<TestDatabase, Load, Task> trouble, string more = "", PostgresServer? server = null)
    {
        await using var database = await TestDatabase.CreateAsync(more, server);
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. database.Settings, ("PixPax:Postgres:InlineTimeout", "300ms")] });
        await Commands.PublishBirdsAsync(host.Operator());
        var collector = await Collector.JoinAsync(host.As("ada"));
        var books = new List<Book>();
        for (var i = 0; i < 3; i++) books.Add(await collector.OpenBookAsync());
        await using var load = Load.Start(books, host.Operator(), clients: 4);
        await load.ReachAsync(40);

        await trouble(database, load);
        await load.ReachAsync(180);
        await load.StopAsync();

        // What was acknowledged is there, once; what was stored verifies; and what the projector makes of it is what a rebuild makes.
        Assert.Empty(load.Surprises);
        var stored = new HashSet<string>(StringComparer.Ordinal);
        foreach (var book in books) Assert.All(await host.Data.ReadAsync(book.Prefix), receipt => Assert.True(stored.Add(receipt.EventId.ToString())));
        Assert.All(load.Acknowledged, attempt => Assert.Contains(attempt.Acknowledged!.EventId, stored));
        await host.Data.AssertVerifiesAsync();
        await database.UntilAsync($"(SELECT count(*) FROM {TestDatabase.Schema}.receipt_index WHERE stream_type = 'pixbook') = {stored.Count}");
        await InlineTests.AssertNoDriftAsync(host, database);
        Assert.Equal(0, (await Rebuilds.Of(host.Data, database).RebuildAsync()).DifferenceCount);
        await InlineTests.AssertNoDriftAsync(host, database);
    }
}
