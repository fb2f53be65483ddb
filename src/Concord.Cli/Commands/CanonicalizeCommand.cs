using System.CommandLine;
using Concord.Cli.Running;
using Concord.Receipts.Canonicalization;

namespace Concord.Cli.Commands;

/// <summary><c>concord canonicalize [FILE|-]</c>: the canonical bytes, and nothing added.</summary>
internal static class CanonicalizeCommand
{
    /// <summary>Canonical order needs a whole object in memory; what is meant here has kilobytes to megabytes.</summary>
    private const int MaxBytes = 256 * 1024 * 1024;

    public const string ExitCodes = """
          0    done
          1    not I-JSON: the fault and its byte offset are on standard error
          2    the file cannot be read, or is longer than 256 MiB
          130  stopped (SIGINT, SIGTERM)
        """;

    public static Command Create(Terminal terminal)
    {
        var file = FileArgument();
        var command = new DocumentedCommand(
            "canonicalize",
            "Writes the canonical form (RFC 8785) of JSON: the bytes that are hashed, without a line feed behind them.",
            """
              concord canonicalize receipt.json
              echo '{"b":1,"a":2.0}' | concord canonicalize -
              concord canonicalize receipt.json | cmp - receipt.json      # is it canonical?
            """,
            ExitCodes) { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await terminal.AnswerAsync(await ReadCanonicalAsync(parsed.GetValue(file)!, terminal, cancellationToken), cancellationToken);
            return ExitCode.Good;
        });
        return command;
    }

    public static Argument<string> FileArgument() => new("FILE")
    {
        Description = "The JSON file; '-' for standard input.",
        DefaultValueFactory = _ => InputFile.Standard,
    };

    public static async Task<byte[]> ReadCanonicalAsync(string path, Terminal terminal, CancellationToken cancellationToken)
    {
        var json = await InputFile.ReadAsync(path, MaxBytes, terminal, cancellationToken);
        try
        {
            return JsonCanonicalizer.Canonicalize(json.Span);
        }
        catch (CanonicalJsonException exception)
        {
            throw new ToolException($"{(path == InputFile.Standard ? "standard input" : path)}: {exception.Message} ({exception.Error.Fault})", ExitCode.Failed);
        }
    }
}
