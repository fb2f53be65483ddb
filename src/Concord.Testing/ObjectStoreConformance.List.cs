using Concord.Receipts.Storage;

namespace Concord.Testing;

public abstract partial class ObjectStoreConformance
{
    // In ordinal order: '-' is 2D, '.' is 2E, '/' is 2F, digits, capitals, '_' is 5F, small letters.
    private static readonly string[] Tricky =
    [
        "0", "A", "Z/z", "_", "a-/b", "a-b", "a-c/c", "a.", "a.b/c", "a/-", "a/b", "a0", "aA", "a_", "aa/-", "aa/a", "ab/b-c", "ab/b.c",
        "ab/b/c", "ab/b/c-", "ab/b0", "abc", "b/a", "b/a.json", "b0/a",
    ];

    [Fact]
    public async Task An_empty_store_lists_nothing()
    {
        IObjectStore store = await OpenAsync();
        Assert.Empty(await KeysAsync(store));
        Assert.Empty(await KeysAsync(store, "a/"));
        Assert.Empty(await KeysAsync(store, "a/b/c", "a/b/c"));
    }

    [Fact]
    public async Task Keys_are_listed_in_ordinal_order()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, Tricky.Reverse());
        Assert.Equal(Tricky.Order(StringComparer.Ordinal), await KeysAsync(store));
    }

    [Fact]
    public async Task A_slash_sorts_as_the_character_it_is()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, "ab", "a/b", "a-b", "a.b", "a0");
        Assert.Equal(["a-b", "a.b", "a/b", "a0", "ab"], await KeysAsync(store));
    }

    [Fact]
    public async Task A_listing_by_any_prefix_and_after_any_key_has_exactly_what_belongs()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, Tricky);
        string[] prefixes = ["", "a", "a-", "a-b", "a.", "a/", "ab/", "ab/b", "ab/b/", "ab/b/c", "abc", "b", "c", "c/d/"];
        string?[] afters = [null, "", "0", "a", "a-b", "a-c/", "a/", "a/-", "aa/", "aa/a", "ab/b", "ab/b/", "ab/b/c", "ab/b/c-", "ab/b0", "b", "b/a.z", "z"];
        foreach (string prefix in prefixes)
        {
            foreach (string? after in afters)
            {
                IEnumerable<string> expected = Tricky
                    .Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0)
                    .Order(StringComparer.Ordinal);
                Assert.True(expected.SequenceEqual(await KeysAsync(store, prefix, after)), $"prefix \"{prefix}\" after \"{after}\"");
            }
        }
    }

    [Fact]
    public async Task A_listing_after_a_key_leaves_that_key_out()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, "s/1", "s/2", "s/3");
        Assert.Equal(["s/2", "s/3"], await KeysAsync(store, "s/", "s/1"));
        Assert.Equal(["s/3"], await KeysAsync(store, "s/", "s/2.5"));
        Assert.Empty(await KeysAsync(store, "s/", "s/3"));
    }

    [Fact]
    public async Task A_prefix_may_end_in_the_middle_of_a_segment()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, "s/10", "s/11", "s/1/x", "s/2", "s1");
        Assert.Equal(["s/1/x", "s/10", "s/11"], await KeysAsync(store, "s/1"));
        Assert.Equal(["s/10"], await KeysAsync(store, "s/10"));
    }

    [Fact]
    public async Task As_many_as_2500_keys_are_listed_wholly()
    {
        IObjectStore store = await OpenAsync();
        string[] keys = [.. Enumerable.Range(0, 2500).Select(version => $"many/{version:D20}.json")];
        await CreateAllAsync(store, keys);
        Assert.Equal(keys, await KeysAsync(store, "many/"));
        Assert.Equal(keys[1501..], await KeysAsync(store, "many/", keys[1500]));
    }

    [Fact]
    public async Task A_listing_sees_what_was_created_or_put_just_before_it_by_either_handle()
    {
        IObjectStore store = await OpenAsync();
        IObjectStore other = await OpenAgainAsync();
        List<string> expected = [];
        for (int version = 0; version < 20; version++)
        {
            string key = $"seen/{version:D20}";
            expected.Add(key);
            if (version % 3 == 0)
                await store.PutAsync(key, Bytes(key));
            else
                await store.CreateAsync(key, Bytes(key));
            Assert.Equal(expected, await KeysAsync(version % 2 == 0 ? store : other, "seen/"));
        }
    }

    [Fact]
    public async Task A_listing_with_writers_at_work_has_all_older_keys_in_order_and_none_twice()
    {
        IObjectStore store = await OpenAsync();
        IObjectStore other = await OpenAgainAsync();
        string[] older = [.. Enumerable.Range(0, 100).Select(number => $"busy/{number * 10:D5}")];
        await CreateAllAsync(store, older);
        using CancellationTokenSource enough = new();
        Task writer = Task.Run(async () =>
        {
            for (int number = 0; number < 1000 && !enough.IsCancellationRequested; number++)
                await other.CreateAsync($"busy/{number:D5}", Bytes("new"));
        });
        for (int round = 0; round < 10; round++)
        {
            List<string> seen = await KeysAsync(store, "busy/");
            Assert.Equal(seen.Distinct().Order(StringComparer.Ordinal), seen);
            Assert.Empty(older.Except(seen));
        }

        await enough.CancelAsync();
        await writer;
    }

    [Fact]
    public async Task What_was_listed_can_be_read()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, Tricky);
        await foreach (string key in store.ListAsync(""))
            Assert.Equal(key, await TextAsync(store, key));
    }

    [Fact]
    public async Task A_listing_may_be_left_in_the_middle_and_enumerated_again()
    {
        IObjectStore store = await OpenAsync();
        await CreateAllAsync(store, "a/1", "a/2", "b/1");
        IAsyncEnumerable<string> listing = store.ListAsync("");
        await foreach (string key in listing)
        {
            Assert.Equal("a/1", key);
            break;
        }

        List<string> again = [];
        await foreach (string key in listing)
            again.Add(key);
        Assert.Equal(["a/1", "a/2", "b/1"], again);
    }
}
