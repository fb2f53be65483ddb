using System.CommandLine;
using System.Text;
using Concord.Cli.Reports;
using Concord.Cli.Running;
using Concord.Receipts.Storage;

namespace Concord.Cli.Commands;

/// <summary><c>concord doctor STORE</c>: whether receipts may be kept there.</summary>
internal static class DoctorCommand
{
    public static Command Create(Terminal terminal)
    {
        var store = new Argument<string>("STORE") { Description = StoreLocation.Description };
        var command = new DocumentedCommand(
            "doctor",
            "Tries on a store what receipts stand on: that a second create of one object is refused, that a listing sees what was just created; of a bucket also that versioning and Object Lock are off and the clocks agree. It writes one object below concord-probe/ and deletes it. The last line is OK or FAILED.",
            $"""
              concord doctor data
              concord doctor s3://my-receipts/production
            {StoreLocation.BucketHelp}
            """,
            """
              0    receipts may be kept there (there may be warnings)
              1    receipts must not be kept there; it says why, and what to do
              2    could not look: usage
              130  stopped (SIGINT, SIGTERM)
            """) { store };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var opened = StoreLocation.OpenExisting(parsed.GetValue(store)!);
            var report = await opened.ProbeAsync(cancellationToken);
            var text = new StringBuilder();
            foreach (var line in report.Lines)
                text.AppendLine(Printable.Line($"{Word(line.Verdict)}: {line.Name}: {line.Detail}"));
            text.AppendLine(report.IsGood ? "OK" : "FAILED");
            await terminal.AnswerAsync(text.ToString(), cancellationToken);
            return report.IsGood ? ExitCode.Good : ExitCode.Failed;
        });
        return command;
    }

    private static string Word(ProbeVerdict verdict) => verdict switch
    {
        ProbeVerdict.Passed => "passed",
        ProbeVerdict.Warned => "warning",
        _ => "failed",
    };
}
