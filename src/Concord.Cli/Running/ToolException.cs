namespace Concord.Cli.Running;

/// <summary>Ends a command with a sentence for the user.</summary>
internal sealed class ToolException(string message, int exitCode = ExitCode.CouldNot) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
