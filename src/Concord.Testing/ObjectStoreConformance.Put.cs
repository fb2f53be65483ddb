using Concord.Receipts.Storage;

namespace Concord.Testing;

public abstract partial class ObjectStoreConformance
{
    [Fact]
    public async Task A_put_creates_and_replaces()
    {
        IObjectStore store = await OpenAsync();
        await store.PutAsync("derived/head.json", Bytes("a long first version"));
        await store.PutAsync("derived/head.json", Bytes("second"));
        Assert.Equal("second", await TextAsync(store, "derived/head.json"));
        Assert.Equal("second", await TextAsync(await OpenAgainAsync(), "derived/head.json"));
        Assert.Equal(["derived/head.json"], await KeysAsync(store));
    }

    [Fact]
    public async Task A_reader_of_an_object_that_is_being_put_sees_one_version_whole()
    {
        IObjectStore store = await OpenAsync();
        IObjectStore other = await OpenAgainAsync();
        // Each version has a length and a byte of its own, so that neither a part nor a mixture goes unnoticed.
        static byte[] Version(int number)
        {
            byte[] content = new byte[50_000 + (number * 10_000)];
            content.AsSpan().Fill((byte)number);
            return content;
        }

        await store.PutAsync("derived/state", Version(0));
        using CancellationTokenSource enough = new();
        Task[] writers = [.. new[] { store, other }.Select(handle => Task.Run(async () =>
        {
            for (int i = 0; !enough.IsCancellationRequested; i++)
                await handle.PutAsync("derived/state", Version(i % 8));
        }))];

        for (int read = 0; read < 100; read++)
        {
            ReadOnlyMemory<byte>? content = await (read % 2 == 0 ? store : other).GetAsync("derived/state");
            Assert.NotNull(content);
            byte[] version = Version(content.Value.Span[0]);
            Assert.True(content.Value.Span.SequenceEqual(version), $"read {read} is no version");
        }

        await enough.CancelAsync();
        await Task.WhenAll(writers);
    }
}
