using Concord.Receipts.Storage;

namespace Concord.Testing;

public abstract partial class ObjectStoreConformance
{
    public static TheoryData<string> InvalidKeys =>
    [
        "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "../a", "a/./b", ".hidden", "a/.hidden", "a\\b", "a b", "a:b", "a%2Fb", "a*", "a\0b", "a\nb",
        "\u00e9", "a/\ud83d\ude00", new string('a', 129), "a/" + new string('b', 129), string.Join('/', Enumerable.Repeat(new string('a', 100), 6)),
    ];

    [Theory]
    [MemberData(nameof(InvalidKeys))]
    public async Task An_invalid_key_is_refused(string key)
    {
        IObjectStore store = await OpenAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.CreateAsync(key, Bytes("a")));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.PutAsync(key, Bytes("a")));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.GetAsync(key));
        Assert.Empty(await KeysAsync(store));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("a//")]
    [InlineData("../")]
    [InlineData("a/.")]
    [InlineData(".staging")]
    [InlineData("a b")]
    public async Task An_invalid_prefix_or_after_is_refused(string text)
    {
        IObjectStore store = await OpenAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => KeysAsync(store, text));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => KeysAsync(store, "", text));
    }

    [Fact]
    public async Task The_longest_keys_work()
    {
        IObjectStore store = await OpenAsync();
        string longest = string.Join('/', new string('a', 128), new string('b', 128), new string('c', 128), new string('d', 125));
        Assert.Equal(ObjectKey.MaxBytes, longest.Length);
        await CreateAllAsync(store, longest);
        Assert.Equal(longest, await TextAsync(store, longest));
        Assert.Equal([longest], await KeysAsync(store));
        Assert.Equal([longest], await KeysAsync(store, longest));
    }

    [Fact]
    public async Task Content_over_the_limit_is_refused()
    {
        IObjectStore store = await OpenAsync();
        byte[] tooLong = new byte[IObjectStore.MaxObjectBytes + 1];
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.CreateAsync("a", tooLong));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await store.PutAsync("a", tooLong));
        Assert.Null(await store.GetAsync("a"));
    }

    [Fact]
    public async Task A_call_that_was_cancelled_before_it_began_has_no_effect()
    {
        IObjectStore store = await OpenAsync();
        await store.PutAsync("there", Bytes("before"));
        CancellationToken cancelled = new(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.CreateAsync("new", Bytes("a"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.PutAsync("there", Bytes("a"), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await store.GetAsync("there", cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (string _ in store.ListAsync("", cancellationToken: cancelled))
                Assert.Fail("A cancelled listing has no keys.");
        });
        Assert.Equal(["there"], await KeysAsync(store));
        Assert.Equal("before", await TextAsync(store, "there"));
    }

    [Fact]
    public async Task A_listing_can_be_cancelled_by_whoever_enumerates_it()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, "a", "b");
        using CancellationTokenSource source = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (string key in store.ListAsync("").WithCancellation(source.Token))
            {
                Assert.Equal("a", key);
                await source.CancelAsync();
            }
        });
    }
}
