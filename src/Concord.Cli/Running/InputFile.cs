using Concord.Receipts.Verification;

namespace Concord.Cli.Running;

/// <summary>Opens and reads what the command line names.</summary>
internal static class InputFile
{
    /// <summary>The name of standard input.</summary>
    public const string Standard = "-";

    /// <summary>Opens a file; <see cref="Standard"/> is standard input.</summary>
    public static Stream Open(string path, Terminal terminal)
    {
        if (path == Standard)
            return terminal.Input;
        if (path.Length == 0)
            throw new ToolException("A file name is empty.");
        if (Directory.Exists(path))
            throw new ToolException($"{path} is a folder, where a file is meant.");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"Cannot read {path}: {exception.Message}");
        }
    }

    /// <summary>Reads a file whole.</summary>
    /// <exception cref="ToolException">It cannot be read, or is longer than <paramref name="maxBytes"/>.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, int maxBytes, Terminal terminal, CancellationToken cancellationToken)
    {
        var input = Open(path, terminal);
        await using (input.ConfigureAwait(false))
        {
            if (input.CanSeek && input.Length > maxBytes)
                throw TooLong(path, maxBytes);
            // One byte more than the length, so that the end is seen without growing.
            var bytes = new byte[input.CanSeek ? (int)input.Length + 1 : 64 * 1024];
            var length = 0;
            while (await input.ReadAsync(bytes.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                if (length > maxBytes)
                    throw TooLong(path, maxBytes);
                if (length == bytes.Length)
                    Array.Resize(ref bytes, (int)Math.Min(bytes.Length * 2L, maxBytes + 1L));
            }
            return bytes.AsMemory(0, length);
        }
    }

    private static ToolException TooLong(string path, int maxBytes) => new($"{path} is longer than {maxBytes} bytes, the most that is read into memory.");

    /// <summary>Reads a trust file, if one is named.</summary>
    public static async Task<TrustFile?> ReadTrustAsync(string? path, Terminal terminal, CancellationToken cancellationToken)
    {
        if (path is null)
            return null;
        var json = await ReadAsync(path, 64 * 1024 * 1024, terminal, cancellationToken);
        try
        {
            return TrustFile.Parse(json);
        }
        catch (FormatException exception)
        {
            throw new ToolException($"{path}: {exception.Message}");
        }
    }
}
