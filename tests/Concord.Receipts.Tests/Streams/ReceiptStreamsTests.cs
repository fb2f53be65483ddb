using System.Text;
using Concord.Receipts.Sealing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Signing;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Tests.Streams;

public sealed class ReceiptStreamsTests
{
    private readonly MemoryObjectStore _store = new();
    private readonly TestKey _key = new(77);

    [Theory]
    [InlineData("streamVersion", FailureKind.VersionGap)]
    [InlineData("prevHash", FailureKind.ChainBroken)]
    [InlineData("eventId", FailureKind.EventIdNotIncreasing)]
    [InlineData("stream", FailureKind.StreamMismatch)]
    [InlineData("commit", FailureKind.CommitTorn)]
    [InlineData("idempotencyKey", FailureKind.IdempotencyKeyReused)]
    [InlineData("payload", FailureKind.Malformed)]
    public async Task A_commit_that_does_not_continue_the_stream_damages_it(string member, FailureKind kind)
    {
        var chain = Chain(2);
        var second = ReceiptChain.Forge(chain[2], _key, json => json[member] = member switch
        {
            "streamVersion" => 3,
            "prevHash" => chain[2].Hash.ToString(),
            "eventId" => chain[1].EventId.ToString(),
            "stream" => System.Text.Json.Nodes.JsonNode.Parse("""{"counterId":"D","type":"counter"}"""),
            "commit" => System.Text.Json.Nodes.JsonNode.Parse("""{"count":2,"index":0}"""),
            "idempotencyKey" => "key-1",
            _ => new System.Text.Json.Nodes.JsonObject(),
        });
        await _store.CreateAsync(StreamLayout.Commit(Counter.Prefix, 1), CommitObject.Write(chain.Commits[0]));
        await _store.CreateAsync(StreamLayout.Commit(Counter.Prefix, 2), (byte[])[(byte)'[', .. second, (byte)']']);
        Assert.Equal(kind, (await Assert.ThrowsAsync<StreamDamagedException>(() => new Process(_store).ReadAsync())).Kind);
    }

    [Fact]
    public async Task More_streams_than_fit_in_memory_are_read_again()
    {
        var streams = new ReceiptStreams(_store, new ReceiptStreamsOptions { Capacity = 2 });
        var appender = new ReceiptAppender(streams, new Process(_store));
        for (var round = 1; round <= 3; round++)
            for (var i = 0; i < 5; i++)
            {
                var id = StreamId.Create("counter", ("counterId", $"C{i}"));
                var result = await appender.AppendAsync(Counter.Type, id, Counter.Command($"k{round}"), Counter.Add(1));
                Assert.Equal((AppendOutcome.Committed, (long)round), (result.Outcome, result.Head.Version));
            }
    }

    [Fact]
    public async Task Streams_are_found_by_their_commits_alone()
    {
        var appender = new Process(_store).Appender;
        foreach (var id in new[] { "B", "A", "C" })
            for (var i = 0; i < 3; i++)
                await appender.AppendAsync(Counter.Type, StreamId.Create("counter", ("counterId", id)), Counter.Command($"k{i}"), Counter.Add(1, 2));
        await _store.CreateAsync("counters/D/events/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9.json", "{}"u8.ToArray());
        await _store.CreateAsync("counters/E/commits/1.json", "{}"u8.ToArray());
        var found = await StreamDiscovery.FindAsync(_store).ToListAsync();
        Assert.Equal([("counters/A/", 6L), ("counters/B/", 6L), ("counters/C/", 6L)], found.Select(stream => (stream.Prefix, stream.Version)));
        Assert.Equal(StreamId.Create("counter", ("counterId", "B")), found[1].Stream);
        Assert.Single(await StreamDiscovery.FindAsync(_store, "counters/B/").ToListAsync());
        await _store.CreateAsync("counters/Z/commits/00000000000000000001.json", "{}"u8.ToArray());
        await Assert.ThrowsAsync<ReceiptFormatException>(async () => await StreamDiscovery.FindAsync(_store).ToListAsync());
    }

    [Fact]
    public void Objects_stand_where_the_layout_says()
    {
        var id = EventId.Parse("01KJ7Z6V8GZ3N9Q4R5S6T7V8W9");
        Assert.Equal("p/commits/00000000000000000042.json", StreamLayout.Commit("p/", 42));
        Assert.Equal("p/events/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9.json", StreamLayout.Event("p/", id));
        Assert.True(StreamLayout.TryParseCommit("a/b/commits/00000000000000000042.json", out var prefix, out var version) && (prefix, version) == ("a/b/", 42));
        Assert.True(StreamLayout.TryParseCommit("commits/00009007199254740991.json", out prefix, out _) && prefix.Length == 0);
        foreach (var key in new[] { "commits/00000000000000000000.json", "commits/00009007199254740992.json", "commits/99999999999999999999.json", "commits/1.json", "xcommits/00000000000000000001.json", "commits/00000000000000000001.json2" })
            Assert.False(StreamLayout.TryParseCommit(key, out _, out _), key);
        Assert.True(StreamLayout.TryParseEvent("p/", "p/events/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9.json", out var parsed) && parsed == id);
        foreach (var key in new[] { "p/events/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9", "q/events/01KJ7Z6V8GZ3N9Q4R5S6T7V8W9.json", "p/events/x.json", "p/events/.json" })
            Assert.False(StreamLayout.TryParseEvent("p/", key, out _), key);
    }

    [Fact]
    public void A_stream_type_has_streams_of_its_type_only()
    {
        Assert.Equal("counters/C/", Counter.Type.PrefixOf(Counter.Id));
        Assert.Throws<ArgumentException>(() => Counter.Type.PrefixOf(StreamId.PlatformKeys));
        Assert.Throws<ArgumentException>(() => new StreamType<CounterState>("x", "no-slash", new CounterFold()));
    }

    [Theory]
    [InlineData("", FailureKind.Malformed)]
    [InlineData("[]", FailureKind.Malformed)]
    [InlineData("{}", FailureKind.Malformed)]
    [InlineData("[1]", FailureKind.Malformed)]
    [InlineData("[{}]", FailureKind.Malformed)]
    [InlineData("[ ]", FailureKind.NotCanonical)]
    [InlineData("R", FailureKind.Malformed)]
    [InlineData("[R] ", FailureKind.NotCanonical)]
    [InlineData("[R,]", FailureKind.Malformed)]
    [InlineData("[R][R]", FailureKind.Malformed)]
    public void What_is_no_commit_is_told(string text, FailureKind kind) =>
        Assert.Equal(kind, CommitObject.TryRead(Encoding.UTF8.GetBytes(text.Replace("R", Encoding.UTF8.GetString(Chain(1)[1].Bytes.Span), StringComparison.Ordinal)), out _)!.Value.Kind);

    [Fact]
    public void A_commit_has_its_limits()
    {
        var receipt = Encoding.UTF8.GetString(Chain(1)[1].Bytes.Span);
        ReceiptFault? Read(int count) => CommitObject.TryRead(Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat(receipt, count)) + "]"), out _);
        Assert.Null(Read(64));
        Assert.Equal(FailureKind.TooLarge, Read(65)!.Value.Kind);
        Assert.Equal(FailureKind.TooLarge, CommitObject.TryRead(new byte[ReceiptLimits.CommitBytes + 1], out _)!.Value.Kind);
    }

    private ReceiptChain Chain(int commits)
    {
        var chain = new ReceiptChain(Counter.Id);
        for (var i = 0; i < commits; i++)
            chain.Commit(Counter.Owner, _key, ReceiptChain.Draft("ADDED", """{"by":1}"""));
        return chain;
    }
}
