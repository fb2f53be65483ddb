using Concord.Receipts.Storage;

namespace Concord.Testing;

/// <summary>The contract of <see cref="IObjectEraser"/>, clause by clause.</summary>
public abstract class ObjectEraserConformance
{
    /// <summary>Opens a store that is empty, and the eraser of its objects. Called once in each test.</summary>
    protected abstract ValueTask<(IObjectStore Store, IObjectEraser Eraser)> OpenAsync();

    [Fact]
    public async Task A_deleted_object_is_neither_read_nor_listed()
    {
        (IObjectStore store, IObjectEraser eraser) = await OpenAsync();
        await store.CreateAsync("a/1", new byte[] { 1 });
        await store.CreateAsync("a/2", new byte[] { 2 });
        await eraser.DeleteAsync("a/1");
        Assert.Null(await store.GetAsync("a/1"));
        Assert.Equal(["a/2"], await store.ListAsync("").ToListAsync());
        Assert.Equal(2, (await store.GetAsync("a/2"))!.Value.Span[0]);
    }

    [Fact]
    public async Task Deleting_what_is_not_there_is_no_error()
    {
        (IObjectStore store, IObjectEraser eraser) = await OpenAsync();
        await eraser.DeleteAsync("absent");
        await eraser.DeleteAsync("absent/in/folders");
        await store.CreateAsync("a/1", new byte[] { 1 });
        await eraser.DeleteAsync("a/1");
        await eraser.DeleteAsync("a/1");
    }

    [Fact]
    public async Task Deleting_what_only_other_keys_start_or_go_on_with_deletes_nothing()
    {
        (IObjectStore store, IObjectEraser eraser) = await OpenAsync();
        await store.CreateAsync("a/b/c", new byte[] { 1 });
        await eraser.DeleteAsync("a/b");
        await eraser.DeleteAsync("a/b/c/d");
        Assert.Equal(["a/b/c"], await store.ListAsync("").ToListAsync());
    }

    [Fact]
    public async Task A_deleted_key_is_free_again()
    {
        (IObjectStore store, IObjectEraser eraser) = await OpenAsync();
        await store.CreateAsync("a/1", new byte[] { 1 });
        await eraser.DeleteAsync("a/1");
        Assert.Equal(CreateOutcome.Created, await store.CreateAsync("a/1", new byte[] { 2 }));
        Assert.Equal(2, (await store.GetAsync("a/1"))!.Value.Span[0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/")]
    [InlineData("../a")]
    [InlineData(".staging/a")]
    public async Task An_invalid_key_is_refused(string key)
    {
        (_, IObjectEraser eraser) = await OpenAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await eraser.DeleteAsync(key));
    }

    [Fact]
    public async Task A_deletion_that_was_cancelled_before_it_began_has_no_effect()
    {
        (IObjectStore store, IObjectEraser eraser) = await OpenAsync();
        await store.CreateAsync("a", new byte[] { 1 });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await eraser.DeleteAsync("a", new CancellationToken(canceled: true)));
        Assert.NotNull(await store.GetAsync("a"));
    }
}
