using System.CommandLine;
using Concord.Cli.Exports;
using Concord.Cli.Reports;
using Concord.Cli.Running;
using Concord.Receipts.Bundles;
using Concord.Receipts.Storage;

namespace Concord.Cli.Commands;

/// <summary><c>concord export STORE</c>: a bundle of a store, an account or a stream, with the key histories that verify it.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        var store = new Argument<string>("STORE") { Description = StoreLocation.Description };
        var output = new Option<string?>("--output", "-o") { HelpName = "FILE", Description = "Where the bundle goes; standard output otherwise. The file appears when it is complete." };
        var account = new Option<string?>("--account") { HelpName = "ID", Description = "Only the streams of this account." };
        var stream = new Option<string?>("--stream") { HelpName = "PREFIX", Description = "Only this stream: its prefix in the store, or its folder." };
        var command = new DocumentedCommand(
            "export",
            "Writes a bundle of a store, an account or one stream, with the key histories that verify it. Streams that grow meanwhile are exported up to where they were found. It does not verify: verify the bundle.",
            """
              concord export data -o everything.receipts.jsonl
              concord export data --account 0H3XQ -o account.receipts.jsonl
              concord export data --stream pixpax/pixbooks/A/B -o book.receipts.jsonl
              concord export s3://my-receipts/production -o everything.receipts.jsonl
              concord export data | concord verify - --trust concord-trust.json
            """,
            """
              0    done
              1    a stream of the store is damaged; it says which object
              2    could not: usage, nothing to export, or something cannot be read or written
              130  stopped (SIGINT, SIGTERM); no file is left
            """) { store, output, account, stream };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(account) is not null && parsed.GetValue(stream) is not null)
                parsed.AddError("--account and --stream exclude each other.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(store)!;
            using var opened = StoreLocation.OpenExisting(path);
            var scope = parsed.GetValue(account) is { } id ? ExportScope.OfAccount(id)
                : parsed.GetValue(stream) is { } place ? ExportScope.OfStream(path, place)
                : ExportScope.Whole;
            await ExportAsync(opened.Objects, path, scope, parsed.GetValue(output), terminal, cancellationToken);
            return ExitCode.Good;
        });
        return command;
    }

    private static async Task ExportAsync(IObjectStore store, string path, ExportScope scope, string? output, Terminal terminal, CancellationToken cancellationToken)
    {
        using var progress = new Progress(terminal, "Exporting", "receipts");
        var selection = await ExportSelection.FindAsync(store, scope, progress, cancellationToken);
        if (selection.Parts.Count == 0)
            throw new ToolException($"There is nothing to export: no {scope.What} in {path}.");
        foreach (var warning in selection.Warnings)
            await terminal.Error.WriteLineAsync($"concord: warning: {Printable.Line(warning)}");

        if (output is null)
            await WriteAsync(terminal.Output);
        else
            await CompleteFile.WriteAsync(output, WriteAsync, cancellationToken);

        async Task WriteAsync(Stream bundle)
        {
            // BundleWriter writes line by line; a system call for each would be most of the work.
            var buffered = new BufferedStream(bundle, 128 * 1024);
            await BundleWriter.WriteAsync(store, selection.Parts, buffered, progress, cancellationToken);
            await buffered.FlushAsync(cancellationToken);
        }
    }
}
