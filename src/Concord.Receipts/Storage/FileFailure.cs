using System.Runtime.InteropServices;

namespace Concord.Receipts.Storage;

/// <summary>Turns failures of the file system into the one exception of the seam, with what to do about them.</summary>
internal static class FileFailure
{
    /// <summary>Gets whether an exception is one of the file system's, and not yet told.</summary>
    public static bool IsRaw(Exception failure) =>
        failure is UnauthorizedAccessException or (IOException and not ObjectStoreException);

    public static ObjectStoreException Of(string attempt, string? key, string path, Exception failure)
    {
        int error = ErrorOf(failure);
        return error == 0
            ? new ObjectStoreException($"Could not {attempt} {path}: {failure.Message}", key, isTransient: false, failure)
            : Of(attempt, key, path, error, failure);
    }

    public static ObjectStoreException Of(string attempt, string? key, string path, int error, Exception? failure = null) =>
        new($"Could not {attempt} {path}: {Advice(error)}", key, IsTransient(error), failure);

    public static ObjectStoreException Link(string attempt, string? key, string path) =>
        new($"Could not {attempt} {path}: it is a symbolic link, and links below the data folder are not followed. " +
            "Put a real folder there, or mount one file system for the whole data folder.", key);

    public static ObjectStoreException TooLong(string key, string path, long length) =>
        new($"Could not read {path}: it has {length} bytes, and an object at most {IObjectStore.MaxObjectBytes}. " +
            "It was not written by this store; move it away.", key);

    private static string Advice(int error)
    {
        if (error == Posix.NoSpace || error == Posix.QuotaFull)
            return "the disk or quota is full. Free some space, then try again.";
        if (error == Posix.ReadOnly)
            return "the file system is read-only. Mount it writable, then try again.";
        if (error == Posix.NoAccess)
            return "access is denied. Let the user of this process read, write and enter the data folder and all below it.";
        if (error == Posix.NotPermitted || error == Posix.NotSupported)
            return "the file system does not permit it. If it has no hard links (FAT, some network and FUSE mounts), "
                + "put the data folder on one that has; else check attributes and ownership.";
        if (error == Posix.NameTooLong)
            return "the path is too long. Use a data folder with a shorter path.";
        if (error == Posix.IsAFolder || error == Posix.NotEmpty)
            return "a folder stands where the object should be. A key is never also a folder of another; move the folder away.";
        if (error == Posix.NotAFolder || error == Posix.Exists)
            return "a file stands where a folder should be. A key is never also a folder of another; move the file away.";
        if (error == Posix.OtherDevice)
            return "it is on another file system than the data folder. Make the whole data folder one mount.";
        if (error == Posix.NoEntry)
            return "its folder is missing and comes and goes. Stop whatever deletes folders below the data folder.";
        if (error == Posix.ProcessFiles || error == Posix.SystemFiles)
            return "too many files are open. Try again later, or raise the limit of open files.";
        if (error == Posix.Busy)
            return "it is in use. Try again later.";
        return $"{Marshal.GetPInvokeErrorMessage(error)} (error {error}). The log of the operating system may say more.";
    }

    // Only what passes by itself. A full disk does not.
    private static bool IsTransient(int error) =>
        error is Posix.Interrupted or Posix.NoMemory or Posix.Busy or Posix.ProcessFiles or Posix.SystemFiles || error == Posix.TryAgain;

    private static int ErrorOf(Exception failure) => failure switch
    {
        PathTooLongException => Posix.NameTooLong,
        FileNotFoundException or DirectoryNotFoundException => Posix.NoEntry,
        UnauthorizedAccessException { InnerException: IOException inner } when ErrorOf(inner) is not 0 and var error => error,
        UnauthorizedAccessException => Posix.NoAccess,
        // On POSIX systems .NET puts the error number there as it is, on Windows as a Win32 code in an HRESULT.
        IOException { HResult: > 0 and < 4096 and var error } => error,
        IOException { HResult: var result } when (result & 0xFFFF0000) == 0x80070000 => (result & 0xFFFF) switch
        {
            5 => Posix.NoAccess,
            19 => Posix.ReadOnly,
            32 or 33 => Posix.Busy,
            39 or 112 => Posix.NoSpace,
            206 => Posix.NameTooLong,
            _ => 0,
        },
        _ => 0,
    };
}
