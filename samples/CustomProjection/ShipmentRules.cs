using Concord.Receipts;
using Concord.Receipts.Streams;

namespace ColdChain;

/// <summary>What may happen to a shipment: pure functions of the shipment as it stands.</summary>
internal static class ShipmentRules
{
    /// <summary>Who may sign what, as the trust file carries it: the platform sends and closes, the carrier named in the first receipt measures.</summary>
    public static ReadOnlySpan<byte> Policy => """
        {
          "streams": {
            "shipment": {
              "signers": { "carrier": { "account": "/carrier/accountId", "identity": "/carrier/identityId" } },
              "receipts": {
                "SHIPMENT_DISPATCHED": [{ "signer": "platform" }],
                "TEMPERATURE_READ": [{ "signer": "carrier" }],
                "SHIPMENT_DELIVERED": [{ "signer": "platform" }]
              }
            }
          }
        }
        """u8;

    public static Decision Dispatch(Shipment shipment, string product, string carrierAccountId, string carrierIdentityId, double minCelsius, double maxCelsius) =>
        shipment.IsDispatched
            ? Decision.Refuse("already-dispatched", "The shipment is on its way.")
            : Decision.Accept(Issuer.Platform, ReceiptDraft.Create(ShipmentFold.Dispatched, payload =>
            {
                payload.WriteString("product", product);
                payload.WriteStartObject("carrier");
                payload.WriteString("accountId", carrierAccountId);
                payload.WriteString("identityId", carrierIdentityId);
                payload.WriteEndObject();
                payload.WriteNumber("minCelsius", minCelsius);
                payload.WriteNumber("maxCelsius", maxCelsius);
            }));

    /// <summary>A sensor sends what it has measured since the last time: one command, one commit, all or none.</summary>
    public static Decision Read(Shipment shipment, params ReadOnlySpan<Reading> readings)
    {
        if (!shipment.IsDispatched || shipment.IsDelivered)
            return Decision.Refuse("not-on-its-way", "Temperatures belong to a shipment that is on its way.");
        var drafts = new ReceiptDraft[readings.Length];
        for (var i = 0; i < drafts.Length; i++)
        {
            var reading = readings[i];
            drafts[i] = ReceiptDraft.Create(ShipmentFold.TemperatureRead, payload =>
            {
                payload.WriteString("at", reading.At);
                payload.WriteNumber("celsius", reading.Celsius);
            });
        }
        return Decision.Accept(shipment.CarrierIdentityId, [.. drafts]);
    }

    public static Decision Deliver(Shipment shipment, string to) =>
        shipment is { IsDispatched: true, IsDelivered: false }
            ? Decision.Accept(Issuer.Platform, ReceiptDraft.Create(ShipmentFold.Delivered, payload => payload.WriteString("to", to)))
            : Decision.Refuse("not-on-its-way", "Only a shipment that is on its way can be delivered.");
}
