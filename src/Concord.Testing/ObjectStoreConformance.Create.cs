using Concord.Receipts.Storage;

namespace Concord.Testing;

public abstract partial class ObjectStoreConformance
{
    [Fact]
    public async Task A_created_object_is_there()
    {
        IObjectStore store = await OpenAsync();
        Assert.Equal(CreateOutcome.Created, await store.CreateAsync("a/b/c.json", Bytes("content")));
        Assert.Equal("content", await TextAsync(store, "a/b/c.json"));
    }

    [Fact]
    public async Task A_created_object_is_there_through_another_handle()
    {
        IObjectStore store = await OpenAsync();
        await store.CreateAsync("a/b", Bytes("content"));
        IObjectStore other = await OpenAgainAsync();
        Assert.Equal("content", await TextAsync(other, "a/b"));
        Assert.Equal(CreateOutcome.AlreadyExists, await other.CreateAsync("a/b", Bytes("other")));
    }

    [Fact]
    public async Task A_second_create_is_refused_and_changes_nothing()
    {
        IObjectStore store = await OpenAsync();
        await store.CreateAsync("a", Bytes("first"));
        Assert.Equal(CreateOutcome.AlreadyExists, await store.CreateAsync("a", Bytes("second")));
        Assert.Equal("first", await TextAsync(store, "a"));
    }

    [Fact]
    public async Task A_second_create_with_the_same_bytes_is_refused_too()
    {
        IObjectStore store = await OpenAsync();
        await store.CreateAsync("a", Bytes("same"));
        Assert.Equal(CreateOutcome.AlreadyExists, await store.CreateAsync("a", Bytes("same")));
    }

    [Fact]
    public async Task A_create_over_a_put_object_is_refused()
    {
        IObjectStore store = await OpenAsync();
        await store.PutAsync("a", Bytes("put"));
        Assert.Equal(CreateOutcome.AlreadyExists, await store.CreateAsync("a", Bytes("created")));
        Assert.Equal("put", await TextAsync(store, "a"));
    }

    [Fact]
    public async Task Of_32_concurrent_creates_of_one_key_from_two_handles_exactly_one_creates_it()
    {
        IObjectStore[] handles = [await OpenAsync(), await OpenAgainAsync()];
        for (int round = 0; round < 8; round++)
        {
            string key = $"race/{round}/commits/1";
            TaskCompletionSource start = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task<CreateOutcome>[] writers = [.. Enumerable.Range(0, 32).Select(async writer =>
            {
                await start.Task;
                return await handles[writer % 2].CreateAsync(key, Bytes($"writer {writer}"));
            })];
            start.SetResult();
            CreateOutcome[] outcomes = await Task.WhenAll(writers);

            int winner = Assert.Single(Enumerable.Range(0, 32), writer => outcomes[writer] == CreateOutcome.Created);
            Assert.Equal($"writer {winner}", await TextAsync(handles[0], key));
            Assert.Equal($"writer {winner}", await TextAsync(handles[1], key));
        }
    }

    [Fact]
    public async Task Who_is_told_that_an_object_exists_can_read_it_whole()
    {
        IObjectStore store = await OpenAsync();
        IObjectStore other = await OpenAgainAsync();
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        for (int round = 0; round < 10; round++)
        {
            string key = $"whole/{round}";
            Task<CreateOutcome> first = Task.Run(async () => await store.CreateAsync(key, content));
            Task<CreateOutcome> second = Task.Run(async () => await other.CreateAsync(key, content));
            await await Task.WhenAny(first, second);
            Assert.True((await store.GetAsync(key))!.Value.Span.SequenceEqual(content));
            await Task.WhenAll(first, second);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4 * 1024 * 1024)]
    public async Task Bytes_come_back_exactly(int length)
    {
        IObjectStore store = await OpenAsync();
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        await store.CreateAsync("created", content);
        await store.PutAsync("put", content);
        ReadOnlyMemory<byte>? created = await store.GetAsync("created");
        ReadOnlyMemory<byte>? put = await store.GetAsync("put");
        Assert.NotNull(created);
        Assert.NotNull(put);
        Assert.True(created.Value.Span.SequenceEqual(content));
        Assert.True(put.Value.Span.SequenceEqual(content));
    }

    [Fact]
    public async Task Every_value_of_a_byte_comes_back_exactly()
    {
        IObjectStore store = await OpenAsync();
        byte[] content = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await store.CreateAsync("a", content);
        Assert.Equal(content, (await store.GetAsync("a"))!.Value.ToArray());
    }

    [Fact]
    public async Task Only_the_given_part_of_a_buffer_is_stored()
    {
        IObjectStore store = await OpenAsync();
        await store.CreateAsync("a", Bytes("0123456789").AsMemory(3, 4));
        Assert.Equal("3456", await TextAsync(store, "a"));
    }

    [Fact]
    public async Task The_caller_may_reuse_its_buffer_after_the_call()
    {
        IObjectStore store = await OpenAsync();
        byte[] buffer = Bytes("before");
        await store.CreateAsync("created", buffer);
        await store.PutAsync("put", buffer);
        buffer.AsSpan().Fill((byte)'x');
        Assert.Equal("before", await TextAsync(store, "created"));
        Assert.Equal("before", await TextAsync(store, "put"));
    }

    [Fact]
    public async Task An_absent_object_is_null()
    {
        IObjectStore store = await OpenAsync();
        Assert.Null(await store.GetAsync("absent"));
        Assert.Null(await store.GetAsync("absent/too/here.json"));
        await store.CreateAsync("a/b/c", Bytes("c"));
        Assert.Null(await store.GetAsync("a/b/d"));
    }

    [Fact]
    public async Task What_a_key_of_an_object_starts_or_goes_on_with_is_no_object()
    {
        IObjectStore store = await OpenAsync();
        await store.CreateAsync("a/b/c", Bytes("c"));
        Assert.Null(await store.GetAsync("a/b"));
        Assert.Null(await store.GetAsync("a"));
        Assert.Null(await store.GetAsync("a/b/c/d"));
    }

    [Fact]
    public async Task Keys_that_differ_only_in_case_are_different_objects()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, "a/KEY", "a/key", "a/Key");
        Assert.Equal("a/KEY", await TextAsync(store, "a/KEY"));
        Assert.Equal("a/key", await TextAsync(store, "a/key"));
        Assert.Equal(["a/KEY", "a/Key", "a/key"], await KeysAsync(store));
    }
}
