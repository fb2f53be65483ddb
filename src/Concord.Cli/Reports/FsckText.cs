using System.Globalization;
using System.Text;
using Concord.Cli.Running;
using Concord.Receipts.Checking;
using Concord.Receipts.Verification;

namespace Concord.Cli.Reports;

/// <summary>What a check of a store found, for people. The last line is <c>OK</c>, <c>FAILED</c> or <c>INCOMPLETE</c>.</summary>
internal static class FsckText
{
    public static int ExitCodeOf(StoreCheckReport report) =>
        !report.IsClean ? ExitCode.Failed : report.IsIncomplete ? ExitCode.Incomplete : ExitCode.Good;

    public static string Of(StoreCheckReport report, RepairMode mode, string store)
    {
        var text = new StringBuilder();
        foreach (var repair in report.Repairs)
            text.AppendLine(Printable.Line($"{(mode == RepairMode.DryRun ? "would write" : "written")}: {Path.Combine(store, repair.Key)}: {repair.Name}: {Printable.Stream(repair.Stream)}{Version(repair.StreamVersion)}"));
        AppendMore(text, mode == RepairMode.DryRun ? "would write" : "written", report.RepairCount - report.Repairs.Length);
        // The gravest last, where a terminal stops; and never so far apart that one has to look for it.
        foreach (var finding in report.Findings.OrderBy(finding => finding.Severity))
        {
            text.AppendLine(Printable.Line(Line(finding, store)));
            text.AppendLine(Printable.Line($"  {finding.Advice}"));
        }
        AppendMore(text, "findings", report.DamageCount + report.RepairableCount + report.NoteCount - report.Findings.Length);
        VerdictText.AppendNotChecked(text, report.NotChecked);
        text.AppendLine(CultureInfo.InvariantCulture, $"{Printable.Count(report.Receipts, "receipt", "receipts")} in {Printable.Count(report.Streams.Length, "stream", "streams")}, {Printable.Count(report.Objects, "object", "objects")}: {report.DamageCount} damage, {report.RepairableCount} repairable, {Printable.Count(report.NoteCount, "note", "notes")}");
        text.AppendLine(VerdictText.Word(ExitCodeOf(report)));
        return text.ToString();
    }

    /// <summary>The stable name of a severity.</summary>
    public static string Name(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Damage => "damage",
        FindingSeverity.Repairable => "repairable",
        _ => "note",
    };

    private static string Line(Finding finding, string store)
    {
        var line = new StringBuilder($"{Name(finding.Severity)}: {Path.Combine(store, finding.Key)}: {finding.Kind.Name}");
        if (finding.Stream is { } stream)
            line.Append(CultureInfo.InvariantCulture, $": {Printable.Stream(stream)}{Version(finding.StreamVersion)}");
        if (finding.EventId is { } eventId)
            line.Append(CultureInfo.InvariantCulture, $" event {eventId}");
        return line.Append(CultureInfo.InvariantCulture, $": expected {finding.Expected}, found {finding.Found}").ToString();
    }

    private static string Version(long? version) => version is { } known ? string.Create(CultureInfo.InvariantCulture, $" version {known}") : "";

    private static void AppendMore(StringBuilder text, string what, long more)
    {
        if (more > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"{what}: {more} more, not told one by one");
    }
}
