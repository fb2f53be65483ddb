using System.Globalization;
using System.Text;
using Concord.Cli.Running;
using Concord.Receipts.Bundles;

namespace Concord.Cli.Reports;

/// <summary>The end of an import for people. The last line is <c>OK</c>, <c>FAILED</c> or <c>INCOMPLETE</c>.</summary>
internal static class ImportText
{
    public static int ExitCodeOf(ImportResult result, Verdict verdict) => result.Outcome switch
    {
        ImportOutcome.Imported or ImportOutcome.Possible => verdict.ExitCode,
        _ => ExitCode.Failed,
    };

    public static string Of(ImportResult result, Verdict verdict, string store)
    {
        var text = new StringBuilder();
        VerdictText.AppendFailures(text, verdict);
        AppendConflicts(text, result, store);
        VerdictText.AppendNotChecked(text, verdict);
        text.AppendLine(Printable.Line(Sentence(result, store)));
        text.AppendLine(VerdictText.Word(ExitCodeOf(result, verdict)));
        return text.ToString();
    }

    private static void AppendConflicts(StringBuilder text, ImportResult result, string store)
    {
        foreach (var conflict in result.Conflicts)
            text.AppendLine(Printable.Line($"conflict: {Path.Combine(store, conflict.Key)}: {Printable.Stream(conflict.Stream)}: expected {conflict.Expected}, found {conflict.Found}"));
        if (result.ConflictCount > result.Conflicts.Length)
            text.AppendLine(CultureInfo.InvariantCulture, $"conflict: {result.ConflictCount - result.Conflicts.Length} more, not told one by one");
    }

    private static string Sentence(ImportResult result, string store)
    {
        var created = Printable.Count(result.Created, "object", "objects");
        return result.Outcome switch
        {
            ImportOutcome.Imported => $"Imported into {store}: {created} created, {result.AlreadyThere} there already.",
            ImportOutcome.Possible => $"Nothing was written to {store}: {created} would be created, {result.AlreadyThere} there already.",
            ImportOutcome.NotGood => $"The bundle is not good. Nothing was written to {store}.",
            _ when result.Created == 0 => $"The store holds something else. Nothing was written to {store}.",
            _ => $"Another writer came first. {created} created in {store}, and nothing replaced.",
        };
    }
}
