using System.Text.Json;

namespace PixPax.Host.Tests.EndToEnd;

/// <summary>A few collectors with a book each, the birds published: what the tests of load act on.</summary>
internal static class Scene
{
    public static async Task<IReadOnlyList<Collector>> CollectorsAsync(HostProcess host, int count)
    {
        await Commands.PublishBirdsAsync(host.Operator());
        return await Task.WhenAll(Enumerable.Range(0, count).Select(n => Collector.JoinAsync(host, $"collector-{n}")));
    }

    public static async Task<IReadOnlyList<Book>> BooksAsync(IEnumerable<Collector> collectors) =>
        await Task.WhenAll(collectors.Select(collector => collector.OpenBookAsync()));

    public static Book At(this Book book, HostProcess host) => book with { Api = host.As(book.Api.UserId) };

    /// <summary>Every answer that was given stands in the store, in the very bytes that are served, at the place that was told.</summary>
    public static async Task AssertAllThereAsync(DataFolder data, IEnumerable<Attempt> acknowledged)
    {
        foreach (var of in acknowledged.GroupBy(attempt => attempt.Book.Prefix))
        {
            var receipts = await data.ReadAsync(of.Key);
            foreach (var (attempt, answer) in of.Select(attempt => (attempt, attempt.Acknowledged!)))
            {
                var receipt = receipts[(int)answer.StreamVersion - 1];
                Assert.Equal((answer.EventId, answer.Hash, attempt.Key), (receipt.EventId.ToString(), receipt.Hash.ToString(), receipt.IdempotencyKey.Value));
                Assert.Equal(receipt.Bytes.ToArray(), data.Event(of.Key, answer.EventId));
            }
        }
    }

    /// <summary>
    /// Every command is sent again, answered or not: what was answered is answered the same, what was not gets one answer from now
    /// on, and none of them is committed twice.
    /// </summary>
    public static async Task RepeatAllAsync(HostProcess host, IReadOnlyCollection<Attempt> attempts)
    {
        foreach (var attempt in attempts)
        {
            var api = attempt.IsGrant ? host.Operator() : host.As(attempt.Book.Api.UserId);
            var first = await api.DoAsync(attempt.Path, attempt.Body, attempt.Key);
            if (attempt.Acknowledged is { } told) first.AssertRepeats(told);
            (await api.DoAsync(attempt.Path, attempt.Body, attempt.Key)).AssertRepeats(first);
            attempt.Acknowledged = first;
        }

        await AssertAllThereAsync(host.Data, attempts);
        foreach (var of in attempts.GroupBy(attempt => attempt.Book.Prefix))
        {
            var keys = (await host.Data.ReadAsync(of.Key)).Select(receipt => receipt.IdempotencyKey.Value).ToArray();
            Assert.Distinct(keys);
            Assert.Superset(of.Select(attempt => attempt.Key).ToHashSet(), keys.ToHashSet());
        }
    }

    /// <summary>The condition of what "within seconds" means here.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(100, limit.Token);
    }

    public static string Text(this IEnumerable<JsonElement> items) => string.Join('\n', items.Select(item => item.GetRawText()));
}
