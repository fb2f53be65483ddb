using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using PixPax.Host.Platform.Subscriptions.Connections;

namespace PixPax.Host.Tests.Subscriptions;

/// <summary>Counts the disconnects that this process's hosts measure. Other tests may disconnect too: counts only grow.</summary>
internal sealed class Disconnects : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(string Transport, string Code), long> _counts = new();

    public Disconnects()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == SubscriptionMetrics.DisconnectsName) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            var (transport, code) = ("", "");
            foreach (var tag in tags)
            {
                if (tag.Key == "pixpax.transport") transport = (string)tag.Value!;
                if (tag.Key == "pixpax.close_code") code = (string)tag.Value!;
            }

            _counts.AddOrUpdate((transport, code), count, (_, known) => known + count);
        });
        _listener.Start();
    }

    public async Task UntilAsync(string transport, string code)
    {
        using var limit = new CancellationTokenSource(Subscriber.Limit);
        while (!_counts.ContainsKey((transport, code)))
        {
            Assert.False(limit.IsCancellationRequested, $"No disconnect of {transport} by {code}: {string.Join(", ", _counts)}");
            await Task.Delay(20);
        }
    }

    public void Dispose() => _listener.Dispose();
}
