using System.Text.RegularExpressions;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>Lists over many rows: read by an index, a page at a time, in a number of queries that does not grow with the page.</summary>
public sealed partial class IndexTests
{
    private const int Books = 100_000;

    [SkippableFact]
    public async Task With_a_hundred_thousand_books_no_list_and_no_look_up_reads_a_whole_table()
    {
        TestDatabase.RequireServer();
        await using var server = await PostgresServer.StartAsync([.. PostgresServer.Careless, "session_preload_libraries=auto_explain", "auto_explain.log_min_duration=0", "auto_explain.log_level=log"]);
        await using var database = await TestDatabase.CreateAsync(server: server);
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. database.Settings, ("PixPax:Postgres:Projector", "false")] });
        var ada = await Collector.JoinAsync(host.As("ada"));
        var saved = await (await ada.OpenBookAsync()).SaveAsync(1);
        await FillAsync(database, ada);
        var before = server.Log.Length;

        var paths = new[]
        {
            "/v1/accounts", $"/v1/identities?accountId={ada.AccountId}", "/v1/collections", "/v1/pixbooks", $"/v1/pixbooks?accountId={ada.AccountId}", $"/v1/pixbooks?identityId={ada.IdentityId}",
            $"/v1/accounts/{ada.AccountId}/receipts", $"/v1/receipts/{saved.EventId}",
        };
        foreach (var path in paths) await ada.Api.GetAsync(path);
        var second = await ada.Api.GetAsync("/v1/pixbooks?limit=500");
        await ada.Api.GetAsync($"/v1/pixbooks?limit=500&cursor={second.GetProperty("nextCursor").GetString()}");

        var plans = server.Log[before..];
        // account_members, a row for each membership, is as small as the planner likes; nothing that grows with books is scanned.
        Assert.DoesNotContain(SequentialScan().Matches(plans).Select(match => match.Groups["table"].Value), table => table is "pixbooks" or "receipt_index" or "identities" or "accounts" or "account_members");
        Assert.Contains("pixbooks_by_account", plans, StringComparison.Ordinal);
        Assert.Contains("receipt_index_by_account", plans, StringComparison.Ordinal);
        // Two queries at most for each of them, one for a look-up: no query a row.
        Assert.InRange(Query().Count(plans), paths.Length, (2 * paths.Length) + 4);
    }

    // Rows without receipts, so that there are many soon; what is looked at is how they are read.
    private static async Task FillAsync(TestDatabase database, Collector ada)
    {
        await database.ExecuteAsync(
            $"""
            INSERT INTO accounts SELECT 'pixpax/accounts/F' || n || '/', 'F' || n, NULL, NULL, NULL, now(), 1, 1, '' FROM generate_series(1, 10000) n;
            INSERT INTO account_members SELECT 'pixpax/accounts/F' || n || '/', 'user' || n, 'F' || n, 'owner' FROM generate_series(1, 10000) n;
            INSERT INTO identities SELECT 'pixpax/identities/F' || n || '/I' || n || '/', 'I' || n, 'F' || n, NULL, NULL, NULL, 'active', 1, '' FROM generate_series(1, 10000) n;
            INSERT INTO pixbooks SELECT 'pixpax/pixbooks/' || a || '/B' || n || '/', 'B' || n, a, i, 'garden-birds', NULL, NULL, NULL, now(), 0, NULL, NULL, 1, ''
                FROM (SELECT n, CASE WHEN n % 50 = 0 THEN '{ada.AccountId}' ELSE 'F' || n % 10000 END a, CASE WHEN n % 50 = 0 THEN '{ada.IdentityId}' ELSE 'I' || n % 10000 END i FROM generate_series(1, {Books}) n) books;
            INSERT INTO receipt_index SELECT stream, 1, to_char(row_number() OVER (), 'FM00000000000000000000000000'), 'pixbook', CASE WHEN account_id = '{ada.AccountId}' THEN 'elsewhere' ELSE account_id END, 'PIXBOOK_CREATED', now(), '', 1, '' FROM pixbooks
                ON CONFLICT DO NOTHING;
            ANALYZE;
            """);
    }

    [GeneratedRegex(@"Seq Scan on (?<table>[a-z_]+)")]
    private static partial Regex SequentialScan();

    [GeneratedRegex(@"Query Text: (SELECT|WITH)")]
    private static partial Regex Query();
}
