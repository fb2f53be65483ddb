using System.CommandLine;
using Concord.Cli.Running;
using Concord.Receipts.Hashing;

namespace Concord.Cli.Commands;

/// <summary><c>concord hash [FILE|-]</c>: SHA-256 of the canonical form.</summary>
internal static class HashCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = CanonicalizeCommand.FileArgument();
        var command = new DocumentedCommand(
            "hash",
            "Writes sha256: and the hexadecimal SHA-256 of the canonical form (RFC 8785) of JSON.",
            """
              concord hash card.json
              echo '{"b":1,"a":2.0}' | concord hash -
            """,
            CanonicalizeCommand.ExitCodes) { file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var hash = Sha256Hash.Of(await CanonicalizeCommand.ReadCanonicalAsync(parsed.GetValue(file)!, terminal, cancellationToken));
            await terminal.AnswerAsync($"{hash}\n", cancellationToken);
            return ExitCode.Good;
        });
        return command;
    }
}
