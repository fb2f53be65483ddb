using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>Tables are made when somebody says so, and looked at whenever a host starts.</summary>
public sealed class MigrationTests
{
    [SkippableFact]
    public async Task A_host_makes_no_tables_and_says_which_command_does()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateEmptyAsync();
        string[] arguments = [.. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path, "--urls", "http://127.0.0.1:0"];

        (await HostProcess.RunAsync(arguments)).AssertRefused("PixPax.Host migrate");
        (await HostProcess.RunAsync(["rebuild", .. arguments])).AssertRefused("PixPax.Host migrate");
        var dry = await HostProcess.RunAsync(["migrate", "--dry-run", .. arguments]);
        Assert.Equal(0, dry.ExitCode);
        Assert.Contains("Missing: pixpax/0001_tables", dry.Output, StringComparison.Ordinal);
        Assert.False(await database.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '{s}')"));

        var done = await HostProcess.RunAsync(["migrate", .. arguments]);
        Assert.Contains("Applied: pixpax/0001_tables", done.Output, StringComparison.Ordinal);
        var again = await HostProcess.RunAsync(["migrate", .. arguments]);
        Assert.Contains("Nothing to do", again.Output, StringComparison.Ordinal);
        Assert.Empty(await TestDatabase.Migrations(database.Projection).FindFaultsAsync());
    }

    [SkippableFact]
    public async Task Migrations_applied_by_many_at_once_are_applied_once()
    {
        await using var database = await TestDatabase.CreateEmptyAsync();

        var applied = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => TestDatabase.Migrations(database.Projection).ApplyAsync(isDryRun: false)));

        Assert.Equal(["concord/0001_streams", "pixpax/0001_tables"], applied.SelectMany(names => names).Order(StringComparer.Ordinal));
    }

    [SkippableFact]
    public async Task A_migration_that_was_changed_after_it_was_applied_and_a_table_that_is_another_are_noticed()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("UPDATE schema_migrations SET checksum = 'x' WHERE name = 'pixpax/0001_tables'");
        Assert.Equal(["the migration pixpax/0001_tables was another when it was applied"], await TestDatabase.Migrations(database.Projection).FindFaultsAsync());

        await database.RestoreAsync();
        await database.ExecuteAsync("ALTER TABLE pixbooks DROP COLUMN cards");
        Assert.Contains("the table pixbooks has the columns", Assert.Single(await TestDatabase.Migrations(database.Projection).FindFaultsAsync()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_command_about_the_database_is_refused_where_there_is_none_and_an_option_that_there_is_not()
    {
        (await HostProcess.RunAsync("drift", "--environment", "Development")).AssertRefused("PixPax:Projection=Postgres");
        (await HostProcess.RunAsync("rebuild", "--all")).AssertRefused("has no option '--all'");
        (await HostProcess.RunAsync("--PixPax:Projection", "Postgres")).AssertRefused("ConnectionString");
        var help = await HostProcess.RunAsync("drift", "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("--repair", help.Output, StringComparison.Ordinal);
    }
}
