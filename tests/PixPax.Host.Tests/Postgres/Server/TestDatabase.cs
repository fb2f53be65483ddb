using Concord.Projections.Postgres;
using Concord.Projections.Postgres.Migrations;
using Npgsql;
using PixPax.Host.Platform.Projection.Postgres;

namespace PixPax.Host.Tests.Postgres.Server;

/// <summary>A database of a test's own, with the tables of this version.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    public const string Schema = PostgresOptions.DefaultSchema;

    private static readonly SemaphoreSlim MakingTemplate = new(1, 1);
    private static readonly HashSet<PostgresServer> WithTemplate = [];
    private static int _count;

    private readonly string _more;

    private TestDatabase(PostgresServer server, string name, string more)
    {
        (Server, Name, _more) = (server, name, more);
        Source = ProjectionDatabase.Open(server.ConnectionString(name, more), name);
        Projection = new ProjectionDatabase(Source, Schema);
    }

    public PostgresServer Server { get; }

    public string Name { get; }

    public NpgsqlDataSource Source { get; }

    public ProjectionDatabase Projection { get; }

    public string ConnectionString => Server.ConnectionString(Name, _more);

    /// <summary>The settings of a host on it.</summary>
    public (string Key, string Value)[] Settings =>
    [
        ("PixPax:Projection", "Postgres"), ("PixPax:Postgres:ConnectionString", ConnectionString), ("PixPax:Postgres:SweepInterval", "500ms"), ("PixPax:Postgres:Lease", "3s"),
    ];

    /// <summary>The same as arguments of the program.</summary>
    public string[] Arguments => [.. Settings.SelectMany(setting => new[] { "--" + setting.Key, setting.Value })];

    public static async Task<TestDatabase> CreateAsync(string more = "", PostgresServer? server = null)
    {
        RequireServer();
        server ??= await PostgresServer.SharedAsync();
        await MakeTemplateAsync(server);
        var name = $"test_{Interlocked.Increment(ref _count)}";
        await server.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template_pixpax");
        return new TestDatabase(server, name, more);
    }

    /// <summary>One without any table.</summary>
    public static async Task<TestDatabase> CreateEmptyAsync()
    {
        RequireServer();
        var server = await PostgresServer.SharedAsync();
        var name = $"test_{Interlocked.Increment(ref _count)}";
        await server.ExecuteAsync($"CREATE DATABASE {name}");
        return new TestDatabase(server, name, "");
    }

    /// <summary>Skips where PostgreSQL is not installed. Where tests are the judge (CI=true) nothing is skipped: they fail, and say what is missing.</summary>
    public static void RequireServer() => Skip.If(!PostgresServer.IsInstalled && Environment.GetEnvironmentVariable("CI") != "true", PostgresServer.Missing);

    public static SchemaMigrations Migrations(ProjectionDatabase database) => new(database, PixPaxTables.Model, Migration.Read("pixpax", typeof(PixPaxTables).Assembly));

    /// <summary>As it is now, under another name: what a dump is.</summary>
    public Task DumpAsync(string name) => Server.ExecuteAsync($"CREATE DATABASE {Name}_{name} TEMPLATE {Name}");

    /// <summary>Throws it away, whoever is connected, and makes it anew from a dump, or with empty tables.</summary>
    public async Task RestoreAsync(string? dump = null)
    {
        await Server.ExecuteAsync($"DROP DATABASE {Name} WITH (FORCE)");
        await Server.ExecuteAsync($"CREATE DATABASE {Name} TEMPLATE {(dump is null ? "template_pixpax" : $"{Name}_{dump}")}");
        Source.Clear();
    }

    public Task DropAsync() => Server.ExecuteAsync($"DROP DATABASE {Name} WITH (FORCE)");

    public async Task<int> ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand($"SET search_path TO {Schema}; {sql}");
        return await command.ExecuteNonQueryAsync();
    }

    public async Task<T?> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql.Replace("{s}", Schema, StringComparison.Ordinal));
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public Task<long> CountAsync(string table, string where = "true") => ScalarAsync<long>($"SELECT count(*) FROM {Schema}.{table} WHERE {where}");

    /// <summary>Waits until a query says true.</summary>
    public async Task UntilAsync(string condition, int seconds = 30)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        while (true)
        {
            try
            {
                if (await ScalarAsync<bool>($"SELECT {condition}")) return;
            }
            catch (NpgsqlException)
            {
                // Gone for now, as the test wants it.
            }

            try
            {
                await Task.Delay(20, limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"In {seconds} s it did not come to be true that {condition}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        try
        {
            await Server.ExecuteAsync($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
        }
        catch (NpgsqlException)
        {
            // The server ended before.
        }
    }

    private static async Task MakeTemplateAsync(PostgresServer server)
    {
        await MakingTemplate.WaitAsync();
        try
        {
            if (!WithTemplate.Add(server)) return;
            await server.ExecuteAsync("CREATE DATABASE template_pixpax");
            // Not pooled: a template may have nobody connected.
            await using var source = new NpgsqlDataSourceBuilder(server.ConnectionString("template_pixpax", "Pooling=false")).Build();
            await Migrations(new ProjectionDatabase(source, Schema)).ApplyAsync(isDryRun: false);
        }
        finally
        {
            MakingTemplate.Release();
        }
    }
}
