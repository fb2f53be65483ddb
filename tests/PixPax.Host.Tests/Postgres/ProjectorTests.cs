using System.Net;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>Projectors: what they catch up with, and who works.</summary>
public sealed class ProjectorTests
{
    [SkippableFact]
    public async Task What_a_host_without_the_database_wrote_is_caught_up_with_new_streams_too()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        await using (var elsewhere = InProcessHost.Start(new Stage { Data = data, Settings = InProcessHost.Unlimited }))
        {
            var eve = await Collector.JoinAsync(elsewhere.As("eve"));
            await (await eve.OpenBookAsync()).GrantAsync(elsewhere.Operator(), "robin");
            var book = await elsewhere.As("ada").ListAsync("/v1/pixbooks", 10);
            await elsewhere.As("ada").DoAsync($"/v1/pixbooks/{book[0].GetProperty("bookId").GetString()}/commands/save", new JsonObject { ["snapshot"] = new JsonObject() });
        }

        var once = await HostProcess.RunAsync(["projector", "--once", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path]);

        Assert.True(once.ExitCode == 0, once.Output);
        Assert.Equal(2, await database.CountAsync("accounts"));
        Assert.Equal(1, await database.CountAsync("projector_offsets", "name = 'projector' AND caught_up = 5 AND left_out = 0 AND sweep_ended_at IS NOT NULL"));
        Assert.Equal(0, (await Rebuilds.CompareAsync(data, database)).DifferenceCount);
    }

    [SkippableFact]
    public async Task What_a_crash_left_unpublished_is_published()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        var book = (await database.ScalarAsync<string>("SELECT min(stream) FROM {s}.pixbooks"))!;
        var last = Directory.EnumerateFiles(data.FileOf(book + "events")).Order(StringComparer.Ordinal).Last();
        var bytes = File.ReadAllBytes(last);
        File.Delete(last);

        var once = await HostProcess.RunAsync(["projector", "--once", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path]);

        Assert.True(once.ExitCode == 0, once.Output);
        Assert.Equal(bytes, File.ReadAllBytes(last));
        Assert.Equal(1, await database.CountAsync("projector_offsets", "published = 1"));
    }

    [SkippableFact]
    public async Task Of_two_projectors_one_works_and_when_it_dies_the_other_does()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        await using var first = await HostProcess.StartAsync(data, arguments: database.Arguments);
        await database.UntilAsync($"EXISTS (SELECT FROM {TestDatabase.Schema}.projector_offsets WHERE sweep_ended_at IS NOT NULL)");
        var owner = await database.ScalarAsync<string>("SELECT owner FROM {s}.projector_offsets");
        await using var second = await HostProcess.StartAsync(data, arguments: database.Arguments);
        var another = await HostProcess.RunAsync(["projector", "--once", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path]);
        Assert.Equal(1, another.ExitCode);
        Assert.Equal(owner, await database.ScalarAsync<string>("SELECT owner FROM {s}.projector_offsets"));

        await first.KillAsync();
        var killed = await database.ScalarAsync<DateTime>("SELECT clock_timestamp()");

        await database.UntilAsync($"EXISTS (SELECT FROM {TestDatabase.Schema}.projector_offsets WHERE owner <> '{owner}' AND fencing_token > 1 AND sweep_began_at > '{killed:O}')");
    }

    [SkippableFact]
    public async Task Keys_that_were_rotated_and_revoked_without_the_database_are_caught_up_with()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        await using (var elsewhere = InProcessHost.Start(new Stage { Data = data, Settings = InProcessHost.Unlimited }))
        {
            var ada = elsewhere.As("ada");
            var identity = (await ada.ListAsync($"/v1/identities?accountId={(await ada.ListAsync("/v1/accounts", 10))[0].GetProperty("accountId").GetString()}", 10))[0].GetProperty("identityId").GetString()!;
            await Commands.RotateAsync(ada, identity);
            await ada.DoAsync($"{(await ada.ListAsync("/v1/pixbooks", 10)).Select(book => $"/v1/pixbooks/{book.GetProperty("bookId").GetString()}").First()}/commands/save", new JsonObject { ["snapshot"] = 1 });
            await Commands.RevokeAsync(ada, identity);
        }

        var once = await HostProcess.RunAsync(["projector", "--once", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path]);

        Assert.True(once.ExitCode == 0, once.Output);
        Assert.Equal(1, await database.CountAsync("identities", "status = 'revoked'"));
        Assert.Equal(3, await database.CountAsync("identity_keys", "validity IN ('revoked', 'superseded')"));
        Assert.Equal(1, await database.CountAsync("projector_offsets", "left_out = 0"));
        Assert.Equal(0, (await Rebuilds.CompareAsync(data, database)).DifferenceCount);
    }

    [SkippableFact]
    public async Task What_is_derived_in_the_store_and_was_deleted_is_brought_back()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        await using (var host = InProcessHost.Start(new Stage { Data = data, Settings = [.. InProcessHost.Unlimited, .. database.Settings, ("PixPax:Postgres:Projector", "false")] }))
        {
            var book = await (await Collector.JoinAsync(host.As("eve"))).OpenBookAsync();
            for (var page = 0; page < 120; page++) await book.SaveAsync(page);
        }

        string[] once = ["projector", "--once", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path];
        Assert.Equal(0, (await HostProcess.RunAsync(once)).ExitCode);
        var made = data.Contents();
        Assert.Contains(made, file => file.Contains("/archives/", StringComparison.Ordinal));
        foreach (var folder in Directory.EnumerateDirectories(data.Receipts, "archives", SearchOption.AllDirectories).Append(data.FileOf("pixpax/locators")).ToArray()) Directory.Delete(folder, recursive: true);

        var run = await HostProcess.RunAsync(once);
        Assert.True(run.ExitCode == 0, run.Output);
        Assert.Equal(made, data.Contents());
    }

    [SkippableFact]
    public async Task A_projector_that_died_never_looks_caught_up()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        string[] arguments = [.. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path];
        Assert.Equal(0, (await HostProcess.RunAsync(["projector", "--once", .. arguments])).ExitCode);
        await database.ExecuteAsync("UPDATE projector_offsets SET sweep_began_at = sweep_began_at - interval '10 min', sweep_ended_at = sweep_ended_at - interval '10 min'");

        await using var host = InProcessHost.Start(new Stage { Data = data, Settings = [.. database.Settings, ("PixPax:Postgres:Projector", "false")] });
        using var ready = await host.Anonymous().GetAsync("/health/ready");

        var health = await ready.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Contains("no projector works", health, StringComparison.Ordinal);
        Assert.Contains("degraded", health, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_stream_that_is_damaged_is_left_out_alone()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        var book = (await database.ScalarAsync<string>("SELECT min(stream) FROM {s}.pixbooks"))!;
        var commit = Directory.EnumerateFiles(data.FileOf(book + "commits")).Order(StringComparer.Ordinal).ElementAt(2);
        File.WriteAllText(commit, File.ReadAllText(commit).Replace("\"signature\":\"ecdsa-p256:", "\"signature\":\"ecdsa-p256:AAAA", StringComparison.Ordinal));
        await database.RestoreAsync();

        var once = await HostProcess.RunAsync(["projector", "--once", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path]);

        Assert.True(once.ExitCode == 0, once.Output);
        Assert.Equal(2, await database.CountAsync("receipt_index", $"stream = '{book}'"));
        Assert.Equal(5, await database.CountAsync("receipt_index", $"stream_type = 'pixbook' AND stream <> '{book}'"));
        Assert.True(await database.CountAsync("projector_offsets", "left_out >= 1") == 1, once.Output);
    }
}
