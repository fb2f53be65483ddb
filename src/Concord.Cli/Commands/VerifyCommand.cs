using System.CommandLine;
using Concord.Cli.Reports;
using Concord.Cli.Running;
using Concord.Receipts.Bundles;
using Concord.Receipts.Keys;
using Concord.Receipts.Verification;

namespace Concord.Cli.Commands;

/// <summary><c>concord verify PATH</c>: a bundle, the folder of a stream, or a folder with streams below it.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string>("PATH") { Description = "A bundle ('-' for standard input), the folder of a stream, or a folder with streams below it. A folder may be in a bucket: s3://BUCKET/PREFIX." };
        var trust = new Option<string?>("--trust") { HelpName = "FILE", Description = "What to trust: first platform keys, who may sign what, pinned heads." };
        var keys = new Option<string?>("--keys") { HelpName = "PATH", Description = "A bundle or a store whose key histories judge a folder that has none." };
        var json = new Option<bool>("--json") { Description = "Write the verdict as one JSON object." };
        var command = new DocumentedCommand(
            "verify",
            "Verifies receipts offline: every byte, hash, chain and signature. Writes nothing anywhere. The last line is OK, FAILED or INCOMPLETE.",
            """
              concord verify garden.receipts.jsonl --trust concord-trust.json
              concord verify data --trust concord-trust.json              # a whole store
              concord verify data/pixpax/pixbooks/A/B --keys data --trust concord-trust.json
              concord verify s3://my-receipts/production --trust concord-trust.json
              concord export data | concord verify - --json
            """,
            """
              0    everything was checked, and is good
              1    verification failed: each failure says where, which rule, and what was expected
              2    could not check: usage, or something cannot be read
              3    what could be checked holds; something was not, and it says what and what is wanting
              130  stopped (SIGINT, SIGTERM)
            """) { path, trust, keys, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isJson = parsed.GetValue(json);
            Verdict verdict;
            try
            {
                verdict = await VerifyAsync(parsed.GetValue(path)!, parsed.GetValue(trust), parsed.GetValue(keys), terminal, cancellationToken);
            }
            catch (Exception exception) when (isJson && exception is not OperationCanceledException)
            {
                // Who reads JSON is told in JSON, whatever happened.
                verdict = Verdict.OfFault(Fault.Of(exception));
            }
            await terminal.AnswerAsync(isJson ? VerdictJson.Of(verdict) : System.Text.Encoding.UTF8.GetBytes(VerdictText.Of(verdict)), cancellationToken);
            return verdict.ExitCode;
        });
        return command;
    }

    private static async Task<Verdict> VerifyAsync(string path, string? trustPath, string? keysPath, Terminal terminal, CancellationToken cancellationToken)
    {
        var trust = await InputFile.ReadTrustAsync(trustPath, terminal, cancellationToken);
        return StoreLocation.IsStore(path)
            ? await VerifyStoreAsync(path, trust, keysPath, terminal, cancellationToken)
            : await VerifyBundleAsync(path, trust, keysPath, terminal, cancellationToken);
    }

    private static async Task<Verdict> VerifyBundleAsync(string path, TrustFile? trust, string? keysPath, Terminal terminal, CancellationToken cancellationToken)
    {
        if (keysPath is not null)
            throw new ToolException("--keys is for folders: a bundle carries the keys that it needs.");
        var input = InputFile.Open(path, terminal);
        await using (input.ConfigureAwait(false))
        {
            using var progress = new Progress(terminal, "Verifying", "bytes");
            return Verdict.Of(await BundleVerifier.VerifyAsync(input, trust, path, progress, cancellationToken: cancellationToken), trust);
        }
    }

    private static async Task<Verdict> VerifyStoreAsync(string path, TrustFile? trust, string? keysPath, Terminal terminal, CancellationToken cancellationToken)
    {
        VerificationReport? judges = null;
        KeyRing? keys = null;
        if (keysPath is not null)
        {
            (judges, keys) = await VerifyKeysAsync(keysPath, trust, terminal, cancellationToken);
            // Nothing is judged by keys that are not good themselves.
            if (!judges.IsGood)
                return Verdict.Of(judges, trust, StoreLocation.IsStore(keysPath) ? keysPath : null);
        }
        using var progress = new Progress(terminal, "Verifying", "receipts");
        using var opened = StoreLocation.OpenExisting(path);
        var report = await StoreVerifier.VerifyAsync(opened.Objects, "", trust, keys, progress, cancellationToken);
        if (report is { Receipts: 0, IsGood: true })
            throw new ToolException($"There is no stream in {path}: nothing below it has commits/ or events/ with receipts.");
        var verdict = Verdict.Of(report, trust, path);
        return judges is null ? verdict : verdict.JudgedBy(judges);
    }

    private static async Task<(VerificationReport Report, KeyRing Keys)> VerifyKeysAsync(string path, TrustFile? trust, Terminal terminal, CancellationToken cancellationToken)
    {
        var found = StoreLocation.IsStore(path)
            ? await VerifyKeysOfStoreAsync(path, trust, cancellationToken)
            : await VerifyKeysOfBundleAsync(path, trust, terminal, cancellationToken);
        return found.Report.IsGood && found.Keys.Histories.Count == 0
            ? throw new ToolException($"There is no key history of the platform in {path}: no key to judge by.")
            : found;
    }

    private static async Task<(VerificationReport Report, KeyRing Keys)> VerifyKeysOfStoreAsync(string path, TrustFile? trust, CancellationToken cancellationToken)
    {
        using var opened = StoreLocation.OpenExisting(path);
        return await StoreVerifier.VerifyKeyHistoriesAsync(opened.Objects, "", trust, cancellationToken);
    }

    private static async Task<(VerificationReport Report, KeyRing Keys)> VerifyKeysOfBundleAsync(string path, TrustFile? trust, Terminal terminal, CancellationToken cancellationToken)
    {
        var input = InputFile.Open(path, terminal);
        await using (input.ConfigureAwait(false))
            return await BundleVerifier.VerifyKeyHistoriesAsync(input, trust, path, cancellationToken);
    }
}
