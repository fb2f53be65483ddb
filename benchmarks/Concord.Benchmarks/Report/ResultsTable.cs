using System.Text;
using Concord.Benchmarks.Interleaved;

namespace Concord.Benchmarks.Report;

/// <summary>Writes what was found as Markdown.</summary>
internal static class ResultsTable
{
    public static string Write(IEnumerable<Finding> findings, Effort effort, string machine, string loadBefore, string loadAfter, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append(
            $"""
            # What is claimed, and what was measured

            Written by `eng/bench.sh`; do not edit. {now:yyyy-MM-dd}. {machine}.

            Load averages before and after: {loadBefore}; {loadAfter}. Two contestants work in turn, A B A, {effort.Rounds} rounds of
            {effort.Milliseconds} ms each; in brackets are the 10th and 90th percentile of the ratio by round. Times are processor time of the
            working thread, so neighbours on the machine do not count, though the caches that they empty do; P10 is by the wall. The ratios
            are the result: the nanoseconds are this machine's.

            | # | claim | pass | stretch | measured | verdict | remarks |
            |---|---|---|---|---|---|---|

            """);
        foreach (var finding in findings.OrderBy(finding => Order(finding.Target.Id)))
            text.AppendLine($"| {finding.Target.Id} | {finding.Target.Claim} | {finding.Target.Pass} | {finding.Target.Stretch?.ToString() ?? ""} | {finding.Measured} | {finding.Verdict} | {finding.Note} |");
        return text.ToString();
    }

    // P9 before P9a before P10.
    private static (int Number, string Id) Order(string id) => (int.Parse(string.Concat(id[1..].TakeWhile(char.IsAsciiDigit)), System.Globalization.CultureInfo.InvariantCulture), id);
}
