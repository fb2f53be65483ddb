using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace Concord.Receipts.Storage;

/// <summary>The hidden folder of the root where contents are written before they get the name of an object.</summary>
/// <remarks>Its name is no segment of a key, so that no key and no listing reaches it. It is on the file system of the root, where a
/// file can be given its final name without being copied.</remarks>
internal sealed class StagingFolder(string root)
{
    /// <summary>Leftovers younger than this may belong to a writer that is alive; a write takes seconds, or minutes on a bad day.</summary>
    public static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly string folder = root + ".staging";

    /// <summary>Writes content to a new file and flushes it to the disk.</summary>
    /// <returns>The path of the file; <see langword="null"/> if the root is gone.</returns>
    public string? Write(ReadOnlySpan<byte> content)
    {
        // The process id is for people who wonder whose a leftover is; the random part makes it unique, across machines too.
        string path = $"{folder}/{RandomNumberGenerator.GetHexString(32, lowercase: true)}-{Environment.ProcessId}";
        if (TryWriteNew(path, content))
            return path;
        int error = FileNames.MakeFolder(folder);
        if (error is not (0 or Posix.Exists or Posix.NoEntry))
            throw new IOException($"Could not make {folder}.", error);
        return TryWriteNew(path, content) ? path : null;
    }

    /// <summary>Removes a staged file if it is still there. If that fails it is a leftover like that of a dead process.</summary>
    public static void Remove(string path)
    {
        try
        {
            _ = FileNames.Remove(path);
        }
        catch (Exception failure) when (FileFailure.IsRaw(failure))
        {
        }
    }

    /// <summary>Removes what dead processes have left.</summary>
    /// <remarks>It never fails: an old leftover costs space only, and a store on a read-only mount must open. A leftover may be a
    /// second name of an object; removing it does nothing to the object.</remarks>
    public void Sweep(DateTimeOffset now)
    {
        EnumerationOptions files = new() { AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Directory };
        try
        {
            // Not through a link: what is old at the other end is not ours.
            if (FileNames.IsLink(folder) != Posix.Invalid)
                return;
            foreach (FileInfo leftover in new DirectoryInfo(folder).EnumerateFiles("*", files))
            {
                if (now - leftover.LastWriteTimeUtc > LeftoverAge)
                    Remove(leftover.FullName);
            }
        }
        catch (Exception failure) when (FileFailure.IsRaw(failure))
        {
        }
    }

    // False: there is no staging folder.
    private static bool TryWriteNew(string path, ReadOnlySpan<byte> content)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }
        catch (Exception missing) when (missing is DirectoryNotFoundException or FileNotFoundException)
        {
            // Which of the two .NET throws depends on whether somebody has made the folder since.
            return false;
        }

        using SafeFileHandle _ = file;
        try
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.FlushToDisk(file);
            return true;
        }
        catch
        {
            // A full disk, most likely: give back what this attempt took.
            Remove(path);
            throw;
        }
    }
}
