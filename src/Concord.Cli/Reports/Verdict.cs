using System.Collections.Immutable;
using Concord.Cli.Running;
using Concord.Receipts.Verification;

namespace Concord.Cli.Reports;

/// <summary>A verdict as it is told: to people by <see cref="VerdictText"/>, to programs by <see cref="VerdictJson"/>.</summary>
internal sealed record Verdict
{
    public string? Error { get; private init; }

    public long Receipts { get; private init; }

    /// <summary>Content objects that are gone because a receipt says that they were erased: not missing.</summary>
    public long ErasedContents { get; private init; }

    /// <summary>Failures in detail, each located by a path that whoever reads it can open.</summary>
    public ImmutableArray<VerificationFailure> Failures { get; private init; } = [];

    /// <summary>All failures, more perhaps than are told in detail.</summary>
    public long FailureCount { get; private init; }

    public ImmutableArray<NotChecked> NotChecked { get; private init; } = [];

    /// <summary>Whether something was not checked for want of input, told in detail or not.</summary>
    private bool IsIncomplete { get; init; }

    public ImmutableArray<StreamVerdict> Streams { get; private init; } = [];

    public ImmutableArray<KeyHistoryVerdict> KeyHistories { get; private init; } = [];

    public bool IsGood => Error is null && FailureCount == 0;

    private int ErrorCode { get; init; }

    public int ExitCode =>
        Error is not null ? ErrorCode
        : FailureCount > 0 ? Running.ExitCode.Failed
        : IsIncomplete ? Running.ExitCode.Incomplete
        : Running.ExitCode.Good;

    /// <summary>Tells a report.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="trust">What it was judged by.</param>
    /// <param name="root">The folder that locations are below; null when they are told as they are.</param>
    public static Verdict Of(VerificationReport report, TrustFile? trust, string? root = null) => new()
    {
        Receipts = report.Receipts,
        ErasedContents = report.ErasedContents,
        Failures = [.. report.Failures.Select(failure => root is null ? failure : failure with { Location = Path.Combine(root, failure.Location) })],
        FailureCount = report.FailureCount,
        NotChecked = [.. report.NotChecked, .. AbsentHeads(report, trust)],
        IsIncomplete = report.IsIncomplete,
        Streams = [.. report.Streams],
        KeyHistories = [.. report.KeyHistories],
    };

    /// <summary>Tells that there is none.</summary>
    public static Verdict OfFault(Fault fault) => new() { Error = fault.Message, ErrorCode = fault.ExitCode };

    /// <summary>Adds what was and was not found out about the keys that judged, when those came from elsewhere.</summary>
    public Verdict JudgedBy(VerificationReport keys) => this with
    {
        NotChecked = [.. keys.NotChecked.Concat(NotChecked).Distinct()],
        IsIncomplete = IsIncomplete || keys.IsIncomplete,
        KeyHistories = [.. keys.KeyHistories],
    };

    // A part of a store, or a bundle, may well lack a stream that a trust file pins: worth a line, and no failure.
    private static IEnumerable<NotChecked> AbsentHeads(VerificationReport report, TrustFile? trust)
    {
        var found = report.Streams.Select(stream => stream.Stream).ToHashSet();
        return from head in trust?.Heads.Values ?? []
               where !found.Contains(head.Stream)
               orderby head.Stream.Json
               select new NotChecked(NotCheckedKind.Head, $"The trust file pins version {head.StreamVersion} of {head.Stream}, which is not here.");
    }
}
