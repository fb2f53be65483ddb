// Vaccines on the road: two shipments, a carrier whose sensors sign, a table that is dropped and made again, and a forged reading.
using System.Text;
using ColdChain;
using Concord.Receipts;
using Concord.Receipts.Bundles;
using Concord.Receipts.Projections;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;

var store = new MemoryObjectStore();
var table = new ShipmentTable();
var host = new ColdChainHost(store, table);
await host.InitializeAsync();
await host.AddCarrierAsync("acc-north", "carrier-7", "North Haul");

foreach (var id in new[] { "S1", "S2" })
    await host.OnShipmentAsync(id, "dispatch", shipment => ShipmentRules.Dispatch(shipment, "measles vaccine", "acc-north", "carrier-7", 2, 8));
await host.OnShipmentAsync("S1", "read-1", shipment => ShipmentRules.Read(shipment, new("06:00", 4.5), new("07:00", 5), new("08:00", 6.2)));
await host.OnShipmentAsync("S2", "read-1", shipment => ShipmentRules.Read(shipment, new("06:00", 7.5), new("07:00", 11.25)));
// The truck had no network, and sends the same again: one command, one commit, the first answer.
var again = await host.OnShipmentAsync("S2", "read-1", shipment => ShipmentRules.Read(shipment, new("06:00", 7.5), new("07:00", 11.25)));
Console.WriteLine($"sent again: {again.Outcome}");
await host.OnShipmentAsync("S1", "deliver", shipment => ShipmentRules.Deliver(shipment, "clinic 12"));
var late = await host.OnShipmentAsync("S1", "read-2", shipment => ShipmentRules.Read(shipment, new Reading("12:00", 30)));
Console.WriteLine($"a reading after delivery: {late.Outcome}, {late.Refusal!.Detail}");

Console.WriteLine("the table:");
foreach (var row in table.Rows)
    Console.WriteLine($"  {row}");

// Drop the table; make it again from receipts alone, by the same fold. Rows and digests are the same, or something drifted.
var rebuilt = new ShipmentTable();
foreach (var id in table.Rows.Select(row => StreamId.Create("shipment", ("shipmentId", row.ShipmentId))))
{
    var live = await host.Streams.ReadAsync(ColdChainHost.Shipments, id);
    var replayed = await StreamReplay.ReplayAsync(store, ColdChainHost.Shipments, id);
    rebuilt.Apply(replayed);
    var (before, after) = (StateDigest.Of(live, ColdChainHost.Shipments.Fold), StateDigest.Of(replayed, ColdChainHost.Shipments.Fold));
    Console.WriteLine($"{id["shipmentId"]} replayed: {(before == after ? "same digest" : "DRIFT")} {after}");
}
Console.WriteLine($"the table, rebuilt: {(table.Rows.SequenceEqual(rebuilt.Rows) ? "same rows" : "DRIFT")}");

var bundle = await host.ExportAsync("S2");
await JudgeAsync("S2", bundle);
// The haulier would rather have stayed below 8 °C.
await JudgeAsync("S2 with 11.25 made 7.25", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bundle).Replace("11.25", "7.25")));
// The platform may not sign temperatures, however good its signature is.
await host.OnShipmentAsync("S2", "made-up", _ => Decision.Accept(Issuer.Platform,
    ReceiptDraft.Create(ShipmentFold.TemperatureRead, payload => { payload.WriteString("at", "08:00"); payload.WriteNumber("celsius", 5); })));
await JudgeAsync("S2 with a reading that the platform signed", await host.ExportAsync("S2"));

async Task JudgeAsync(string what, byte[] bytes)
{
    var report = await BundleVerifier.VerifyAsync(new MemoryStream(bytes), host.Trust);
    Console.WriteLine($"{what}: {(report.IsGood ? $"good, {report.Receipts} receipts" : $"NOT GOOD, {report.Failures[0]}")}");
}
