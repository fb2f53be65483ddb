using System.Text;
using PixPax.Host.Tests.Edge;
using PixPax.Host.Tests.EndToEnd;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>The same feed as server-sent events.</summary>
[Collection(SharedEdgeCollection.Name)]
public sealed class EventStreamTests(SharedEdge shared)
{
    private readonly InProcessHost _host = shared.Host;

    [Fact]
    public async Task A_reader_is_given_what_there_is_and_what_comes_byte_for_byte()
    {
        var book = await BookAsync();
        var first = await book.SaveAsync("one\nline & another");
        using var reader = await EventReader.OpenAsync(book.Api.Http, $"stream=pixbook/{book.Id}");
        Assert.Equal([1L, 2L], (await reader.CatchUpAsync()).Select(receipt => receipt.Version));
        var second = await book.SaveAsync("second");
        var live = await reader.NextAsync("receipt");
        Assert.Equal((second.EventId, "3"), (live.EventId, live.Id));
        Assert.Equal(_host.Data.Event(book.Prefix, second.EventId), Encoding.UTF8.GetBytes(live.Data));

        using var again = await EventReader.OpenAsync(book.Api.Http, $"stream=pixbook/{book.Id}&after=1&live=false");
        Assert.Equal(Encoding.UTF8.GetString(_host.Data.Event(book.Prefix, first.EventId)), (await again.CatchUpAsync())[0].Data);
        Assert.Null(await again.NextAsync());
    }

    [Fact]
    public async Task The_last_event_id_wins_over_the_address()
    {
        var book = await BookAsync();
        for (var page = 0; page < 4; page++) await book.SaveAsync(page);
        using var reader = await EventReader.OpenAsync(book.Api.Http, $"stream=pixbook/{book.Id}&after=1", lastEventId: "3");
        Assert.Equal([4L, 5L], (await reader.CatchUpAsync()).Select(receipt => receipt.Version));
    }

    [Fact]
    public async Task Who_reconnects_again_and_again_with_the_last_id_has_everything_once()
    {
        var book = await BookAsync();
        var (got, last) = (new List<long>(), (string?)null);
        for (var round = 0; round < 8; round++)
        {
            await book.SaveAsync(round);
            using var reader = await EventReader.OpenAsync(book.Api.Http, $"stream=pixbook/{book.Id}", last);
            // Cut off in the middle of what there is, or behind it.
            if (round % 2 == 0) got.AddRange((await reader.CatchUpAsync()).Select(receipt => receipt.Version));
            else got.Add((await reader.NextAsync("receipt")).Version);
            last = reader.LastEventId;
        }

        Assert.Equal(Enumerable.Range(1, 9).Select(version => (long)version), got);
    }

    [Theory]
    [InlineData("", "invalid-request")]
    [InlineData("stream=platform-keys&account=a", "invalid-request")]
    [InlineData("stream=platform-keys&stream=platform-keys", "invalid-request")]
    [InlineData("stream=platform-keys&live=yes", "invalid-request")]
    [InlineData("stream=platform-keys&after=x", "invalid-request")]
    [InlineData("stream=platform-keys&after=99", "position-ahead")]
    [InlineData("stream=pixbook/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9", "not-found")]
    [InlineData("account=01KJ7Z6V8GZ3N9Q4R5S6T7V8W9", "not-found")]
    public Task What_cannot_be_opened_is_a_problem_and_no_stream(string query, string code) => _host.As("eve").NotGivenAsync(code, "/v1/subscriptions/events?" + query);

    private async Task<Book> BookAsync() => await (await Collector.JoinAsync(_host.As(World.NewName("ada")))).OpenBookAsync();
}
