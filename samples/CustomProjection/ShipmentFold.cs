using System.Text.Json;
using Concord.Receipts;
using Concord.Receipts.Projections;

namespace ColdChain;

/// <summary>The one function from receipts to a shipment: decisions, the table and every replay go through it.</summary>
internal sealed class ShipmentFold : IFold<Shipment>
{
    public const string Dispatched = "SHIPMENT_DISPATCHED";
    public const string TemperatureRead = "TEMPERATURE_READ";
    public const string Delivered = "SHIPMENT_DELIVERED";

    public Shipment Initial => Shipment.None;

    public bool Knows(string receiptType) => receiptType is Dispatched or TemperatureRead or Delivered;

    public Shipment Evolve(Shipment state, SealedReceipt receipt)
    {
        using var document = receipt.ReadPayload();
        var payload = document.RootElement;
        return receipt.Type switch
        {
            Dispatched => state with
            {
                Product = payload.GetProperty("product").GetString()!,
                CarrierIdentityId = payload.GetProperty("carrier").GetProperty("identityId").GetString()!,
                MinCelsius = payload.GetProperty("minCelsius").GetDouble(),
                MaxCelsius = payload.GetProperty("maxCelsius").GetDouble(),
            },
            TemperatureRead => state with
            {
                Readings = state.Readings.Add(new Reading(payload.GetProperty("at").GetString()!, payload.GetProperty("celsius").GetDouble())),
            },
            Delivered => state with { DeliveredTo = payload.GetProperty("to").GetString()! },
            _ => state,
        };
    }

    public void Write(Shipment state, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("product", state.Product);
        writer.WriteString("carrierIdentityId", state.CarrierIdentityId);
        writer.WriteNumber("minCelsius", state.MinCelsius);
        writer.WriteNumber("maxCelsius", state.MaxCelsius);
        writer.WriteString("deliveredTo", state.DeliveredTo);
        writer.WriteStartArray("readings");
        foreach (var reading in state.Readings)
        {
            writer.WriteStartObject();
            writer.WriteString("at", reading.At);
            writer.WriteNumber("celsius", reading.Celsius);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
