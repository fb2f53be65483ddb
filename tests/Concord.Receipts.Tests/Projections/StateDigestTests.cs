using System.Collections.Immutable;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Concord.Receipts.Tests.Streams;

namespace Concord.Receipts.Tests.Projections;

public sealed class StateDigestTests
{
    private readonly MemoryObjectStore _store = new();

    [Fact]
    public async Task A_replay_gives_the_digest_of_the_live_state_every_time()
    {
        var (first, second) = (new Process(_store), new Process(_store));
        for (var i = 0; i < 20; i++)
            await (i % 2 == 0 ? first : second).AddAsync($"k{i}", i, i);
        var live = StateDigest.Of(await first.ReadAsync(), Counter.Type.Fold);
        Assert.Equal(live, StateDigest.Of(await second.ReadAsync(), Counter.Type.Fold));
        for (var i = 0; i < 2; i++)
            Assert.Equal(live, StateDigest.Of(await StreamReplay.ReplayAsync(_store, Counter.Type, Counter.Id), Counter.Type.Fold));
    }

    [Fact]
    public async Task Any_more_or_other_receipt_is_another_digest()
    {
        var empty = StateDigest.Of(await new Process(_store).ReadAsync(), Counter.Type.Fold);
        await new Process(_store).AddAsync("k", 0);
        var one = StateDigest.Of(await new Process(_store).ReadAsync(), Counter.Type.Fold);
        await new Process(_store).AddAsync("l", 0);
        var two = StateDigest.Of(await new Process(_store).ReadAsync(), Counter.Type.Fold);
        Assert.Equal(3, new HashSet<object> { empty, one, two }.Count);
        var otherStore = new MemoryObjectStore();
        await new Process(otherStore).AddAsync("k2", 0);
        Assert.NotEqual(one, StateDigest.Of(await new Process(otherStore).ReadAsync(), Counter.Type.Fold));
    }

    [Fact]
    public async Task The_projection_is_given_the_state_that_a_replay_gives()
    {
        var given = new Last();
        var process = new Process(_store, options => options.Projection = given);
        for (var i = 0; i < 5; i++)
        {
            await process.AddAsync($"k{i}", i);
            Assert.Equal(
                StateDigest.Of(await StreamReplay.ReplayAsync(_store, Counter.Type, Counter.Id), Counter.Type.Fold),
                StateDigest.Of((ReceiptStream<CounterState>)given.Stream!, Counter.Type.Fold));
        }
    }

    private sealed class Last : IProjection
    {
        public ReceiptStream? Stream { get; private set; }

        public ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default)
        {
            Stream = advance.After;
            return ValueTask.CompletedTask;
        }
    }
}
