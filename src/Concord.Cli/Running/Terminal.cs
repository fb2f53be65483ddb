using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Concord.Cli.Running;

/// <summary>The three standard streams, and whether a person looks at the last.</summary>
internal sealed class Terminal(Stream input, Stream output, TextWriter error, bool isErrorWatched)
{
    // EPIPE, on every Unix; .NET hands the system's number on.
    private const int BrokenPipe = 32;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public Stream Input { get; } = input;

    /// <summary>Standard output. That its reader went away stops whoever writes much to it, and is no failure of whoever writes little.</summary>
    public Stream Output { get; } = output;

    public TextWriter Error { get; } = error;

    public bool IsErrorWatched { get; } = isErrorWatched;

    public static Terminal Standard() =>
        new(Console.OpenStandardInput(), OpenOutput(), Console.Error, !Console.IsErrorRedirected);

    /// <summary>Writes an answer: short, and made before, so that a reader that went away changes nothing.</summary>
    public async Task AnswerAsync(ReadOnlyMemory<byte> answer, CancellationToken cancellationToken)
    {
        try
        {
            await Output.WriteAsync(answer, cancellationToken);
            await Output.FlushAsync(cancellationToken);
        }
        catch (IOException exception) when (exception.HResult == BrokenPipe)
        {
            // The exit code still says what the answer was.
        }
    }

    public Task AnswerAsync(string answer, CancellationToken cancellationToken) => AnswerAsync(Utf8.GetBytes(answer), cancellationToken);

    // The console's own stream says nothing about a broken pipe, and an export would go on to the end of the store for nobody. But a
    // file behind the handle is left to it: a FileStream would not move the position that the file shares with other processes.
    private static Stream OpenOutput()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var direct = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return direct.CanSeek ? Console.OpenStandardOutput() : direct;
    }
}
