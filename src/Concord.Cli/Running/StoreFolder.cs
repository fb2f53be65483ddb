using Concord.Receipts.Storage;

namespace Concord.Cli.Running;

/// <summary>Opens the store behind a STORE argument.</summary>
internal static class StoreFolder
{
    /// <summary>Opens a store to read from: the folder must be there.</summary>
    public static FileObjectStore OpenExisting(string path)
    {
        RefuseAddress(path);
        if (File.Exists(path))
            throw new ToolException($"{path} is a file, where the folder of a store is meant.");
        return Directory.Exists(path) ? new FileObjectStore(path) : throw new ToolException($"There is no folder {path}.");
    }

    /// <summary>Opens a store to write to: the folder may be made.</summary>
    public static FileObjectStore OpenOrMake(string path)
    {
        RefuseAddress(path);
        return File.Exists(path) ? throw new ToolException($"{path} is a file, where the folder of a store is meant.") : new FileObjectStore(path);
    }

    private static void RefuseAddress(string path)
    {
        if (path.Length == 0)
            throw new ToolException("The name of the store is empty.");
        if (path.Contains("://", StringComparison.Ordinal))
            throw new ToolException($"{path}: a store is a folder. Stores at s3:// come in a later version.");
    }
}
