using System.Security.Cryptography;
using Concord.Cli.Running;

namespace Concord.Cli.Exports;

/// <summary>Writes a file that appears when it is complete: under a name beside it first, then renamed.</summary>
internal static class CompleteFile
{
    public static async Task WriteAsync(string path, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        if (path.Length == 0 || Directory.Exists(path))
            throw new ToolException($"'{path}' is a folder, or nothing, where the name of a file is meant.");
        var full = Path.GetFullPath(path);
        var unfinished = $"{full}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.unfinished";
        try
        {
            var file = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
            await using (file.ConfigureAwait(false))
            {
                await write(file);
                file.Flush(flushToDisk: true);
            }
            cancellationToken.ThrowIfCancellationRequested();
            File.Move(unfinished, full, overwrite: true);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new ToolException($"Cannot write {path}: {exception.Message}");
        }
        finally
        {
            // Gone already when it was renamed, and when it never came to be.
            if (File.Exists(unfinished))
                File.Delete(unfinished);
        }
    }
}
