using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Concord.Receipts;
using Concord.Receipts.Projections;
using Concord.Receipts.Streams;

namespace ColdChain;

/// <summary>One line about one shipment, as a list shows it.</summary>
internal sealed record ShipmentRow(string ShipmentId, long Version, string Product, string Status, int Readings, double? Warmest, bool IsBroken)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{ShipmentId} {Product}: {Status}, {Readings} readings, warmest {Warmest:0.##} °C{(IsBroken ? ", COLD CHAIN BROKEN" : "")}");
}

/// <summary>A table of all shipments, for lists and alarms. It can be dropped at any time: receipts make it again.</summary>
internal sealed class ShipmentTable : IProjection
{
    private readonly ConcurrentDictionary<string, ShipmentRow> _rows = new(StringComparer.Ordinal);

    public IReadOnlyList<ShipmentRow> Rows => [.. _rows.Values.OrderBy(row => row.ShipmentId, StringComparer.Ordinal)];

    public ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default)
    {
        // Key histories pass here too, and are nobody's row.
        if (advance.After is ReceiptStream<Shipment> shipment)
            Apply(shipment);
        return ValueTask.CompletedTask;
    }

    /// <summary>Calls may come late, twice or out of order: the highest version stays.</summary>
    public void Apply(ReceiptStream<Shipment> stream)
    {
        var row = RowOf(stream);
        _rows.AddOrUpdate(row.ShipmentId, row, (_, existing) => existing.Version >= row.Version ? existing : row);
    }

    private static ShipmentRow RowOf(ReceiptStream<Shipment> stream)
    {
        var shipment = stream.State;
        return new ShipmentRow(
            stream.Id["shipmentId"], stream.Head.Version, shipment.Product, shipment.DeliveredTo is { } to ? $"delivered to {to}" : "on its way",
            shipment.Readings.Count, shipment.Readings.IsEmpty ? null : shipment.Readings.Max(reading => reading.Celsius), shipment.IsBroken);
    }
}
