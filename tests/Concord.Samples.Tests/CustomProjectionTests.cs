namespace Concord.Samples.Tests;

public sealed class CustomProjectionTests
{
    [Fact]
    public async Task The_cold_chain_is_folded_rebuilt_and_judged()
    {
        var (exitCode, lines, errors) = await SampleProgram.RunAsync("CustomProjection");
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.Equal(
            [
                "sent again: Replayed",
                "a reading after delivery: Refused, Temperatures belong to a shipment that is on its way.",
                "the table:",
                "  S1 measles vaccine: delivered to clinic 12, 3 readings, warmest 6.2 °C",
                "  S2 measles vaccine: on its way, 2 readings, warmest 11.25 °C, COLD CHAIN BROKEN",
            ],
            lines[..5]);
        Assert.StartsWith("S1 replayed: same digest sha256:", lines[5], StringComparison.Ordinal);
        Assert.StartsWith("S2 replayed: same digest sha256:", lines[6], StringComparison.Ordinal);
        Assert.Equal(["the table, rebuilt: same rows", "S2: good, 5 receipts"], lines[7..9]);
        Assert.StartsWith("S2 with 11.25 made 7.25: NOT GOOD, bundle:7: hash-mismatch at version 3 ", lines[9], StringComparison.Ordinal);
        Assert.Contains("issuer-not-allowed at version 4", lines[10], StringComparison.Ordinal);
        Assert.EndsWith("expected the carrier, found platform", lines[10], StringComparison.Ordinal);
        Assert.Equal(11, lines.Length);
    }
}
