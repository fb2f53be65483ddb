using Concord.Receipts.Storage;
using Concord.Testing;

namespace Concord.Receipts.Tests.Storage;

public class FaultyObjectStoreTests
{
    private readonly MemoryObjectStore inner = new();
    private CallFault fault;

    [Theory]
    [InlineData(CallFault.NothingDone, false, false)]
    [InlineData(CallFault.ResponseLost, true, true)]
    [InlineData(CallFault.LandsLater, false, true)]
    public async Task A_failed_create_is_stored_at_once_later_or_never(CallFault fault, bool atOnce, bool inTheEnd)
    {
        this.fault = fault;
        FaultyObjectStore store = new(inner) { FaultOf = _ => this.fault };
        byte[] buffer = [1];
        await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.CreateAsync("a", buffer));
        buffer[0] = 2;
        Assert.Equal(atOnce, await inner.GetAsync("a") is not null);
        await store.LandLateWritesAsync();
        ReadOnlyMemory<byte>? stored = await inner.GetAsync("a");
        Assert.Equal(inTheEnd, stored is not null);
        Assert.Equal(inTheEnd ? 1 : null, stored?.Span[0]);
    }

    [Fact]
    public async Task A_write_that_lands_late_does_not_win_over_one_that_came_before_it()
    {
        fault = CallFault.LandsLater;
        FaultyObjectStore store = new(inner) { FaultOf = _ => fault };
        await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.CreateAsync("a", new byte[] { 1 }));
        fault = CallFault.None;
        Assert.Equal(CreateOutcome.Created, await store.CreateAsync("a", new byte[] { 2 }));
        await store.LandLateWritesAsync();
        Assert.Equal(2, (await store.GetAsync("a"))!.Value.Span[0]);
    }
}
