using System.Text.Json.Nodes;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>Two hosts on one data folder: one chain, without gap or fork.</summary>
public sealed class TwoHostsTests
{
    private const int Clients = 8;

    [Fact]
    public async Task Under_load_from_both_every_stream_is_one_chain()
    {
        using var data = new DataFolder();
        await using var left = await HostProcess.StartAsync(data);
        await using var right = await HostProcess.StartAsync(data);
        var collectors = await Scene.CollectorsAsync(left, 3);
        var books = await Scene.BooksAsync(collectors);
        IReadOnlyList<Book> Of(HostProcess host, params int[] which) => [.. which.Select(n => books[n].At(host))];

        // The first book from both, the others from one each.
        await using var fromLeft = Load.Start(Of(left, 0, 1), left.Operator(), Clients);
        await using var fromRight = Load.Start(Of(right, 0, 2), right.Operator(), Clients);
        await fromLeft.ReachAsync(LoadSize.Of(80));
        await fromRight.ReachAsync(LoadSize.Of(80));
        await fromLeft.StopAsync();
        await fromRight.StopAsync();

        Assert.Empty(fromLeft.Surprises.Concat(fromRight.Surprises));
        await data.AssertVerifiesAsync();
        Attempt[] all = [.. fromLeft.Attempts, .. fromRight.Attempts];
        await Scene.AssertAllThereAsync(data, all.Where(attempt => attempt.Acknowledged is not null));

        // Whatever one host answered, the other one answers the same.
        await Scene.RepeatAllAsync(right, fromLeft.Attempts);
        await Scene.RepeatAllAsync(left, fromRight.Attempts);
        foreach (var book in books)
        {
            var (here, there) = (await book.At(left).ReceiptsAsync(), await book.At(right).ReceiptsAsync());
            Assert.Equal(here.Text(), there.Text());
            Assert.Equal(1 + all.Count(attempt => attempt.Book.Id == book.Id), here.Count);
        }

        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task What_one_host_made_the_other_one_reads_at_once_and_lists_within_seconds()
    {
        using var data = new DataFolder();
        await using var left = await HostProcess.StartAsync(data);
        await using var right = await HostProcess.StartAsync(data);
        var ada = await Collector.JoinAsync(left, "ada");
        await Commands.PublishBirdsAsync(left.Operator());
        var book = await ada.OpenBookAsync();
        var save = await book.SaveAsync("from the left");
        var there = book.At(right);

        Assert.Equal(2, (await there.Api.GetAsync(there.Path)).GetProperty("streamVersion").GetInt32());
        Assert.Equal(2, (await there.ReceiptsAsync()).Count);
        Assert.Equal(await book.Api.BytesAsync($"/v1/receipts/{save.EventId}"), await there.Api.BytesAsync($"/v1/receipts/{save.EventId}"));
        Assert.Equal(await book.Api.BytesAsync($"{book.Path}/bundle"), await there.Api.BytesAsync($"{book.Path}/bundle"));
        Assert.Equal(3, (await there.SaveAsync("from the right")).StreamVersion);
        Assert.Equal(4, (await book.GrantAsync(left.Operator(), "robin")).StreamVersion);
        Assert.Equal(5, (await there.GrantAsync(right.Operator(), "robin")).StreamVersion);
        foreach (var host in new[] { left, right })
        {
            var last = (await host.As("ada").GetAsync($"{book.Path}/snapshot")).GetProperty("lastSave");
            Assert.Equal("from the right", last.GetProperty("snapshot").GetString());
        }

        foreach (var list in new[] { "/v1/accounts", $"/v1/identities?accountId={ada.AccountId}", "/v1/pixbooks", "/v1/collections" })
            await Scene.EventuallyAsync(async () => (await left.As("ada").ListAsync(list, 10)).Text() == (await right.As("ada").ListAsync(list, 10)).Text());
        Assert.Single(await right.As("ada").ListAsync("/v1/pixbooks", 10));
    }

    [Fact]
    public async Task A_member_who_is_removed_on_one_host_loses_access_on_the_other_at_once()
    {
        using var data = new DataFolder();
        await using var left = await HostProcess.StartAsync(data);
        await using var right = await HostProcess.StartAsync(data);
        var ada = await Collector.JoinAsync(left, "ada");
        var book = await ada.OpenBookAsync();
        var bob = right.As("bob");
        await Commands.AddMemberAsync(ada.Api, ada.AccountId, "bob", "owner");
        var save = await book.As(bob).SaveAsync("by Bob");
        await Commands.RemoveMemberAsync(ada.Api, ada.AccountId, "bob");

        await bob.RefusedAsync("not-found", book.SavePath, new JsonObject { ["snapshot"] = 1 });
        foreach (var path in new[] { book.Path, $"{book.Path}/bundle", $"/v1/receipts/{save.EventId}", $"/v1/identities/{ada.IdentityId}", $"/v1/pixbooks?accountId={ada.AccountId}" })
            await bob.NotGivenAsync("not-found", path);
    }

    [Fact]
    public async Task One_command_at_two_hosts_at_once_is_one_command()
    {
        using var data = new DataFolder();
        await using var left = await HostProcess.StartAsync(data);
        await using var right = await HostProcess.StartAsync(data);
        var ada = await Collector.JoinAsync(left, "ada");
        var book = await ada.OpenBookAsync();
        for (var round = 0; round < LoadSize.Of(15); round++)
        {
            var (key, large) = (Api.NewKey(), new string('x', 70_000));
            var books = await Task.WhenAll(ada.OpenBookAsync(key: key), ada.At(right).OpenBookAsync(key: key));
            Assert.Equal(books[0].Id, books[1].Id);
            var saves = await Task.WhenAll(book.SaveAsync(large, key), book.At(right).SaveAsync(large, key));
            Assert.Equal(saves[0].Json.GetRawText(), saves[1].Json.GetRawText());
            var rotations = await Task.WhenAll(Commands.RotateAsync(left.As("ada"), ada.IdentityId, key), Commands.RotateAsync(right.As("ada"), ada.IdentityId, key));
            Assert.Equal(rotations[0].Json.GetRawText(), rotations[1].Json.GetRawText());
            Assert.Equal(round + 2, rotations[0].StreamVersion);
        }

        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_key_is_rotated_on_one_host_while_the_other_one_signs_with_it()
    {
        using var data = new DataFolder();
        await using var left = await HostProcess.StartAsync(data);
        await using var right = await HostProcess.StartAsync(data);
        var collectors = await Scene.CollectorsAsync(left, 1);
        var books = await Scene.BooksAsync([collectors[0], collectors[0]]);
        await using var fromLeft = Load.Start([.. books.Select(book => book.At(left))], left.Operator(), Clients);
        await using var fromRight = Load.Start([.. books.Select(book => book.At(right))], right.Operator(), Clients);
        for (var round = 1; round <= LoadSize.Of(6); round++)
        {
            await fromLeft.ReachAsync(12 * round);
            await fromRight.ReachAsync(12 * round);
            await Commands.RotateAsync((round % 2 == 0 ? left : right).As(collectors[0].Api.UserId), collectors[0].IdentityId);
        }

        await fromLeft.StopAsync();
        await fromRight.StopAsync();
        Assert.Empty(fromLeft.Surprises.Concat(fromRight.Surprises));
        await Scene.AssertAllThereAsync(data, fromLeft.Acknowledged.Concat(fromRight.Acknowledged));
        await data.AssertVerifiesAsync();
    }
}
