using System.Text.Json;
using Concord.Projections.Postgres.Rebuilding;
using Concord.Receipts.Verification;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>Rows that are not what the receipts say, and receipts that are not good.</summary>
public sealed class DriftTests
{
    [SkippableFact]
    public async Task A_column_that_was_changed_a_row_that_was_deleted_and_one_that_was_added_are_each_named_and_repaired()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        var book = await database.ScalarAsync<string>("SELECT min(stream) FROM {s}.pixbooks");
        await database.ExecuteAsync(
            $"""
            UPDATE pixbooks SET cards = 99 WHERE stream = '{book}';
            DELETE FROM receipt_index WHERE stream = '{book}' AND stream_version = 2;
            INSERT INTO account_members VALUES ('pixpax/accounts/NOBODY/', 'eve', 'NOBODY', 'owner');
            UPDATE stream_heads SET version = version + 1 WHERE type = 'account';
            """);

        var report = await Rebuilds.CompareAsync(data, database);

        Assert.Equal(4, report.DifferenceCount);
        Assert.Equal(
            ["account_members Extra user_id=eve ", "pixbooks Changed  cards:1->99", "receipt_index Missing stream_version=2 ", "stream_heads Changed  version:2->3"],
            report.Differences.Select(difference =>
                $"{difference.Table} {difference.Kind} {string.Join(',', difference.Key.Select(key => $"{key.Key}={key.Value}"))} {string.Join(',', difference.Columns.Select(column => $"{column.Name}:{column.Expected}->{column.Found}"))}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(book, report.Differences.Single(difference => difference.Table == "pixbooks").Stream);

        Assert.Equal(3, await Rebuilds.Of(data, database).RepairAsync(report));
        Assert.Equal(0, (await Rebuilds.CompareAsync(data, database)).DifferenceCount);
    }

    [SkippableFact]
    public async Task The_command_names_drift_for_a_machine_exits_with_1_and_repairs_when_it_is_told_to()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        await database.ExecuteAsync("UPDATE identities SET status = 'revoked'");
        string[] arguments = [.. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path];

        var found = await HostProcess.RunAsync(["drift", "--json", .. arguments]);
        Assert.Equal(1, found.ExitCode);
        using (var json = JsonDocument.Parse(found.Output.Split('\n').Single(line => line.StartsWith('{'))))
        {
            var difference = Assert.Single(json.RootElement.GetProperty("differences").EnumerateArray());
            Assert.Equal("identities", difference.GetProperty("table").GetString());
            Assert.Equal("""[{"name":"status","expected":"active","found":"revoked"}]""", difference.GetProperty("columns").GetRawText());
        }

        var repaired = await HostProcess.RunAsync(["drift", "--repair", "--json", .. arguments]);
        Assert.True(repaired.ExitCode == 0, repaired.Output);
        using (var json = JsonDocument.Parse(repaired.Output.Split('\n').Single(line => line.StartsWith('{'))))
        {
            Assert.Empty(json.RootElement.GetProperty("differences").EnumerateArray());
            Assert.Equal("revoked", Assert.Single(json.RootElement.GetProperty("repaired").EnumerateArray()).GetProperty("columns")[0].GetProperty("found").GetString());
        }
        Assert.Equal(0, (await HostProcess.RunAsync(["drift", .. arguments])).ExitCode);
    }

    [SkippableFact]
    public async Task A_damaged_receipt_stops_its_own_stream_is_told_with_its_verdict_and_reaches_no_table()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        var book = (await database.ScalarAsync<string>("SELECT min(stream) FROM {s}.pixbooks"))!;
        var commit = Directory.EnumerateFiles(data.FileOf(book + "commits")).Order(StringComparer.Ordinal).ElementAt(3);
        File.WriteAllText(commit, File.ReadAllText(commit).Replace("\"reason\":\"discarded\"", "\"reason\":\"discardeD\"", StringComparison.Ordinal));
        await database.RestoreAsync();

        var report = await Rebuilds.Of(data, database).RebuildAsync();

        var stopped = Assert.Single(report.Stopped);
        Assert.Equal((3L, FailureKind.HashMismatch), (stopped.Version, stopped.Failure.Kind));
        Assert.Equal(3, await database.CountAsync("receipt_index", $"stream = '{book}'"));
        Assert.Equal(2, await database.CountAsync("pixbook_cards", $"stream = '{book}'"));
        Assert.Equal(5, await database.CountAsync("receipt_index", $"stream_type = 'pixbook' AND stream <> '{book}'"));

        var told = await HostProcess.RunAsync(["drift", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path]);
        Assert.Equal(1, told.ExitCode);
        Assert.Contains("hash-mismatch", told.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_receipt_that_nobody_may_have_signed_reaches_no_table()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        // The identity's history is gone: nobody vouches for the owner's key.
        var identity = (await database.ScalarAsync<string>("SELECT min(stream) FROM {s}.identities"))!;
        Directory.Delete(data.FileOf(identity), recursive: true);
        await database.RestoreAsync();

        var report = await Rebuilds.Of(data, database).RebuildAsync();

        Assert.All(report.Stopped, stopped => Assert.Equal(FailureKind.KeyUnknown, stopped.Failure.Kind));
        Assert.Equal(2, report.Stopped.Count);
        Assert.Equal(0, await database.CountAsync("pixbooks"));
        Assert.Equal(1, await database.CountAsync("accounts"));
    }

    [SkippableFact]
    public async Task Rows_and_head_of_a_stream_that_is_not_stored_any_more_are_named_and_removed()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        var book = (await database.ScalarAsync<string>("SELECT min(stream) FROM {s}.pixbooks"))!;
        Directory.Delete(data.FileOf(book), recursive: true);

        var repaired = await HostProcess.RunAsync(["drift", "--repair", .. database.Arguments, "--environment", "Development", "--PixPax:Data", data.Path]);

        Assert.True(repaired.ExitCode == 0, repaired.Output);
        Assert.Contains($"Repaired 1 streams", repaired.Output, StringComparison.Ordinal);
        Assert.Equal(0, await database.CountAsync("stream_heads", $"stream = '{book}'"));
        Assert.Equal(0, await database.CountAsync("receipt_index", $"stream = '{book}'"));
        Assert.Equal(1, await database.CountAsync("pixbooks"));
    }

    [SkippableFact]
    public async Task Rows_of_another_history_are_replaced_and_no_commit_is_put_on_top_of_them()
    {
        using var data = new DataFolder();
        await using var database = await TestDatabase.CreateAsync();
        await RebuildTests.MakeReceiptsAsync(data, database);
        await database.ExecuteAsync("UPDATE stream_heads SET hash = 'sha256:' || repeat('0', 64) WHERE type = 'pixbook'; UPDATE pixbooks SET cards = 7");
        await using (var host = InProcessHost.Start(new Stage { Data = data, Settings = [.. InProcessHost.Unlimited, .. database.Settings] }))
        {
            var books = await host.As("ada").ListAsync("/v1/pixbooks", 10);
            foreach (var book in books) await host.As("ada").DoAsync($"/v1/pixbooks/{book.GetProperty("bookId").GetString()}/commands/save", new System.Text.Json.Nodes.JsonObject { ["snapshot"] = 2 });
            await database.UntilAsync($"(SELECT count(*) FROM {TestDatabase.Schema}.pixbooks WHERE cards = 1 AND stream_version = 6) = 2");
        }

        Assert.Equal(0, (await Rebuilds.CompareAsync(data, database)).DifferenceCount);
    }
}
