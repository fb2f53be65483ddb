using System.Diagnostics;
using System.Diagnostics.Metrics;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Receipts.Telemetry;

/// <summary>The instruments themselves, one set a process, as the platform's own libraries have them.</summary>
internal static class Instruments
{
    public static readonly ActivitySource Spans = new(ReceiptsTelemetry.ActivitySourceName);

    private static readonly Meter Meter = new(ReceiptsTelemetry.MeterName);

    // From a warm read on a local disk to a remote signer that is about to be given up.
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    public static readonly Histogram<double> AppendDuration = Meter.CreateHistogram(
        ReceiptsMetrics.AppendDuration, "s", "Duration of appends.", tags: null, Seconds);

    public static readonly Counter<long> AppendConflicts = Meter.CreateCounter<long>(
        ReceiptsMetrics.AppendConflicts, "{round}", "Rounds lost to another writer.");

    public static readonly Counter<long> CommitsUnpublished = Meter.CreateCounter<long>(
        ReceiptsMetrics.CommitsUnpublished, "{commit}", "Commits whose events could not all be published.");

    public static readonly Counter<long> CommitsUnprojected = Meter.CreateCounter<long>(
        ReceiptsMetrics.CommitsUnprojected, "{commit}", "Commits that could not be projected.");

    public static readonly Histogram<double> SigningDuration = Meter.CreateHistogram(
        ReceiptsMetrics.SigningDuration, "s", "Duration of calls to the signer.", tags: null, Seconds);

    public static readonly Counter<long> SigningFailures = Meter.CreateCounter<long>(
        ReceiptsMetrics.SigningFailures, "{append}", "Appends that failed for want of a signature.");

    public static readonly Counter<long> VerificationFailures = Meter.CreateCounter<long>(
        ReceiptsMetrics.VerificationFailures, "{read}", "Reads that found a stream damaged.");

    public static readonly Counter<long> DerivedIgnored = Meter.CreateCounter<long>(
        ReceiptsMetrics.DerivedIgnored, "{object}", "Snapshots and archives that were there and were not used.");

    public static readonly Histogram<double> StoreDuration = Meter.CreateHistogram(
        ReceiptsMetrics.StoreDuration, "s", "Duration of calls to the object store.", tags: null, Seconds);

    /// <summary>Begins the span of a step; <see langword="null"/> when nobody listens.</summary>
    public static Activity? Step(string name) => Spans.StartActivity(name);

    /// <summary>For the filter of a catch: counts what it sees and catches nothing.</summary>
    public static bool SeeDamage(StreamDamagedException exception)
    {
        VerificationFailures.Add(1, new KeyValuePair<string, object?>(ReceiptsAttributes.FailureKind, exception.Kind.Name()));
        return false;
    }

    /// <summary>Marks a span as failed, by the type of the exception alone: its message may quote what must not be told.</summary>
    public static void Fail(this Activity? span, Exception exception)
    {
        span?.SetStatus(ActivityStatusCode.Error);
        span?.SetTag(ReceiptsAttributes.ErrorType, ErrorType(exception));
    }

    public static string? ErrorType(Exception exception) => exception.GetType().FullName;
}
