using System.Text;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Tests.Storage;

public sealed class FileObjectStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Opening_a_store_creates_nothing()
    {
        _ = new FileObjectStore(folder["data"]);
        Assert.False(Directory.Exists(folder["data"]));
    }

    [Fact]
    public async Task A_key_is_a_path_below_the_root()
    {
        FileObjectStore store = new(folder["deep/data"]);
        await store.CreateAsync("a/b.json", "content"u8.ToArray());
        Assert.Equal("content", await File.ReadAllTextAsync(folder["deep/data/a/b.json"]));
    }

    [Fact]
    public async Task Nothing_is_left_in_staging_by_calls_that_returned()
    {
        FileObjectStore store = new(folder.Path);
        await store.CreateAsync("a", Encoding.UTF8.GetBytes("1"));
        await store.CreateAsync("a", Encoding.UTF8.GetBytes("2"));
        await store.PutAsync("b", Encoding.UTF8.GetBytes("3"));
        Assert.Empty(Directory.EnumerateFiles(folder[".staging"]));
    }

    [Fact]
    public async Task A_store_survives_the_deletion_of_its_folders()
    {
        FileObjectStore store = new(folder["data"]);
        await store.CreateAsync("a/b/1", new byte[] { 1 });
        Directory.Delete(folder["data/a"], recursive: true);
        Assert.Equal(CreateOutcome.Created, await store.CreateAsync("a/b/1", new byte[] { 2 }));
        Directory.Delete(folder["data"], recursive: true);
        Assert.Null(await store.GetAsync("a/b/1"));
        Assert.Empty(await store.ListAsync("a/").ToListAsync());
        Assert.Equal(CreateOutcome.Created, await store.CreateAsync("a/b/1", new byte[] { 3 }));
        Directory.Delete(folder["data"], recursive: true);
        await store.PutAsync("a/b/1", new byte[] { 4 });
        Directory.Delete(folder["data"], recursive: true);
        await store.DeleteAsync("a/b/1");
    }

    [Fact]
    public async Task Files_whose_names_are_no_keys_are_not_listed()
    {
        FileObjectStore store = new(folder.Path);
        await store.CreateAsync("a/1", new byte[] { 1 });
        foreach (string stranger in new[] { ".hidden", "a/with space", "a/~backup", "a/.tmp", "a/é", new string('x', 129) })
            await File.WriteAllTextAsync(folder[stranger], "");
        Directory.CreateDirectory(folder["a/.git/objects"]);
        await File.WriteAllTextAsync(folder["a/.git/objects/1"], "");
        Directory.CreateDirectory(folder["empty/folders"]);
        Assert.Equal(["a/1"], await store.ListAsync("").ToListAsync());
    }

    [Fact]
    public async Task A_listing_goes_on_when_folders_vanish_while_it_runs()
    {
        FileObjectStore store = new(folder.Path);
        foreach (string key in new[] { "a/1", "b/c/1", "b/d/1", "e/1" })
            await store.CreateAsync(key, new byte[] { 1 });
        List<string> keys = [];
        await foreach (string key in store.ListAsync(""))
        {
            if (keys.Count == 0)
                Directory.Delete(folder["b"], recursive: true);
            keys.Add(key);
        }

        Assert.Equal(["a/1", "e/1"], keys);
    }

    [Fact]
    public async Task A_listing_goes_on_when_a_folder_turns_into_a_file_while_it_runs()
    {
        FileObjectStore store = new(folder.Path);
        foreach (string key in new[] { "a/1", "b/1", "e/1" })
            await store.CreateAsync(key, new byte[] { 1 });
        List<string> keys = [];
        await foreach (string key in store.ListAsync(""))
        {
            if (keys.Count == 0)
            {
                Directory.Delete(folder["b"], recursive: true);
                await File.WriteAllTextAsync(folder["b"], "");
            }

            keys.Add(key);
        }

        Assert.Equal(["a/1", "e/1"], keys);
    }

    [Fact]
    public async Task Leftovers_are_removed_when_they_are_older_than_a_day_and_never_before()
    {
        FileObjectStore store = new(folder.Path);
        await store.CreateAsync("a", new byte[] { 1 });
        string leftover = folder[".staging/0123-1"];
        await File.WriteAllTextAsync(leftover, "half an obj");
        DateTimeOffset written = File.GetLastWriteTimeUtc(leftover);

        await new FileObjectStore(folder.Path, new StoppedClock(written - TimeSpan.FromDays(30))).PutAsync("b", new byte[1]);
        await new FileObjectStore(folder.Path, new StoppedClock(written + TimeSpan.FromDays(1))).PutAsync("b", new byte[1]);
        Assert.True(File.Exists(leftover));

        await new FileObjectStore(folder.Path, new StoppedClock(written + TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1))).CreateAsync("a", new byte[1]);
        Assert.False(File.Exists(leftover));
        Assert.Equal(["a", "b"], await store.ListAsync("").ToListAsync());
    }

    [Fact]
    public async Task Writers_that_all_come_first_all_succeed()
    {
        // Each finds no staging folder, and one of them makes it while the others look why their file could not be made.
        for (int round = 0; round < 300; round++)
        {
            FileObjectStore store = new(folder[$"{round}"]);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(number => store.CreateAsync($"{number}", new byte[1]).AsTask()));
        }
    }

    [Fact]
    public async Task An_instance_that_only_reads_changes_nothing_not_even_old_leftovers()
    {
        await new FileObjectStore(folder.Path).CreateAsync("a", new byte[1]);
        await File.WriteAllTextAsync(folder[".staging/0123-1"], "half an obj");

        FileObjectStore reader = new(folder.Path, new StoppedClock(DateTimeOffset.UtcNow + TimeSpan.FromDays(30)));
        Assert.Equal(["a"], await reader.ListAsync("").ToListAsync());
        Assert.NotNull(await reader.GetAsync("a"));
        Assert.True(File.Exists(folder[".staging/0123-1"]));
    }

    [Fact]
    public async Task An_old_leftover_that_is_also_an_object_leaves_the_object_when_it_goes()
    {
        // What a writer leaves that dies between the two names.
        Directory.CreateDirectory(folder[".staging"]);
        await File.WriteAllTextAsync(folder[".staging/0123-1"], "whole");
        Assert.Equal(0, FileNames.Create(folder[".staging/0123-1"], folder["a"]));

        FileObjectStore store = new(folder.Path, new StoppedClock(DateTimeOffset.UtcNow + TimeSpan.FromDays(2)));
        await store.CreateAsync("b", new byte[1]);
        Assert.Empty(Directory.EnumerateFiles(folder[".staging"]));
        Assert.Equal("whole", Encoding.UTF8.GetString((await store.GetAsync("a"))!.Value.Span));
    }

    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
