using System.Globalization;
using System.Security.Cryptography;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.Report;
using Concord.Receipts.Canonicalization;

namespace Concord.Benchmarks.Claims;

/// <summary>P5 and P6: how many times faster than the peers for Node. Their work is JSON.parse and canonicalization, text to text; ours is bytes to bytes, all checks included.</summary>
internal static class PeerClaims
{
    private const string NotMeasured = "the other half of this claim, cyberphone's C#, is not on a package feed at a version that restores, and was not measured here";

    public static IEnumerable<Finding> Measure(NodePeers node, Effort effort)
    {
        yield return Measure(node, "P5", "receipt", "canonicalize a receipt: times faster than the faster Node peer", SampleReceipt.InSpecOrder, 4, 6, effort);
        yield return Measure(node, "P6", "document", "canonicalize the document of 101 KB: times faster than the faster Node peer", SampleDocument.Bytes, 2.5, 3.5, effort);
    }

    private static Finding Measure(NodePeers node, string id, string input, string claim, byte[] json, double pass, double stretch, Effort effort)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(JsonCanonicalizer.Canonicalize(json)));
        var peers = node.Load(input, json);
        var others = peers.Where(peer => peer.Value != digest).Select(peer => peer.Key).ToArray();
        var compared = peers.Keys.Select(peer => (Peer: peer, Comparison: Compare(node.Side(peer, input), json, effort))).ToArray();
        var best = compared.MinBy(item => item.Comparison.Baseline.Median);
        var times = best.Comparison.Ratio.Inverse();
        var each = string.Join("; ", compared.Select(item => $"`{item.Peer}` {Text.Time(item.Comparison.Baseline.Median)}"));
        var bytes = others.Length == 0 ? "all give the same bytes" : $"other bytes from {string.Join(", ", others)}";
        return new Finding(
            new Target(id, claim, Bound.AtLeast(pass, "×"), Bound.AtLeast(stretch, "×")),
            times.Median,
            string.Create(CultureInfo.InvariantCulture, $"**{times.Median:0.0}×** ({times.P10:0.0}–{times.P90:0.0}); {Text.Time(best.Comparison.Subject.Median)}"),
            $"Node {node.Version}: {each}; {bytes}. Half a claim: {NotMeasured}");
    }

    private static Comparison Compare(Side peer, byte[] json, Effort effort)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>(2 * json.Length);
        var ours = Sides.Of(() =>
        {
            output.ResetWrittenCount();
            JsonCanonicalizer.Canonicalize(json, output);
        });
        // Processor time of Node comes in microseconds of its kernel's ticks: slices of some length keep that fine.
        return Rounds.Run(peer, ours, Math.Max(11, effort.Rounds / 2), Math.Max(40, effort.Milliseconds));
    }
}
