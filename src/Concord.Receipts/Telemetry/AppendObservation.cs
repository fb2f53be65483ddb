using System.Diagnostics;
using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Telemetry;

/// <summary>Watches one append from its beginning to its end.</summary>
internal readonly struct AppendObservation(string streamType) : IDisposable
{
    private readonly Activity? _span = Instruments.Spans.StartActivity(ReceiptsSpans.Append);
    private readonly long _began = Stopwatch.GetTimestamp();

    public void RoundLost(int round)
    {
        Instruments.AppendConflicts.Add(1, StreamType);
        _span?.SetTag(ReceiptsAttributes.Rounds, round + 1);
    }

    public void Ended(AppendResult result)
    {
        if (result.PublishFault is not null)
            Instruments.CommitsUnpublished.Add(1, StreamType);
        if (result.ProjectionFault is not null)
            Instruments.CommitsUnprojected.Add(1, StreamType);
        Record(result.Outcome switch
        {
            AppendOutcome.Committed => "committed",
            AppendOutcome.Replayed => "replayed",
            AppendOutcome.Refused => "refused",
            _ => "key_reused",
        });
    }

    public void Failed(Exception exception)
    {
        _span.Fail(exception);
        if (exception is SigningException failure)
            Instruments.SigningFailures.Add(1, StreamType, new(ReceiptsAttributes.IsTransient, failure.IsTransient));
        Record(exception switch
        {
            AppendOutcomeUnknownException => "unknown",
            AppendContentionException => "contention",
            StreamDamagedException => "damaged",
            StreamReadOnlyException => "read_only",
            SigningException => "signing_failed",
            ObjectStoreException => "store_failed",
            OperationCanceledException => "cancelled",
            _ => "failed",
        });
    }

    public void Dispose() => _span?.Dispose();

    private KeyValuePair<string, object?> StreamType => new(ReceiptsAttributes.StreamType, streamType);

    private void Record(string outcome)
    {
        _span?.SetTag(ReceiptsAttributes.StreamType, streamType);
        _span?.SetTag(ReceiptsAttributes.Outcome, outcome);
        if (Instruments.AppendDuration.Enabled)
            Instruments.AppendDuration.Record(Stopwatch.GetElapsedTime(_began).TotalSeconds, StreamType, new(ReceiptsAttributes.Outcome, outcome));
    }
}
