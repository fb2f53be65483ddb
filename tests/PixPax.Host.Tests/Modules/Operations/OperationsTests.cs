using System.Text.Json;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Modules.Operations;

/// <summary>What operators see, and what nobody else does.</summary>
public sealed class OperationsTests
{
    [Fact]
    public async Task Every_stream_is_listed_with_its_head_page_by_page_and_verifies()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited] });
        var (op, book) = (host.Operator(), await FillAsync(host));

        var streams = await op.ListAsync("/v1/admin/streams", limit: 2);
        Assert.Equal(
            ["account", "collection", "identity", "pixbook", "platform-keys"],
            streams.Select(stream => stream.GetProperty("type").GetString()!).Order(StringComparer.Ordinal));
        foreach (var stream in streams)
        {
            var check = await CheckAsync(op, stream.GetProperty("prefix").GetString()!);
            Assert.True(check.GetProperty("isGood").GetBoolean(), check.GetRawText());
            Assert.Equal(stream.GetRawText(), check.GetProperty("stream").GetRawText());
            Assert.Equal(check.GetProperty("receipts").GetInt64(), stream.GetProperty("streamVersion").GetInt64());
            Assert.Equal("current", stream.GetProperty("state").GetString());
        }

        var head = await book.Api.GetAsync(book.Path);
        var listed = streams.Single(stream => stream.GetProperty("prefix").GetString() == book.Prefix);
        Assert.Equal(head.GetProperty("streamVersion").GetInt64(), listed.GetProperty("streamVersion").GetInt64());
        Assert.Equal(head.GetProperty("hash").GetString(), listed.GetProperty("hash").GetString());
        Assert.Equal(0, listed.GetProperty("unpublished").GetInt64());
    }

    [Fact]
    public async Task A_damaged_receipt_is_named_by_the_rule_that_it_breaks_and_an_event_that_is_missing_is_counted()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited] });
        var (op, book) = (host.Operator(), await FillAsync(host));
        File.Delete(Directory.EnumerateFiles(host.Data.FileOf(book.Prefix + "events")).Order(StringComparer.Ordinal).Last());
        Assert.Equal(1, (await CheckAsync(op, book.Prefix)).GetProperty("stream").GetProperty("unpublished").GetInt64());

        var commit = Directory.EnumerateFiles(host.Data.FileOf(book.Prefix + "commits")).Order(StringComparer.Ordinal).ElementAt(1);
        File.WriteAllText(commit, File.ReadAllText(commit).Replace("robin", "raven", StringComparison.Ordinal));
        var check = await CheckAsync(op, book.Prefix);
        Assert.False(check.GetProperty("isGood").GetBoolean());
        var failure = check.GetProperty("failures")[0];
        Assert.Equal("hash-mismatch", failure.GetProperty("code").GetString());
        Assert.Equal(2, failure.GetProperty("streamVersion").GetInt64());

        File.WriteAllText(Directory.EnumerateFiles(host.Data.FileOf(book.Prefix + "commits")).Order(StringComparer.Ordinal).Last(), "{");
        var listed = (await op.ListAsync("/v1/admin/streams", limit: 100)).Single(stream => stream.GetProperty("prefix").GetString() == book.Prefix);
        Assert.Equal("damaged", listed.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, listed.GetProperty("streamVersion").ValueKind);
    }

    [SkippableFact]
    public async Task Rows_that_differ_are_named_without_their_values_and_a_database_that_is_away_hides_nothing_that_is_stored()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. database.Settings, ("PixPax:Postgres:Projector", "false")] });
        var (op, book) = (host.Operator(), await FillAsync(host));
        Assert.Equal(0, (await CheckAsync(op, book.Prefix)).GetProperty("driftCount").GetInt64());

        await database.ExecuteAsync(
            $"""
            UPDATE pixbooks SET cards = 99 WHERE stream = '{book.Prefix}';
            DELETE FROM receipt_index WHERE stream = '{book.Prefix}' AND stream_version = 2;
            INSERT INTO pixbook_cards (stream, card_instance_id, account_id, book_id, card_id, collection_id, collection_version, slot_index, item_hash, source, added_at_version)
            SELECT stream, 'forged', account_id, book_id, card_id, collection_id, collection_version, slot_index, item_hash, source, added_at_version FROM pixbook_cards WHERE stream = '{book.Prefix}' LIMIT 1;
            """);
        var check = await CheckAsync(op, book.Prefix);
        Assert.Equal(3, check.GetProperty("driftCount").GetInt64());
        Assert.Equal(
            ["""{"table":"pixbook_cards","key":{"card_instance_id":"forged"},"kind":"extra","columns":[]}""",
             """{"table":"pixbooks","key":{},"kind":"changed","columns":["cards"]}""",
             """{"table":"receipt_index","key":{"stream_version":"2"},"kind":"missing","columns":[]}"""],
            check.GetProperty("drift").EnumerateArray().Select(row => row.GetRawText()).Order(StringComparer.Ordinal));

        await database.ExecuteAsync($"UPDATE stream_heads SET version = version - 1 WHERE stream = '{book.Prefix}'");
        Assert.Equal("behind", (await CheckAsync(op, book.Prefix)).GetProperty("stream").GetProperty("state").GetString());

        await database.DropAsync();
        check = await CheckAsync(op, book.Prefix);
        Assert.Equal("unknown", check.GetProperty("stream").GetProperty("state").GetString());
        Assert.True(check.GetProperty("isGood").GetBoolean());
        Assert.Equal(JsonValueKind.Null, check.GetProperty("drift").ValueKind);
        Assert.Equal("postgres", (await op.GetAsync("/v1/admin/overview")).GetProperty("projection").GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("?prefix=pixpax/pixbooks/nobody/nothing/")]
    [InlineData("?prefix=pixpax/")]
    [InlineData("?prefix=../../etc/")]
    [InlineData("?prefix=pixpax/platform/keys/commits/")]
    public async Task What_is_no_stream_is_not_checked(string query)
    {
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited] });
        await host.Operator().NotGivenAsync("not-found", "/v1/admin/streams/check" + query);
        await host.Operator().NotGivenAsync("invalid-request", "/v1/admin/streams/check");
        await host.Operator().NotGivenAsync("invalid-request", "/v1/admin/streams/check?prefix=a&prefix=b");
    }

    [Fact]
    public async Task The_overview_tells_readiness_and_how_far_the_projection_is()
    {
        await using var host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited] });
        var overview = await host.Operator().GetAsync("/v1/admin/overview");

        Assert.Equal("ready", overview.GetProperty("readiness").GetProperty("status").GetString());
        Assert.Equal("files", overview.GetProperty("storage").GetString());
        Assert.InRange(overview.GetProperty("projection").GetProperty("lagSeconds").GetDouble(), 0, 60);
        Assert.Equal(0, overview.GetProperty("projection").GetProperty("leftOut").GetInt64());
    }

    private static async Task<Book> FillAsync(InProcessHost host)
    {
        await Commands.PublishBirdsAsync(host.Operator());
        var book = await (await Collector.JoinAsync(host.As("ada"))).OpenBookAsync();
        await book.GrantAsync(host.Operator(), "robin");
        await book.SaveAsync(new JsonObject { ["page"] = 1 });
        return book;
    }

    private static Task<JsonElement> CheckAsync(Api api, string prefix) => api.GetAsync("/v1/admin/streams/check?prefix=" + Uri.EscapeDataString(prefix));
}
