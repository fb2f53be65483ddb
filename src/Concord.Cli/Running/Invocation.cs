using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Concord.Cli.Reports;

namespace Concord.Cli.Running;

/// <summary>Runs a command: parse errors, failures and signals become exit codes and sentences here and nowhere else.</summary>
internal static class Invocation
{
    /// <summary>How long a command may take to stop. What has not stopped then waits for something outside, and is left.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken cancellationToken, params Command[] commands)
    {
        var root = new RootCommand("Checks receipts offline: canonical JSON, hashes, chains, signatures, and bundles that travel.");
        foreach (var command in commands)
            root.Subcommands.Add(command);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);

        // An argument that begins with @ is a file name like any other.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        using var output = new StringWriter();
        var configuration = new InvocationConfiguration { Output = output, Error = terminal.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        if (parsed.Action is ParseErrorAction refusal)
        {
            refusal.ShowHelp = false;
            await parsed.InvokeAsync(configuration, cancellationToken);
            await terminal.Error.WriteLineAsync($"See '{HelpWithExamples.NameOf(parsed.CommandResult.Command)} --help'.");
            return ExitCode.CouldNot;
        }
        // On a thread of its own, so that a command that computes for long is left like one that waits.
        var work = Task.Run(() => parsed.InvokeAsync(configuration, cancellationToken), CancellationToken.None);
        var exitCode = await EndAsync(work, terminal, cancellationToken);
        await terminal.AnswerAsync(output.ToString(), CancellationToken.None);
        return exitCode;
    }

    private static async Task<int> EndAsync(Task<int> work, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAny(work, StoppedAsync(cancellationToken));
            return work.IsCompleted ? await work : ExitCode.Cancelled;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception exception)
        {
            var fault = Fault.Of(exception);
            await terminal.Error.WriteLineAsync($"concord: {Printable.Line(fault.Message)}");
            return fault.ExitCode;
        }
    }

    private static async Task StoppedAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource();
        using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
        await Task.Delay(Grace, CancellationToken.None);
    }
}
