using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace Concord.Receipts.Storage;

/// <summary>Keeps each object in a file: the key is its path below a root folder.</summary>
/// <remarks>
/// <para>Any number of processes on one machine may use one root. It needs a local file system with hard links and case-sensitive
/// names (ext4, xfs, btrfs, tmpfs for tests). The root and everything below is one mount; symbolic links below it are not followed:
/// listings leave them out, and calls through one fail. That guards against mistakes, not against somebody who may write there.</para>
/// <para>On the usual file systems of Windows and macOS keys that differ only in case are one object, and on Windows names that it
/// reserves (<c>CON</c>, a final dot) do not work and a loss of power is survived as far as NTFS goes: for development.</para>
/// <para>The folder <c>.staging</c> of the root holds files that are being written. Leftovers there of processes that died are removed
/// at the first write of an instance once they are older than a day; until then they may hold content that was erased meanwhile. An
/// instance that only reads changes nothing.</para>
/// </remarks>
[UnsupportedOSPlatform("browser")]
public sealed partial class FileObjectStore : IObjectStore, IObjectEraser
{
    private readonly string root;
    private readonly FolderTree folders;
    private readonly StagingFolder staging;
    private readonly int listingPage;
    private readonly TimeProvider time;
    private int hasSwept;

    /// <summary>Opens a store. Nothing is created before the first object is, and a folder that is absent is an empty store.</summary>
    /// <param name="rootFolder">The path of the root folder, absolute or relative to the current one.</param>
    /// <param name="timeProvider">The clock that ages leftovers of dead processes; the system's if <see langword="null"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="rootFolder"/> is empty or no path.</exception>
    public FileObjectStore(string rootFolder, TimeProvider? timeProvider = null)
        : this(rootFolder, timeProvider, FileListing.DefaultPage)
    {
    }

    internal FileObjectStore(string rootFolder, TimeProvider? timeProvider, int listingPage)
    {
        ArgumentException.ThrowIfNullOrEmpty(rootFolder);
        string full = Path.GetFullPath(rootFolder);
        root = Path.EndsInDirectorySeparator(full) ? full : full + Path.DirectorySeparatorChar;
        folders = new FolderTree(root);
        staging = new StagingFolder(root);
        this.listingPage = listingPage;
        time = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public ValueTask<CreateOutcome> CreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ObjectKey.ValidateContent(content);
        // A flush blocks its thread; on a thread of its own the caller's other writes go to the disk together with it.
        return new(Task.Run(() => Create(key, content, cancellationToken), cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadOnlyMemory<byte>?>(cancellationToken);
        // Most reads of a stream end at the commit that is not there yet. That is told by one look, shorter than the way to another thread.
        return IsAbsent(key) ? default : new(Task.Run(() => Get(key), cancellationToken));
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, string? after = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.ValidatePrefix(prefix);
        if (after is not null)
            ObjectKey.ValidatePrefix(after, nameof(after));
        return new FileListing(root, prefix, after ?? "", listingPage).KeysAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        ObjectKey.ValidateContent(content);
        return new(Task.Run(() => Put(key, content, cancellationToken), cancellationToken));
    }

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Validate(key);
        return new(Task.Run(() => Delete(key), cancellationToken));
    }

    private bool IsAbsent(string key) => folders.Knows(key) && FileNames.IsLink(root + key) == Posix.NoEntry;

    private ReadOnlyMemory<byte>? Get(string key)
    {
        const string attempt = "read";
        string path = root + key;
        try
        {
            if (!folders.LeadsTo(key, attempt))
                return null;
            int error = FileNames.IsLink(path);
            if (error is Posix.NoEntry or Posix.NotAFolder)
                return null;
            if (error == 0)
                throw FileFailure.Link(attempt, key, path);
            if (error != Posix.Invalid)
                throw FileFailure.Of(attempt, key, path, error);
            return Read(key, path);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            // Objects below it may be stored, but none under this key.
            return null;
        }
        catch (Exception failure) when (FileFailure.IsRaw(failure))
        {
            throw FileFailure.Of(attempt, key, path, failure);
        }
    }

    private static ReadOnlyMemory<byte> Read(string key, string path)
    {
        // A file that is open stays the same whole object when a put gives its name to another.
        using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        long length = RandomAccess.GetLength(file);
        if (length > IObjectStore.MaxObjectBytes)
            throw FileFailure.TooLong(key, path, length);
        byte[] content = GC.AllocateUninitializedArray<byte>((int)length);
        int read = 0;
        while (read < content.Length)
        {
            int more = RandomAccess.Read(file, content.AsSpan(read), read);
            if (more == 0)
                throw new ObjectStoreException($"Could not read {path}: something shortened it meanwhile. No store does that.", key);
            read += more;
        }

        return content;
    }
}
