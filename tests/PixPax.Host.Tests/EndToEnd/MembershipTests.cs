using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>Who may see and do what. To whoever may not see a thing, it does not exist.</summary>
[Collection(SharedHostCollection.Name)]
public sealed class MembershipTests(SharedHost shared)
{
    [Theory]
    [InlineData("a stranger")]
    [InlineData("an operator, who is no member")]
    public async Task Nothing_of_an_account_exists_for(string who)
    {
        var (ada, other) = (await shared.NewCollectorAsync(), who == "a stranger" ? await shared.NewCollectorAsync("eve") : await Collector.JoinAsync(shared.Operator));
        var book = await ada.OpenBookAsync();
        var save = await book.SaveAsync("mine");
        var identity = (await shared.Host.Data.ReadAsync($"pixpax/identities/{ada.AccountId}/{ada.IdentityId}/"))[0].EventId;
        var account = (await shared.Host.Data.ReadAsync($"pixpax/accounts/{ada.AccountId}/"))[0].EventId;

        string[] reads =
        [
            $"/v1/accounts/{ada.AccountId}", $"/v1/identities?accountId={ada.AccountId}", $"/v1/identities/{ada.IdentityId}", $"/v1/pixbooks?accountId={ada.AccountId}",
            $"/v1/pixbooks?accountId={ada.AccountId}&identityId={ada.IdentityId}", book.Path, $"{book.Path}/receipts", $"{book.Path}/receipts?limit=0", $"{book.Path}/snapshot",
            $"{book.Path}/bundle", $"/v1/receipts/{save.EventId}", $"/v1/receipts/{save.EventId}/bundle", $"/v1/receipts/{identity}", $"/v1/receipts/{account}/bundle",
        ];
        foreach (var path in reads) await other.Api.NotGivenAsync("not-found", path);

        (string Path, JsonNode Body)[] commands =
        [
            ($"/v1/accounts/{ada.AccountId}/commands/add-member", new JsonObject { ["userId"] = other.Api.UserId, ["role"] = "owner" }),
            ($"/v1/accounts/{ada.AccountId}/commands/remove-member", new JsonObject { ["userId"] = ada.Api.UserId }),
            ("/v1/identities/commands/create", new JsonObject { ["accountId"] = ada.AccountId, ["label"] = "Mine now" }),
            ($"/v1/identities/{ada.IdentityId}/commands/rotate-key", new JsonObject()),
            ($"/v1/identities/{ada.IdentityId}/commands/revoke", new JsonObject()),
            ("/v1/pixbooks/commands/create", Commands.NewBook(ada.AccountId, ada.IdentityId)),
            ("/v1/pixbooks/commands/create", Commands.NewBook(other.AccountId, ada.IdentityId)),
            (book.SavePath, new JsonObject { ["snapshot"] = "mine now" }),
            ($"{book.Path}/commands/remove-card", new JsonObject { ["cardInstanceId"] = "A", ["reason"] = "discarded" }),
        ];
        var before = shared.Host.Data.Contents();
        foreach (var (path, body) in commands) await other.Api.RefusedAsync("not-found", path, body);
        Assert.Equal(before, shared.Host.Data.Contents());

        // Filters by what is another's find nothing.
        Assert.Empty(await other.Api.ListAsync($"/v1/pixbooks?identityId={ada.IdentityId}", 10));
        Assert.Empty(await other.Api.ListAsync($"/v1/pixbooks?accountId={other.AccountId}&identityId={ada.IdentityId}", 10));
        Assert.DoesNotContain(await other.Api.ListAsync("/v1/accounts", 100), account => account.GetProperty("accountId").GetString() == ada.AccountId);
    }

    [Fact]
    public async Task What_is_anothers_is_told_in_the_words_for_what_is_not_there()
    {
        var (ada, eve) = (await shared.NewCollectorAsync(), await shared.NewCollectorAsync("eve"));
        var theirs = (await eve.Api.NotGivenAsync("not-found", $"/v1/identities/{ada.IdentityId}")).GetProperty("detail").GetString();
        var nobodys = (await eve.Api.NotGivenAsync("not-found", "/v1/identities/NOBODYS")).GetProperty("detail").GetString();
        Assert.Equal(nobodys, theirs!.Replace(ada.IdentityId, "NOBODYS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_member_acts_with_the_identities_and_does_not_manage_them()
    {
        var (ada, bob) = (await shared.NewCollectorAsync(), shared.NewUser("bob"));
        var book = await ada.OpenBookAsync();
        await Commands.AddMemberAsync(ada.Api, ada.AccountId, bob.UserId, "member");

        var bobs = await (ada with { Api = bob }).OpenBookAsync("By Bob, for Ada");
        await bobs.SaveAsync("by Bob");
        await book.As(bob).SaveAsync("by Bob");
        Assert.Equal(2, (await bob.ListAsync("/v1/pixbooks", 1)).Count);
        Assert.Single(await bob.ListAsync($"/v1/identities?accountId={ada.AccountId}", 1));
        Assert.Equal(ada.IdentityId, (await bobs.ReceiptsAsync())[^1].GetProperty("issuer").GetProperty("identityId").GetString());

        var before = shared.Host.Data.Contents();
        await bob.RefusedAsync("forbidden", "/v1/identities/commands/create", new JsonObject { ["accountId"] = ada.AccountId, ["label"] = "Bob" });
        await bob.RefusedAsync("forbidden", $"/v1/identities/{ada.IdentityId}/commands/rotate-key", new JsonObject());
        await bob.RefusedAsync("forbidden", $"/v1/identities/{ada.IdentityId}/commands/revoke", new JsonObject());
        await bob.RefusedAsync("forbidden", $"/v1/accounts/{ada.AccountId}/commands/add-member", new JsonObject { ["userId"] = "carol", ["role"] = "member" });
        await bob.RefusedAsync("forbidden", $"/v1/accounts/{ada.AccountId}/commands/remove-member", new JsonObject { ["userId"] = ada.Api.UserId });
        Assert.Equal(before, shared.Host.Data.Contents());
    }

    [Fact]
    public async Task A_removed_member_loses_everything_at_once()
    {
        var (ada, bob) = (await shared.NewCollectorAsync(), shared.NewUser("bob"));
        var book = (await ada.OpenBookAsync()).As(bob);
        await Commands.AddMemberAsync(ada.Api, ada.AccountId, bob.UserId, "owner");
        var (key, save) = (Api.NewKey(), new JsonObject { ["snapshot"] = 1 });
        var saved = await bob.DoAsync(book.SavePath, save, key);

        await Commands.RemoveMemberAsync(ada.Api, ada.AccountId, bob.UserId);
        foreach (var path in new[] { book.Path, $"{book.Path}/receipts", $"/v1/receipts/{saved.EventId}", $"/v1/accounts/{ada.AccountId}", $"/v1/identities/{ada.IdentityId}" })
            await bob.NotGivenAsync("not-found", path);
        await bob.RefusedAsync("not-found", book.SavePath, save);
        await bob.RefusedAsync("not-found", book.SavePath, save, key);
        Assert.Empty(await bob.ListAsync("/v1/accounts", 1));
        Assert.Empty(await bob.ListAsync("/v1/pixbooks", 1));

        // Come back, everything is there again.
        await Commands.AddMemberAsync(ada.Api, ada.AccountId, bob.UserId, "member");
        (await bob.DoAsync(book.SavePath, save, key)).AssertRepeats(saved);
    }

    [Fact]
    public async Task An_account_keeps_an_owner()
    {
        var (ada, bob) = (await shared.NewCollectorAsync(), shared.NewUser("bob"));
        var (add, remove) = ($"/v1/accounts/{ada.AccountId}/commands/add-member", $"/v1/accounts/{ada.AccountId}/commands/remove-member");
        await ada.Api.RefusedAsync("last-owner", remove, new JsonObject { ["userId"] = ada.Api.UserId });
        await Commands.AddMemberAsync(ada.Api, ada.AccountId, bob.UserId, "member");
        await ada.Api.RefusedAsync("last-owner", remove, new JsonObject { ["userId"] = ada.Api.UserId });
        await ada.Api.RefusedAsync("already-member", add, new JsonObject { ["userId"] = bob.UserId, ["role"] = "owner" });
        await ada.Api.RefusedAsync("not-member", remove, new JsonObject { ["userId"] = "nobody" });

        await Commands.RemoveMemberAsync(ada.Api, ada.AccountId, bob.UserId);
        await Commands.AddMemberAsync(ada.Api, ada.AccountId, bob.UserId, "owner");
        await Commands.RemoveMemberAsync(bob, ada.AccountId, ada.Api.UserId);
        await bob.RefusedAsync("last-owner", remove, new JsonObject { ["userId"] = bob.UserId });
    }

    [Fact]
    public async Task Two_owners_who_remove_each_other_leave_one()
    {
        for (var round = 0; round < LoadSize.Of(5); round++)
        {
            var (ada, bob) = (await shared.NewCollectorAsync(), shared.NewUser("bob"));
            await Commands.AddMemberAsync(ada.Api, ada.AccountId, bob.UserId, "owner");
            var remove = $"/v1/accounts/{ada.AccountId}/commands/remove-member";
            var responses = await Task.WhenAll(
                ada.Api.SendAsync(remove, $$"""{"userId":"{{bob.UserId}}"}""", Api.NewKey()),
                bob.SendAsync(remove, $$"""{"userId":"{{ada.Api.UserId}}"}""", Api.NewKey()));
            Assert.Single(responses, response => response.IsSuccessStatusCode);
        }
    }

    [Fact]
    public async Task The_rights_of_an_operator_do_not_come_from_an_account()
    {
        var ada = await shared.NewCollectorAsync();
        var book = await ada.OpenBookAsync();
        var before = shared.Host.Data.Contents();
        await ada.Api.RefusedAsync("forbidden", $"{book.Path}/commands/add-card", Commands.Card("robin"));
        await ada.Api.RefusedAsync("forbidden", "/v1/collections/commands/publish", Commands.Birds("adas-birds"));
        await ada.Api.RefusedAsync("forbidden", "/v1/collections/garden-birds/commands/retire-series", new JsonObject { ["seriesId"] = "visitors" });
        Assert.Equal(before, shared.Host.Data.Contents());
    }

    [Fact]
    public async Task A_card_is_corrected_by_an_operator_and_signed_by_the_platform()
    {
        var ada = await shared.NewCollectorAsync();
        var (book, op) = (await ada.OpenBookAsync(), shared.Operator);
        var remove = $"{book.Path}/commands/remove-card";
        var instance = (await book.GrantAsync(op, "robin"))["cardInstanceId"];

        await ada.Api.RefusedAsync("forbidden", remove, Removal("correction"));
        Assert.Equal(["/reason"], (await op.RefusedAsync("invalid-request", remove, Removal("traded"))).Places());
        Assert.Equal(["/reason"], (await ada.Api.RefusedAsync("invalid-request", remove, Removal("traded"))).Places());
        await op.RefusedAsync("not-found", remove, Removal("discarded"));

        await Commands.RevokeAsync(ada.Api, ada.IdentityId);
        await ada.Api.RefusedAsync("identity-revoked", remove, Removal("discarded"));
        await op.DoAsync(remove, Removal("correction"));
        var receipt = (await book.ReceiptsAsync())[^1];
        Assert.Equal(("CARD_REMOVED", "platform"), (receipt.GetProperty("type").GetString(), receipt.GetProperty("issuer").GetProperty("identityId").GetString()));
        await op.RefusedAsync("card-not-in-book", remove, Removal("correction"));

        JsonObject Removal(string reason) => new() { ["cardInstanceId"] = instance, ["reason"] = reason };
    }

    [Fact]
    public async Task An_operator_by_setting_is_one_and_a_likeness_of_the_name_is_none()
    {
        using var data = new DataFolder();
        await using var host = await HostProcess.StartAsync(data, "Development", "--PixPax:Operators:0", "Carol");
        await Commands.PublishBirdsAsync(host.As("Carol"));
        await host.As("carol").RefusedAsync("forbidden", "/v1/collections/commands/publish", Commands.Birds("others"));
        await host.As("Operator").RefusedAsync("forbidden", "/v1/collections/commands/publish", Commands.Birds("others"));
    }
}
