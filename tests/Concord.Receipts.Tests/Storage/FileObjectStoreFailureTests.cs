using System.Diagnostics;
using Concord.Receipts.Storage;

namespace Concord.Receipts.Tests.Storage;

public sealed class FileObjectStoreFailureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_folder_where_an_object_should_be_is_told()
    {
        FileObjectStore store = new(folder.Path);
        Directory.CreateDirectory(folder["a/b"]);
        AssertTells(await FailureAsync(async () => await store.CreateAsync("a/b", new byte[1])), "a/b", "a folder stands where the object should be");
        AssertTells(await FailureAsync(async () => await store.PutAsync("a/b", new byte[1])), "a/b", "a folder stands where the object should be");
        Assert.Empty(Directory.EnumerateFiles(folder[".staging"]));
    }

    [Fact]
    public async Task A_file_where_a_folder_should_be_is_told()
    {
        FileObjectStore store = new(folder.Path);
        await store.CreateAsync("a", new byte[1]);
        AssertTells(await FailureAsync(async () => await store.CreateAsync("a/b", new byte[1])), "a/b", "a file stands where a folder should be");
        AssertTells(await FailureAsync(async () => await store.PutAsync("a/b/c", new byte[1])), "a/b/c", "a file stands where a folder should be");
    }

    [Fact]
    public async Task A_file_where_the_root_should_be_is_told()
    {
        await File.WriteAllTextAsync(folder["data"], "");
        FileObjectStore store = new(folder["data"]);
        AssertTells(await FailureAsync(async () => await store.CreateAsync("a", new byte[1])), "a", "a file stands where a folder should be");
    }

    [Fact]
    public async Task A_path_that_is_too_long_is_told()
    {
        string root = folder.Path + string.Concat(Enumerable.Repeat("/" + new string('r', 200), 19));
        FileObjectStore store = new(root);
        string key = string.Join('/', Enumerable.Repeat(new string('k', 100), 5));
        AssertTells(await FailureAsync(async () => await store.CreateAsync(key, new byte[1])), key, "shorter path");
        AssertTells(await FailureAsync(async () => await store.PutAsync(key, new byte[1])), key, "shorter path");
    }

    [Fact]
    public async Task An_object_over_the_limit_is_not_read()
    {
        FileObjectStore store = new(folder.Path);
        using (FileStream huge = File.Create(folder["huge"]))
            huge.SetLength(IObjectStore.MaxObjectBytes + 1L);
        long before = GC.GetTotalAllocatedBytes();
        AssertTells(await FailureAsync(async () => await store.GetAsync("huge")), "huge", "at most");
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, IObjectStore.MaxObjectBytes / 2);
    }

    [SkippableFact]
    public async Task A_link_that_leads_out_of_the_root_is_not_followed()
    {
        Skip.If(OperatingSystem.IsWindows(), "making links needs a privilege there");
        Directory.CreateDirectory(folder["outside/c"]);
        await File.WriteAllTextAsync(folder["outside/secret"], "secret");
        Directory.CreateDirectory(folder["data/a"]);
        Directory.CreateSymbolicLink(folder["data/a/out"], folder["outside"]);
        Directory.CreateSymbolicLink(folder["data/b"], folder["outside"]);
        File.CreateSymbolicLink(folder["data/a/file"], folder["outside/secret"]);
        File.CreateSymbolicLink(folder["data/a/dangling"], folder["outside/new"]);
        FileObjectStore store = new(folder["data"]);

        Assert.Empty(await store.ListAsync("").ToListAsync());
        Assert.Empty(await store.ListAsync("a/out/").ToListAsync());
        Assert.Empty(await store.ListAsync("b/c/").ToListAsync());
        foreach (string key in new[] { "a/out/secret", "b/secret", "b/c/new", "a/file", "a/dangling" })
        {
            AssertTells(await FailureAsync(async () => await store.GetAsync(key)), key, "symbolic link");
            AssertTells(await FailureAsync(async () => await store.CreateAsync(key, new byte[1])), key, "symbolic link");
        }

        AssertTells(await FailureAsync(async () => await store.PutAsync("b/new", new byte[1])), "b/new", "symbolic link");
        AssertTells(await FailureAsync(async () => await store.DeleteAsync("b/secret")), "b/secret", "symbolic link");

        // A name that is itself a link is replaced or removed, and what it led to is not touched.
        await store.PutAsync("a/file", new byte[] { 1 });
        await store.DeleteAsync("a/dangling");
        Assert.Equal(["a/file"], await store.ListAsync("").ToListAsync());
        Assert.Equal("secret", await File.ReadAllTextAsync(folder["outside/secret"]));
        Assert.Equal([folder["outside/c"], folder["outside/secret"]], Directory.GetFileSystemEntries(folder["outside"]).Order());
    }

    [SkippableFact]
    public async Task A_folder_that_may_not_be_read_or_written_is_told_and_never_left_out()
    {
        if (OperatingSystem.IsWindows())
            throw new SkipException("no modes there");
        Skip.If(Environment.IsPrivilegedProcess, "root may read and write everything");
        FileObjectStore store = new(folder["data"]);
        await store.CreateAsync("a/b/1", new byte[1]);
        File.SetUnixFileMode(folder["data/a"], UnixFileMode.None);
        try
        {
            FileObjectStore other = new(folder["data"]);
            AssertTells(await FailureAsync(async () => await other.CreateAsync("a/b/2", new byte[1])), "a/b/2", "access is denied");
            AssertTells(await FailureAsync(async () => await other.GetAsync("a/b/1")), "a/b/1", "access is denied");
            AssertTells(await FailureAsync(async () => await other.ListAsync("a/b/").ToListAsync()), "a/b/", "access is denied");
            AssertTells(await FailureAsync(async () => await other.ListAsync("").ToListAsync()), "", "access is denied");
        }
        finally
        {
            File.SetUnixFileMode(folder["data/a"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [SkippableFact]
    public async Task A_full_disk_is_told_and_what_was_stored_stays_whole()
    {
        using TemporaryMount disk = TemporaryMount.OrSkip(folder["disk"]);
        FileObjectStore store = new(folder["disk"]);
        byte[] content = new byte[100_000];
        new Random(1).NextBytes(content);
        int stored = 0;
        ObjectStoreException? full = null;
        while (full is null)
        {
            Assert.InRange(stored, 0, 20);
            full = await Record.ExceptionAsync(async () => await store.CreateAsync($"a/{stored:D2}", content)) as ObjectStoreException;
            if (full is null)
                stored++;
        }

        AssertTells(full, $"a/{stored:D2}", "Free some space");
        Assert.False(full.IsTransient);
        Assert.InRange(stored, 5, 11);
        Assert.Equal(Enumerable.Range(0, stored).Select(number => $"a/{number:D2}"), await store.ListAsync("").ToListAsync());
        await foreach (string key in store.ListAsync(""))
            Assert.True((await store.GetAsync(key))!.Value.Span.SequenceEqual(content));
        Assert.Empty(Directory.EnumerateFiles(folder["disk/.staging"]));

        // Room again: the same call succeeds.
        await store.DeleteAsync("a/00");
        Assert.Equal(CreateOutcome.Created, await store.CreateAsync($"a/{stored:D2}", content));
    }

    [SkippableFact]
    public async Task A_read_only_disk_is_told_and_can_be_read()
    {
        using TemporaryMount disk = TemporaryMount.OrSkip(folder["disk"]);
        await new FileObjectStore(folder["disk"]).CreateAsync("a/1", new byte[] { 7 });
        await File.WriteAllTextAsync(folder["disk/.staging/0123-1"], "leftover");
        disk.MakeReadOnly();

        FileObjectStore store = new(folder["disk"], new InTenDays());
        AssertTells(await FailureAsync(async () => await store.CreateAsync("a/2", new byte[1])), "a/2", "read-only");
        AssertTells(await FailureAsync(async () => await store.CreateAsync("b/2", new byte[1])), "b/2", "read-only");
        AssertTells(await FailureAsync(async () => await store.PutAsync("a/1", new byte[1])), "a/1", "read-only");
        AssertTells(await FailureAsync(async () => await store.DeleteAsync("a/1")), "a/1", "read-only");
        Assert.Equal(["a/1"], await store.ListAsync("").ToListAsync());
        Assert.Equal(7, (await store.GetAsync("a/1"))!.Value.Span[0]);
    }

    private static Task<ObjectStoreException> FailureAsync(Func<Task> call) => Assert.ThrowsAsync<ObjectStoreException>(call);

    private static void AssertTells(ObjectStoreException failure, string key, string advice)
    {
        Assert.Equal(key, failure.Key);
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
    }

    private sealed class InTenDays : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromDays(10);
    }

    /// <summary>A disk of 1 MiB in memory, where the system lets the test mount one.</summary>
    private sealed class TemporaryMount : IDisposable
    {
        private readonly string path;

        private TemporaryMount(string path) => this.path = path;

        public static TemporaryMount OrSkip(string path)
        {
            Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "only root on Linux may mount a small disk");
            Directory.CreateDirectory(path);
            Skip.IfNot(Run("mount", "-t", "tmpfs", "-o", "size=1m", "concord-test", path), "mounting a small disk is not permitted here");
            return new TemporaryMount(path);
        }

        public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", path));

        public void Dispose() => Assert.True(Run("umount", path));

        private static bool Run(string program, params string[] arguments)
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }
}
