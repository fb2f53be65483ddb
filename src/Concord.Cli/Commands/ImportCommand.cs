using System.CommandLine;
using Concord.Cli.Layouts;
using Concord.Cli.Reports;
using Concord.Cli.Running;
using Concord.Receipts.Bundles;

namespace Concord.Cli.Commands;

/// <summary><c>concord import BUNDLE STORE</c>: verify all, compare all, then write what is missing.</summary>
internal static class ImportCommand
{
    public static Command Create(Terminal terminal)
    {
        var bundle = new Argument<string>("BUNDLE") { Description = "The bundle, a file." };
        var store = new Argument<string>("STORE") { Description = StoreLocation.Description + " A folder is made if it is not there." };
        var trust = new Option<string?>("--trust") { HelpName = "FILE", Description = "What to trust: first platform keys, who may sign what, pinned heads." };
        var layout = new Option<string?>("--layout") { HelpName = "FILE", Description = "Where streams stand, by type; PixPax's layout otherwise." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Verify and compare, and write nothing." };
        var command = new DocumentedCommand(
            "import",
            "Imports a bundle into a store. Verifies all of it first, then compares it with the store, and creates nothing that exists differently. Stopped half-way, the same import completes it.",
            """
              concord import everything.receipts.jsonl restored --trust concord-trust.json
              concord import everything.receipts.jsonl restored --dry-run
              concord import everything.receipts.jsonl s3://my-receipts/restored --trust concord-trust.json
              concord import book.receipts.jsonl data --layout layout.json --trust concord-trust.json

            A layout file says where streams stand, for each type (the locator is optional):
              {"format":"concord-layout","version":1,"streams":{
                "pixbook":{"prefix":"pixpax/pixbooks/{accountId}/{bookId}/","locator":"pixpax/locators/pixbook/{bookId}.json"}}}
            """,
            """
              0    everything was checked and is in the store
              1    the bundle is not good, or the store holds something else: nothing was written
              2    could not: usage, or something cannot be read or written
              3    imported, and something was not checked: it says what (without --trust: the trust root and who may sign)
              130  stopped (SIGINT, SIGTERM); the same import completes it
            """) { bundle, store, trust, layout, dryRun };
        command.SetAction((parsed, cancellationToken) => ImportAsync(
            parsed.GetValue(bundle)!, parsed.GetValue(store)!, parsed.GetValue(trust), parsed.GetValue(layout), parsed.GetValue(dryRun), terminal, cancellationToken));
        return command;
    }

    private static async Task<int> ImportAsync(
        string bundle, string storePath, string? trustPath, string? layoutPath, bool isDryRun, Terminal terminal, CancellationToken cancellationToken)
    {
        if (bundle == InputFile.Standard)
            throw new ToolException("A bundle is imported from a file: it is read more than once.");
        var trust = await InputFile.ReadTrustAsync(trustPath, terminal, cancellationToken);
        var layout = await StoreLayout.ReadAsync(layoutPath, terminal, cancellationToken);
        using var store = isDryRun && StoreLocation.IsBucket(storePath) ? StoreLocation.OpenExisting(storePath) : await StoreLocation.OpenForWritingAsync(storePath, cancellationToken);
        if (trust is null)
            await terminal.Error.WriteLineAsync("concord: warning: without --trust FILE the bundle is believed about its first platform key, and about who may sign what.");

        using var progress = new Progress(terminal, "", "bytes");
        var stages = new StageProgress(progress);
        ImportResult result;
        try
        {
            result = await BundleImporter.ImportAsync(store.Objects, layout.PlaceOf, () => InputFile.Open(bundle, terminal), trust, isDryRun, bundle, stages, cancellationToken);
        }
        catch (ArgumentException exception)
        {
            // Two streams in one place, or a place that is no object key: what the layout says does not work for these streams.
            throw new ToolException(exception.Message);
        }
        var verdict = Verdict.Of(result.Report, trust);
        await terminal.AnswerAsync(ImportText.Of(result, verdict, storePath), cancellationToken);
        return ImportText.ExitCodeOf(result, verdict);
    }

    private sealed class StageProgress(Progress progress) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => progress.Report($"{value.Stage}", value.BytesRead);
    }
}
