using System.Diagnostics.Metrics;
using Concord.Receipts.Telemetry;

namespace Concord.Receipts.Tests.Derived;

/// <summary>What the metric of ignored derived objects counts meanwhile, by anybody in this process.</summary>
internal sealed class Counted : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly List<(string Kind, string Reason)> _seen = [];

    public Counted()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == ReceiptsMetrics.DerivedIgnored)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            lock (_seen)
                _seen.Add(((string)tags[0].Value!, (string)tags[1].Value!));
        });
        _listener.Start();
    }

    public IReadOnlyList<(string Kind, string Reason)> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    public void Dispose() => _listener.Dispose();
}
