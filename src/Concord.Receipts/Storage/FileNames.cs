namespace Concord.Receipts.Storage;

/// <summary>The changes to names of files and folders, on POSIX systems and on Windows. Each returns 0 or a POSIX error number; on
/// Windows an error that no caller takes as an answer is the exception of .NET.</summary>
internal static class FileNames
{
    private const int WindowsFileExists = unchecked((int)0x80070050);
    private const int WindowsAlreadyExists = unchecked((int)0x800700B7);

    /// <summary>Gives a staged file its final name if that is free; else <see cref="Posix.Exists"/>. The staged name may remain.</summary>
    public static int Create(string staged, string path)
    {
        if (!OperatingSystem.IsWindows())
            return Posix.Link(staged, path);
        try
        {
            File.Move(staged, path, overwrite: false);
            return 0;
        }
        catch (IOException taken) when (taken.HResult is WindowsFileExists or WindowsAlreadyExists)
        {
            return Posix.Exists;
        }
        catch (Exception missing) when (missing is DirectoryNotFoundException or FileNotFoundException)
        {
            return Posix.NoEntry;
        }
    }

    /// <summary>Gives a staged file its final name, in place of whatever file has it.</summary>
    public static int Replace(string staged, string path)
    {
        if (!OperatingSystem.IsWindows())
            return Posix.Rename(staged, path);
        try
        {
            File.Move(staged, path, overwrite: true);
            return 0;
        }
        catch (Exception missing) when (missing is DirectoryNotFoundException or FileNotFoundException)
        {
            return Posix.NoEntry;
        }
    }

    /// <summary>Removes the name of a file; <see cref="Posix.NoEntry"/> if there is none.</summary>
    public static int Remove(string path)
    {
        if (!OperatingSystem.IsWindows())
            return Posix.Unlink(path);
        if (!File.Exists(path))
            return Posix.NoEntry;
        File.Delete(path);
        return 0;
    }

    /// <summary>Makes one folder; <see cref="Posix.Exists"/> if something has its name.</summary>
    public static int MakeFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
            return Posix.MakeFolder(path);
        Directory.CreateDirectory(path);
        return 0;
    }

    /// <summary>Makes the names in a folder durable. Windows has no such call: there NTFS's own log orders and keeps them.</summary>
    public static int Flush(string folder) => OperatingSystem.IsWindows() ? 0 : Posix.FlushFolder(folder);

    /// <summary>Asks whether a name is a symbolic link: 0 if it is, <see cref="Posix.Invalid"/> if it is anything else,
    /// <see cref="Posix.NoEntry"/> or <see cref="Posix.NotAFolder"/> if it is nothing.</summary>
    public static int IsLink(string path)
    {
        // One call and no exception for what is absent, which is the usual answer to a probe.
        if (!OperatingSystem.IsWindows())
            return Posix.ReadLink(path);
        FileInfo file = new(path);
        if (file.Attributes == (FileAttributes)(-1))
            return Posix.NoEntry;
        return file.LinkTarget is null ? Posix.Invalid : 0;
    }
}
