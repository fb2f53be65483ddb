using Concord.Receipts;
using Concord.Receipts.Streams;

namespace Concord.Cli.Running;

/// <summary>What becomes of an exception: an exit code and a sentence. No exception reaches the user as a stack trace.</summary>
internal readonly record struct Fault(int ExitCode, string Message)
{
    public static Fault Of(Exception exception) => exception switch
    {
        ToolException known => new(known.ExitCode, known.Message),
        // What is stored breaks a rule of the format: found by a command that had something else to do than to verify.
        StreamDamagedException or ReceiptFormatException => new(Running.ExitCode.Failed, exception.Message),
        OutOfMemoryException => new(Running.ExitCode.CouldNot, "There is not enough memory for this."),
        IOException or UnauthorizedAccessException or FormatException => new(Running.ExitCode.CouldNot, exception.Message),
        _ => new(Running.ExitCode.CouldNot, $"This should not have happened, please report it: {exception.GetType().Name}: {exception.Message}"),
    };
}
