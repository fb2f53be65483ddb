using System.Globalization;
using System.Text;
using Concord.Cli.Running;
using Concord.Receipts.Verification;

namespace Concord.Cli.Reports;

/// <summary>A verdict for people. The last line is <c>OK</c>, <c>FAILED</c> or <c>INCOMPLETE</c>.</summary>
internal static class VerdictText
{
    /// <summary>More streams than this are told by their number.</summary>
    public const int MaxStreams = 20;

    public static string Of(Verdict verdict)
    {
        var text = new StringBuilder();
        AppendStreams(text, verdict);
        if (verdict.ErasedContents > 0)
            text.AppendLine(CultureInfo.InvariantCulture, $"erased: {Printable.Count(verdict.ErasedContents, "content object", "content objects")}, as receipts say");
        AppendFailures(text, verdict);
        AppendNotChecked(text, verdict);
        AppendKeys(text, verdict);
        text.AppendLine(CultureInfo.InvariantCulture, $"{Printable.Count(verdict.Receipts, "receipt", "receipts")} in {Printable.Count(verdict.Streams.Length, "stream", "streams")}, {Printable.Count(verdict.FailureCount, "failure", "failures")}");
        text.AppendLine(Word(verdict.ExitCode));
        return text.ToString();
    }

    public static string Word(int exitCode) => exitCode switch
    {
        ExitCode.Good => "OK",
        ExitCode.Incomplete => "INCOMPLETE",
        _ => "FAILED",
    };

    /// <summary>What was not checked, a line each, and what would let it be checked.</summary>
    public static void AppendNotChecked(StringBuilder text, Verdict verdict) => AppendNotChecked(text, verdict.NotChecked);

    /// <inheritdoc cref="AppendNotChecked(StringBuilder, Verdict)"/>
    public static void AppendNotChecked(StringBuilder text, IEnumerable<NotChecked> items)
    {
        foreach (var item in items)
            text.AppendLine(Printable.Line($"not checked: {item.Name}: {item.Detail}{(Remedy(item) is { } remedy ? $" {remedy}" : "")}"));
    }

    public static void AppendFailures(StringBuilder text, Verdict verdict)
    {
        foreach (var failure in verdict.Failures)
            text.AppendLine(Printable.Line(Line(failure)));
        if (verdict.FailureCount > verdict.Failures.Length)
            text.AppendLine(CultureInfo.InvariantCulture, $"failure: {verdict.FailureCount - verdict.Failures.Length} more, not told one by one");
    }

    private static string Line(VerificationFailure failure)
    {
        string?[] what =
        [
            failure.Stream is { } stream ? Printable.Stream(stream) : null,
            failure.StreamVersion is { } version ? string.Create(CultureInfo.InvariantCulture, $"version {version}") : null,
            failure.EventId is { } eventId ? $"event {eventId}" : null,
        ];
        var named = string.Join(' ', what.Where(part => part is not null));
        return $"failure: {failure.Location}: {failure.Kind.Name()}: {named}{(named.Length > 0 ? ": " : "")}expected {failure.Expected}, found {failure.Found}";
    }

    private static void AppendStreams(StringBuilder text, Verdict verdict)
    {
        if (verdict.Streams.Length <= MaxStreams)
            foreach (var stream in verdict.Streams)
                text.AppendLine(CultureInfo.InvariantCulture, $"stream: {Printable.Stream(stream.Stream)} versions {stream.From} to {stream.To}, {stream.Hash}");
        else
            foreach (var type in verdict.Streams.CountBy(stream => stream.Stream.Type))
                text.AppendLine(CultureInfo.InvariantCulture, $"streams: {type.Value} of type {type.Key}");
    }

    private static void AppendKeys(StringBuilder text, Verdict verdict)
    {
        if (verdict.KeyHistories.Length <= MaxStreams)
            foreach (var history in verdict.KeyHistories)
                text.AppendLine(CultureInfo.InvariantCulture, $"keys: of {history.IdentityId} as of version {history.Version}, {history.Hash}");
        else
            text.AppendLine(CultureInfo.InvariantCulture, $"keys: {verdict.KeyHistories.Length} key histories; --json tells the version of each");
    }

    private static string? Remedy(NotChecked item) => item.Kind switch
    {
        NotCheckedKind.TrustRoot => "Give --trust FILE, got over a way that you trust.",
        NotCheckedKind.IssuerPolicy => "Give --trust FILE with a policy, and the stream from its first receipt on.",
        NotCheckedKind.Signatures => "Give --keys PATH: the store that this is from, or a bundle with its key histories.",
        NotCheckedKind.Content => "Take it along from the store that it is from, or the receipts up to the one that erased it.",
        NotCheckedKind.Predecessors => "Take the stream from its first receipt on.",
        NotCheckedKind.Head => "A trust file's \"heads\" pin them.",
        NotCheckedKind.KeyHistoryHead => "Pin the heads of the key histories, or verify again with newer ones.",
        _ => null,
    };
}
