using System.Runtime.InteropServices;

namespace Concord.Receipts.Storage;

/// <summary>The few calls of the C library that .NET does not offer: create a name only if it is free, and flush a folder.</summary>
/// <remarks>Each returns 0 or the error number, so that callers decide which errors are answers. The library is looked up at the first
/// call and not before: the assembly loads where there is none (a browser, Windows).</remarks>
internal static partial class Posix
{
    public const int NotPermitted = 1;      // EPERM
    public const int NoEntry = 2;           // ENOENT
    public const int Interrupted = 4;       // EINTR
    public const int NoMemory = 12;         // ENOMEM
    public const int NoAccess = 13;         // EACCES
    public const int Busy = 16;             // EBUSY
    public const int Exists = 17;           // EEXIST
    public const int OtherDevice = 18;      // EXDEV
    public const int NotAFolder = 20;       // ENOTDIR
    public const int IsAFolder = 21;        // EISDIR
    public const int Invalid = 22;          // EINVAL
    public const int SystemFiles = 23;      // ENFILE
    public const int ProcessFiles = 24;     // EMFILE
    public const int NoSpace = 28;          // ENOSPC
    public const int ReadOnly = 30;         // EROFS

    // These differ between Linux and the BSDs.
    public static readonly int TryAgain = OperatingSystem.IsLinux() ? 11 : 35;
    public static readonly int NameTooLong = OperatingSystem.IsLinux() ? 36 : 63;
    public static readonly int QuotaFull = OperatingSystem.IsLinux() ? 122 : 69;
    public static readonly int NotEmpty = OperatingSystem.IsLinux() ? 39 : 66;
    public static readonly int NotSupported = OperatingSystem.IsLinux() ? 95 : 45;

    // A folder that is open for its flush must not leak into a child process started meanwhile.
    private static readonly int ReadOnlyCloseOnExec =
        OperatingSystem.IsLinux() ? 0x80000 : OperatingSystem.IsMacOS() ? 0x1000000 : OperatingSystem.IsFreeBSD() ? 0x100000 : 0;

    private const uint AllModes = 0x1FF;    // 0777, less the umask

    /// <summary>Gives a file a second name, unless that name is taken: the one atomic create there is on every POSIX file system.</summary>
    public static int Link(string existingPath, string newPath) => ErrorOf(NativeLink(existingPath, newPath));

    /// <summary>Renames a file over whatever file has the new name. Unlike <see cref="File.Move(string, string, bool)"/> it never
    /// falls back to copying, which readers would see halfway.</summary>
    public static int Rename(string oldPath, string newPath) => ErrorOf(NativeRename(oldPath, newPath));

    /// <summary>Removes a name.</summary>
    public static int Unlink(string path) => ErrorOf(NativeUnlink(path));

    /// <summary>Makes one folder, and never its parents, which would then not be flushed.</summary>
    public static int MakeFolder(string path) => ErrorOf(NativeMkdir(path, AllModes));

    /// <summary>Asks whether a name is a symbolic link: 0 if it is, <see cref="Invalid"/> if it is anything else.</summary>
    public static int ReadLink(string path)
    {
        byte ignored = 0;
        return ErrorOf((int)NativeReadlink(path, ref ignored, 1));
    }

    /// <summary>Flushes the names in a folder to the disk.</summary>
    public static int FlushFolder(string path)
    {
        int descriptor, error;
        do
        {
            descriptor = NativeOpen(path, ReadOnlyCloseOnExec);
            error = ErrorOf(descriptor);
        }
        while (error == Interrupted);
        if (error != 0)
            return error;

        do
            error = ErrorOf(NativeFsync(descriptor));
        while (error == Interrupted);
        _ = NativeClose(descriptor);

        // Some network and FUSE file systems cannot flush a folder, and say so in this way: then theirs is the promise.
        return error == Invalid ? 0 : error;
    }

    private static int ErrorOf(int result) => result < 0 ? Marshal.GetLastPInvokeError() : 0;

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeLink(string existingPath, string newPath);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeRename(string oldPath, string newPath);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeUnlink(string path);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeMkdir(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint NativeReadlink(string path, ref byte buffer, nuint size);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeFsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int NativeClose(int descriptor);
}
