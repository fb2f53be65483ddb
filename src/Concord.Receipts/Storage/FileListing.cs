using System.IO.Enumeration;
using System.Runtime.CompilerServices;

namespace Concord.Receipts.Storage;

/// <summary>Walks the folders below the root in the order of whole keys, one page of one folder at a time.</summary>
/// <remarks>A folder sorts as its name and a slash, because that is how the keys below it go on: <c>a-b</c>, then <c>a/b</c>, then
/// <c>ab</c>. Within a folder that order is found by sorting names, so the names of a folder are held in memory, but never more than
/// two pages of them; a larger folder is read once for each page.</remarks>
internal sealed class FileListing(string root, string prefix, string after, int page)
{
    public const int DefaultPage = 65_536;

    private static readonly EnumerationOptions OneFolder = new()
    {
        // Links are left out here, by the type in the folder's own entry: without a call for each name.
        AttributesToSkip = FileAttributes.ReparsePoint,
        // What may not be read must fail: a listing never leaves out what it could not read.
        IgnoreInaccessible = false,
    };

    public async IAsyncEnumerable<string> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string start = prefix[..(prefix.LastIndexOf('/') + 1)];
        if (!await Task.Run(() => IsFolder(start), cancellationToken).ConfigureAwait(false))
            yield break;

        // From the start folder down to the one being read; as deep as a key has segments.
        Stack<Folder> open = new();
        open.Push(new Folder(start));
        while (open.TryPeek(out Folder? folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (folder.TryNext(out string entry))
            {
                string key = folder.Key + entry;
                if (key.EndsWith('/'))
                    open.Push(new Folder(key));
                else
                    yield return key;
            }
            else if (folder.IsRead)
            {
                open.Pop();
            }
            else
            {
                await Task.Run(() => ReadPage(folder), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // The folders on the way to the start are no links either.
    private bool IsFolder(string start)
    {
        for (int slash = start.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = start.IndexOf('/', slash + 1))
        {
            string path = root + start[..slash];
            int error = FileNames.IsLink(path);
            if (error is 0 or Posix.NoEntry or Posix.NotAFolder)
                return false;
            if (error != Posix.Invalid)
                throw FileFailure.Of("list", prefix, path, error);
        }

        return true;
    }

    private void ReadPage(Folder folder)
    {
        string path = root + folder.Key;
        List<string> entries = [];
        string? ceiling = null;
        try
        {
            foreach (string entry in EntriesOf(path, folder))
            {
                if (ceiling is not null && string.CompareOrdinal(entry, ceiling) > 0)
                    continue;
                entries.Add(entry);
                if (entries.Count < 2 * page)
                    continue;
                entries.Sort(string.CompareOrdinal);
                entries.RemoveRange(page, page);
                ceiling = entries[^1];
            }
        }
        catch (DirectoryNotFoundException)
        {
            // It vanished, with everything in it.
            entries.Clear();
            ceiling = null;
        }
        catch (Exception failure) when (FileFailure.IsRaw(failure))
        {
            throw FileFailure.Of("list", prefix, path, failure);
        }

        entries.Sort(string.CompareOrdinal);
        folder.Take(entries, isLast: ceiling is null);
    }

    private FileSystemEnumerable<string> EntriesOf(string path, Folder folder)
    {
        string begin = prefix.Length > folder.Key.Length ? prefix[folder.Key.Length..] : "";
        return new(path, (ref FileSystemEntry entry) => entry.IsDirectory ? $"{entry.FileName}/" : entry.FileName.ToString(), OneFolder)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                entry.FileName.StartsWith(begin, StringComparison.Ordinal)
                && folder.Key.Length + entry.FileName.Length <= ObjectKey.MaxBytes
                && ObjectKey.IsSegment(entry.FileName)
                && IsToCome(folder, entry.FileName, entry.IsDirectory),
        };
    }

    // After what this folder has given already, and after what the caller wants to be after.
    private bool IsToCome(Folder folder, ReadOnlySpan<char> name, bool isFolder)
    {
        Span<char> key = stackalloc char[ObjectKey.MaxBytes + 1];
        folder.Key.CopyTo(key);
        name.CopyTo(key[folder.Key.Length..]);
        int length = folder.Key.Length + name.Length;
        if (isFolder)
            key[length++] = '/';
        key = key[..length];

        if (folder.Last is { } last && key[folder.Key.Length..].SequenceCompareTo(last) <= 0)
            return false;
        // A folder that sorts before still has keys to come if the caller's key is inside of it.
        return key.SequenceCompareTo(after) > 0 || (isFolder && after.AsSpan().StartsWith(key, StringComparison.Ordinal));
    }

    /// <summary>A folder of which a part has been listed.</summary>
    private sealed class Folder(string key)
    {
        private List<string> entries = [];
        private int next;

        /// <summary>Gets what its keys start with: empty, or ending in a slash.</summary>
        public string Key => key;

        /// <summary>Gets the last entry given.</summary>
        public string? Last { get; private set; }

        /// <summary>Gets whether nothing is left beyond the entries at hand.</summary>
        public bool IsRead { get; private set; }

        public bool TryNext(out string entry)
        {
            entry = next < entries.Count ? entries[next++] : "";
            if (entry.Length == 0)
                return false;
            Last = entry;
            return true;
        }

        public void Take(List<string> page, bool isLast) => (entries, next, IsRead) = (page, 0, isLast);
    }
}
