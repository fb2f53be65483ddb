using System.Collections.Concurrent;

namespace Concord.Receipts.Storage;

/// <summary>The folders below the root that this instance has seen, so that each is checked and flushed once.</summary>
/// <remarks>A folder that another process has made is not durable because it is there: that process may be about to flush its parent,
/// or dead. So every folder is flushed into its parent once by every instance before it stores anything in it.</remarks>
internal sealed class FolderTree(string root)
{
    // Some 10 MB; a store with more streams than this in use checks and flushes some of their folders again.
    private const int MaxRemembered = 65_536;

    // Folder (without its final slash; "" is the root) -> whether it is known to be durable, or only to be no link.
    private readonly ConcurrentDictionary<string, bool> known = new(StringComparer.Ordinal);

    /// <summary>Gets the path of the folder that holds an object.</summary>
    public string PathOfFolder(string key) => root + FolderOf(key);

    /// <summary>Forgets every folder, because one that was known is gone.</summary>
    public void Forget() => known.Clear();

    /// <summary>Gets whether the folders of a key were seen, and found to be no links.</summary>
    public bool Knows(string key) =>
        known.GetAlternateLookup<ReadOnlySpan<char>>().ContainsKey(key.AsSpan(0, Math.Max(0, key.LastIndexOf('/'))));

    /// <summary>Gets whether the folders of a key exist, for reading.</summary>
    /// <exception cref="ObjectStoreException">One of them is a symbolic link, or may not be looked at.</exception>
    public bool LeadsTo(string key, string attempt)
    {
        if (Knows(key))
            return true;
        for (int slash = key.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = key.IndexOf('/', slash + 1))
        {
            string folder = key[..slash];
            if (known.ContainsKey(folder))
                continue;
            int error = FileNames.IsLink(root + folder);
            if (error is Posix.NoEntry or Posix.NotAFolder)
                return false;
            RefuseLink(error, key, folder, attempt);
            Remember(folder, isDurable: false);
        }

        return true;
    }

    /// <summary>Makes the folders of a key, durably.</summary>
    /// <returns>0, or <see cref="Posix.NoEntry"/> if a folder that was known is gone.</returns>
    public int Ensure(string key, string attempt)
    {
        if (IsDurable(FolderOf(key)))
            return 0;
        if (!IsDurable(""))
        {
            EnsureRoot();
            Remember("", isDurable: true);
        }

        string parent = "";
        for (int slash = key.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = key.IndexOf('/', slash + 1))
        {
            string folder = key[..slash];
            if (!IsDurable(folder))
            {
                int error = EnsureOne(folder, parent, key, attempt);
                if (error != 0)
                    return error;
                Remember(folder, isDurable: true);
            }

            parent = folder;
        }

        return 0;
    }

    private int EnsureOne(string folder, string parent, string key, string attempt)
    {
        string path = root + folder;
        int error = FileNames.MakeFolder(path);
        // Dies here: an empty folder, perhaps not durable. Folders mean nothing, and the next instance flushes it.
        if (error == Posix.NoEntry)
            return error;
        if (error == Posix.Exists)
        {
            RefuseLink(FileNames.IsLink(path), key, folder, attempt);
            error = Directory.Exists(path) ? 0 : Posix.NotAFolder;
        }

        if (error == 0)
            error = FileNames.Flush(root + parent);
        return error is 0 or Posix.NoEntry ? error : throw FileFailure.Of(attempt, key, path, error);
    }

    // What lies above the root belongs to the operator, may not even be readable, and is flushed as well as can be.
    private void EnsureRoot()
    {
        Directory.CreateDirectory(root);
        string? above = Path.TrimEndingDirectorySeparator(root);
        while ((above = Path.GetDirectoryName(above)) is not null)
            _ = FileNames.Flush(above);
    }

    private void RefuseLink(int error, string key, string folder, string attempt)
    {
        if (error == 0)
            throw FileFailure.Link(attempt, key, root + folder);
        if (error is not (Posix.Invalid or Posix.NoEntry))
            throw FileFailure.Of(attempt, key, root + folder, error);
    }

    private bool IsDurable(string folder) => known.TryGetValue(folder, out bool isDurable) && isDurable;

    private void Remember(string folder, bool isDurable)
    {
        if (known.Count >= MaxRemembered)
            known.Clear();
        // A reader must not take back what a writer has made sure of.
        known.AddOrUpdate(folder, static (_, now) => now, static (_, before, now) => before || now, isDurable);
    }

    private static string FolderOf(string key)
    {
        int slash = key.LastIndexOf('/');
        return slash < 0 ? "" : key[..slash];
    }
}
