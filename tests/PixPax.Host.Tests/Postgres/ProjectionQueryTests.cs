using System.Text.Json;
using System.Text.Json.Nodes;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>What lists answer, whichever projection they come from.</summary>
public abstract class ProjectionQueryTests : IAsyncLifetime
{
    private InProcessHost? _host;

    private InProcessHost Host => _host!;

    public async Task InitializeAsync() => _host = InProcessHost.Start(new Stage { Settings = [.. InProcessHost.Unlimited, .. await SettingsAsync()] });

    public virtual async Task DisposeAsync()
    {
        if (_host is not null) await _host.DisposeAsync();
    }

    private protected abstract Task<(string Key, string Value)[]> SettingsAsync();

    [SkippableFact]
    public async Task Accounts_are_listed_in_the_order_of_their_ids_for_their_members_alone()
    {
        var ada = Host.As("ada");
        for (var i = 0; i < 7; i++) await Commands.CreateAccountAsync(ada, $"Account {i}");
        await Commands.CreateAccountAsync(Host.As("eve"), "Not Ada's");

        var listed = await ada.ListAsync("/v1/accounts", limit: 3);

        Assert.Equal(7, listed.Count);
        Assert.Equal(Ids(listed, "accountId").Order(StringComparer.Ordinal), Ids(listed, "accountId"));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"Account {i}"), listed.Select(account => account.GetProperty("name").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(listed, account => Assert.Equal("""[{"userId":"ada","role":"owner"}]""", account.GetProperty("members").GetRawText()));
    }

    [SkippableFact]
    public async Task What_a_list_says_of_a_thing_is_what_a_read_of_it_says()
    {
        var world = await World.MakeAsync(Host);
        var owner = Host.As(world.Owner);
        await Commands.RotateAsync(owner, world.IdentityId);

        Assert.Equal((await owner.GetAsync($"/v1/accounts/{world.AccountId}")).GetRawText(), Assert.Single(await owner.ListAsync("/v1/accounts", 10)).GetRawText());
        Assert.Equal((await owner.GetAsync($"/v1/identities/{world.IdentityId}")).GetRawText(), Assert.Single(await owner.ListAsync($"/v1/identities?accountId={world.AccountId}", 10)).GetRawText());
        Assert.Equal((await owner.GetAsync($"/v1/pixbooks/{world.BookId}")).GetRawText(), Assert.Single(await owner.ListAsync("/v1/pixbooks", 10)).GetRawText());
    }

    [SkippableFact]
    public async Task Whoever_is_removed_from_an_account_sees_nothing_of_it_in_any_list()
    {
        var world = await World.MakeAsync(Host);
        var member = Host.As(world.Member);
        Assert.Single(await member.ListAsync("/v1/pixbooks", 10));
        Assert.Single(await member.ListAsync($"/v1/pixbooks?identityId={world.IdentityId}", 10));

        await Commands.RemoveMemberAsync(Host.As(world.Owner), world.AccountId, world.Member);

        Assert.Empty(await member.ListAsync("/v1/accounts", 10));
        Assert.Empty(await member.ListAsync("/v1/pixbooks", 10));
        Assert.Empty(await member.ListAsync($"/v1/pixbooks?identityId={world.IdentityId}", 10));
        await member.NotGivenAsync("not-found", $"/v1/accounts/{world.AccountId}/receipts");
    }

    [SkippableFact]
    public async Task Books_are_listed_over_all_accounts_of_a_user_of_one_and_of_one_identity()
    {
        var ada = Host.As("ada");
        var (first, second) = (await Collector.JoinAsync(ada), await Collector.JoinAsync(ada));
        var other = (await Commands.CreateIdentityAsync(ada, first.AccountId, "Another"))["identityId"];
        var books = new List<(string Id, string Account, string Identity)>();
        foreach (var (account, identity) in new[] { (first.AccountId, first.IdentityId), (first.AccountId, other), (second.AccountId, second.IdentityId), (first.AccountId, first.IdentityId), (second.AccountId, second.IdentityId) })
            books.Add(((await Commands.CreateBookAsync(ada, account, identity, "A book"))["bookId"], account, identity));

        async Task AssertListsAsync(string query, Func<(string Id, string Account, string Identity), bool> isWanted)
        {
            var expected = books.Where(isWanted).Select(book => book.Id).Order(StringComparer.Ordinal);
            Assert.Equal(expected, Ids(await ada.ListAsync("/v1/pixbooks" + query, limit: 2), "bookId"));
        }

        await AssertListsAsync("", _ => true);
        await AssertListsAsync($"?accountId={first.AccountId}", book => book.Account == first.AccountId);
        await AssertListsAsync($"?identityId={first.IdentityId}", book => book.Identity == first.IdentityId);
        await AssertListsAsync($"?accountId={first.AccountId}&identityId={other}", book => book.Identity == other);
        await AssertListsAsync($"?accountId={second.AccountId}&identityId={other}", _ => false);
    }

    [SkippableFact]
    public async Task Collections_are_listed_with_their_versions_and_retired_series()
    {
        var op = Host.Operator();
        foreach (var id in new[] { "birds-b", "birds-a", "birds-c" }) await Commands.PublishBirdsAsync(op, collectionId: id);
        await op.DoAsync("/v1/collections/commands/publish", Commands.Birds("birds-a", "v2"));
        await op.DoAsync("/v1/collections/birds-a/commands/retire-series", new JsonObject { ["seriesId"] = "visitors", ["collectionVersion"] = "v1" });

        var listed = await Host.As("ada").ListAsync("/v1/collections", limit: 2);

        Assert.Equal(["birds-a", "birds-b", "birds-c"], Ids(listed, "collectionId"));
        Assert.Equal(["v1:visitors", "v2:"], listed[0].GetProperty("versions").EnumerateArray().Select(version =>
            $"{version.GetProperty("version").GetString()}:{string.Join(',', version.GetProperty("retiredSeries").EnumerateArray().Select(series => series.GetString()))}"));
    }

    [SkippableFact]
    public async Task The_receipts_of_an_account_are_those_of_all_its_streams_each_once_as_they_are_stored()
    {
        var world = await World.MakeAsync(Host);
        var other = await World.MakeAsync(Host);
        var owner = Host.As(world.Owner);

        var feed = await owner.ListAsync($"/v1/accounts/{world.AccountId}/receipts", limit: 2);

        var expected = new List<string>();
        foreach (var prefix in new[] { $"pixpax/accounts/{world.AccountId}/", $"pixpax/identities/{world.AccountId}/{world.IdentityId}/", $"pixpax/pixbooks/{world.AccountId}/{world.BookId}/" })
            expected.AddRange((await Host.Data.ReadAsync(prefix)).Select(receipt => System.Text.Encoding.UTF8.GetString(receipt.Bytes.Span)));
        Assert.Equal(expected.Order(StringComparer.Ordinal), feed.Select(receipt => receipt.GetRawText()).Order(StringComparer.Ordinal));
        Assert.Equal(Ids(feed, "eventId").Order(StringComparer.Ordinal), Ids(feed, "eventId"));
        await Host.As(other.Owner).NotGivenAsync("not-found", $"/v1/accounts/{world.AccountId}/receipts");
    }

    [SkippableFact]
    public async Task A_list_waits_for_a_receipt_that_the_caller_names()
    {
        var ada = Host.As("ada");
        var account = await Commands.CreateAccountAsync(ada, "Ada");

        Assert.Single((await ada.GetAsync($"/v1/accounts?minEventId={account.EventId}")).GetProperty("data").EnumerateArray());
        await ada.NotGivenAsync("projection-behind", "/v1/accounts?minEventId=01ARZ3NDEKTSV4RRFFQ69G5FAV");
        await ada.NotGivenAsync("invalid-request", "/v1/accounts?minEventId=no");
    }

    [SkippableFact]
    public async Task A_receipt_is_found_by_its_id_alone()
    {
        var world = await World.MakeAsync(Host);

        Assert.Equal(world.EventId, (await Host.As(world.Owner).GetAsync($"/v1/receipts/{world.EventId}")).GetProperty("eventId").GetString());
        await Host.As(world.Owner).NotGivenAsync("not-found", "/v1/receipts/01ARZ3NDEKTSV4RRFFQ69G5FAV");
    }

    private static IEnumerable<string> Ids(IEnumerable<JsonElement> items, string name) => items.Select(item => item.GetProperty(name).GetString()!);
}

public sealed class MemoryQueryTests : ProjectionQueryTests
{
    private protected override Task<(string Key, string Value)[]> SettingsAsync() => Task.FromResult<(string, string)[]>([]);
}

public sealed class PostgresQueryTests : ProjectionQueryTests
{
    private TestDatabase? _database;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null) await _database.DisposeAsync();
    }

    private protected override async Task<(string Key, string Value)[]> SettingsAsync() => (_database = await TestDatabase.CreateAsync()).Settings;
}
