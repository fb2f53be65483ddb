using System.CommandLine;
using System.Text;
using Concord.Cli.Layouts;
using Concord.Cli.Reports;
using Concord.Cli.Running;
using Concord.Receipts.Checking;

namespace Concord.Cli.Commands;

/// <summary><c>concord fsck STORE</c>: check that everything in a store holds and fits together; repair what is safe.</summary>
internal static class FsckCommand
{
    public static Command Create(Terminal terminal)
    {
        var store = new Argument<string>("STORE") { Description = StoreLocation.Description };
        var trust = new Option<string?>("--trust") { HelpName = "FILE", Description = "What to trust: first platform keys, who may sign what, pinned heads." };
        var layout = new Option<string?>("--layout") { HelpName = "FILE", Description = "Where streams stand, by type; PixPax's layout otherwise." };
        var repair = new Option<bool>("--repair") { Description = "Repair what is safe: create what is absent and follows from the rest, write locators. Overwrites and deletes nothing else." };
        var dryRun = new Option<bool>("--dry-run") { Description = "With --repair: say what it would write, and write nothing." };
        var writersStopped = new Option<bool>("--writers-stopped") { Description = "With --repair: you have stopped everything that writes to the store. Lost commits are restored only then." };
        var json = new Option<bool>("--json") { Description = "Write the report as one JSON object." };
        var command = new DocumentedCommand(
            "fsck",
            "Checks a whole store: everything that verify checks, and that commits, events, content, locators and places fit together. Reads only, beside writers too. The last line is OK, FAILED or INCOMPLETE.",
            """
              concord fsck data --trust concord-trust.json
              concord fsck data --trust concord-trust.json --repair --dry-run
              concord fsck data --trust concord-trust.json --repair
              concord fsck data --trust concord-trust.json --repair --writers-stopped
              concord fsck data --layout layout.json --json
              concord fsck s3://my-receipts/production --trust concord-trust.json

            What it finds is damage, repairable, or a note. Each finding names the object, and says what to do.
            """,
            """
              0    everything was checked, nothing is damaged and nothing wants repair (there may be notes)
              1    something is damaged, or wants repair; after --repair: something still is, or does
              2    could not check: usage, or something cannot be read or written
              3    what could be checked holds; something was not, and it says what (without --trust: the trust root and who may sign)
              130  stopped (SIGINT, SIGTERM); the next repair completes this one
            """) { store, trust, layout, repair, dryRun, writersStopped, json };
        command.Validators.Add(parsed =>
        {
            if (!parsed.GetValue(repair) && (parsed.GetValue(dryRun) || parsed.GetValue(writersStopped)))
                parsed.AddError("--dry-run and --writers-stopped go with --repair.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isJson = parsed.GetValue(json);
            var path = parsed.GetValue(store)!;
            var mode = !parsed.GetValue(repair) ? RepairMode.None : parsed.GetValue(dryRun) ? RepairMode.DryRun : RepairMode.Repair;
            try
            {
                var report = await CheckAsync(path, parsed.GetValue(trust), parsed.GetValue(layout), mode, parsed.GetValue(writersStopped), terminal, cancellationToken);
                await terminal.AnswerAsync(isJson ? FsckJson.Of(report, mode) : Encoding.UTF8.GetBytes(FsckText.Of(report, mode, path)), cancellationToken);
                return FsckText.ExitCodeOf(report);
            }
            catch (Exception exception) when (isJson && exception is not OperationCanceledException)
            {
                // Who reads JSON is told in JSON, whatever happened.
                var fault = Fault.Of(exception);
                await terminal.AnswerAsync(FsckJson.Of(fault), cancellationToken);
                return fault.ExitCode;
            }
        });
        return command;
    }

    private static async Task<StoreCheckReport> CheckAsync(
        string path, string? trustPath, string? layoutPath, RepairMode mode, bool areWritersStopped, Terminal terminal, CancellationToken cancellationToken)
    {
        var options = new StoreCheckOptions
        {
            Trust = await InputFile.ReadTrustAsync(trustPath, terminal, cancellationToken),
            Layout = (await StoreLayout.ReadAsync(layoutPath, terminal, cancellationToken)).Paths,
            Repair = mode,
            AreWritersStopped = areWritersStopped,
        };
        using var progress = new Progress(terminal, "", "");
        using var opened = StoreLocation.OpenExisting(path);
        var report = await StoreChecker.CheckAsync(opened.Objects, options, new StageProgress(progress), cancellationToken);
        return report is { Streams.IsEmpty: true, IsClean: true }
            ? throw new ToolException($"There is no stream in {path}: nothing below it has commits/ or events/ with receipts.")
            : report;
    }

    private sealed class StageProgress(Progress progress) : IProgress<StoreCheckProgress>
    {
        public void Report(StoreCheckProgress value) => progress.Report(
            value.Stage switch
            {
                StoreCheckStage.Listing => "Listing, objects:",
                StoreCheckStage.Checking => "Checking, receipts:",
                _ => "Repairing, receipts:",
            },
            value.Count);
    }
}
