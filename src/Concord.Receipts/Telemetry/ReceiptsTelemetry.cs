namespace Concord.Receipts.Telemetry;

/// <summary>Names the sources of what this package tells of itself: spans through <see cref="System.Diagnostics.ActivitySource"/>, numbers
/// through <see cref="System.Diagnostics.Metrics.Meter"/>. Nothing is measured, and next to nothing spent, while nobody listens.</summary>
/// <remarks>No span and no measurement carries a payload, a content, a key or a signature. Names, units and attributes follow the
/// OpenTelemetry conventions: seconds, and few values an attribute; only spans name single objects.</remarks>
public static class ReceiptsTelemetry
{
    /// <summary>The name of the activity source of every span in <see cref="ReceiptsSpans"/>.</summary>
    public const string ActivitySourceName = "Concord.Receipts";

    /// <summary>The name of the meter of every instrument in <see cref="ReceiptsMetrics"/>.</summary>
    public const string MeterName = "Concord.Receipts";
}
