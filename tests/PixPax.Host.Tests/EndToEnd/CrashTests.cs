using Concord.Receipts.Streams;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>SIGKILL under load, and what is there afterwards.</summary>
public sealed class CrashTests
{
    private const int Books = 4;
    private const int Clients = 12;

    [Fact]
    public async Task Whatever_was_acknowledged_is_there_after_a_kill_and_every_repetition_gives_one_answer()
    {
        using var data = new DataFolder();
        var everything = new List<Attempt>();
        IReadOnlyList<Book> books = [];
        await using (var host = await HostProcess.StartAsync(data)) books = await Scene.BooksAsync(await Scene.CollectorsAsync(host, Books));

        for (var round = 0; round < LoadSize.Of(3); round++)
        {
            await using var host = await HostProcess.StartAsync(data);
            await using var load = Load.Start([.. books.Select(book => book.At(host))], host.Operator(), Clients);
            // A different number each time, so that the blow falls at another place.
            await load.ReachAsync(60 + 7 * round);
            await host.KillAsync();
            await load.StopAsync();
            Assert.Empty(load.Surprises);

            await Scene.AssertAllThereAsync(data, load.Acknowledged);
            await using var again = await HostProcess.StartAsync(data);
            await Scene.AssertAllThereAsync(data, load.Acknowledged);
            await Scene.RepeatAllAsync(again, load.Attempts);
            await data.AssertVerifiesAsync();
            everything.AddRange(load.Attempts);
            await again.KillAsync();
        }

        // And what was answered rounds ago still is.
        await using var last = await HostProcess.StartAsync(data);
        await Scene.RepeatAllAsync(last, everything);
        foreach (var book in books)
            Assert.Equal(1 + everything.Count(attempt => attempt.Book.Id == book.Id), (await book.At(last).ReceiptsAsync()).Count);
    }

    [Fact]
    public async Task Creations_that_a_kill_cuts_off_are_made_once()
    {
        using var data = new DataFolder();
        string accountId;
        await using (var host = await HostProcess.StartAsync(data)) accountId = (await Commands.CreateAccountAsync(host.As("ada"), "Ada's"))["accountId"];

        for (var round = 0; round < LoadSize.Of(2); round++)
        {
            var keys = Enumerable.Range(0, 24).Select(_ => Api.NewKey()).ToArray();
            await using (var host = await HostProcess.StartAsync(data))
            {
                var ada = host.As("ada");
                var first = new TaskCompletionSource();
                var creations = keys.Select(async key =>
                {
                    try
                    {
                        await Commands.CreateIdentityAsync(ada, accountId, "A child", key);
                        first.TrySetResult();
                    }
                    catch (HttpRequestException)
                    {
                        // Cut off: whether it was made is what the repetition finds out.
                    }
                }).ToArray();
                await first.Task;
                await host.KillAsync();
                await Task.WhenAll(creations);
            }

            await using var again = await HostProcess.StartAsync(data);
            foreach (var key in keys)
            {
                var answer = await Commands.CreateIdentityAsync(again.As("ada"), accountId, "A child", key);
                Assert.Equal(1, answer.StreamVersion);
                (await Commands.CreateIdentityAsync(again.As("ada"), accountId, "A child", key)).AssertRepeats(answer);
                await Commands.CreateBookAsync(again.As("ada"), accountId, answer["identityId"], "It signs");
            }

            Assert.Equal(keys.Length * (round + 1), (await again.As("ada").ListAsync($"/v1/identities?accountId={accountId}", 500)).Count);
            await again.KillAsync();
        }

        await data.AssertVerifiesAsync();
    }

    [Fact]
    public async Task A_commit_that_was_not_published_is_served_at_once_and_published_by_the_next_command()
    {
        using var data = new DataFolder();
        await using var first = await HostProcess.StartAsync(data);
        var book = await (await Collector.JoinAsync(first, "ada")).OpenBookAsync();
        var save = await book.SaveAsync("as if the host had died before it was published");
        var published = data.FileOf(StreamLayout.Event(book.Prefix, Concord.Receipts.EventId.Parse(save.EventId)));
        var bytes = await File.ReadAllBytesAsync(published);
        await first.KillAsync();
        File.Delete(published);

        await using var second = await HostProcess.StartAsync(data);
        Assert.Equal(bytes, await second.As("ada").BytesAsync($"/v1/receipts/{save.EventId}"));
        Assert.False(File.Exists(published), "A read has written.");
        await book.At(second).SaveAsync("next");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(published));
        await data.AssertVerifiesAsync();
    }
}
