using System.Buffers;
using System.Globalization;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Verification;

namespace Concord.Benchmarks.Claims;

/// <summary>P7 and P8: nothing of ours is allocated for a receipt. Counted, not timed.</summary>
internal static class AllocationClaims
{
    private const int Warm = 256;
    private const int Counted = 2048;

    public static IEnumerable<Finding> Measure()
    {
        using var ledger = new SampleLedger();
        var receipts = ledger.Receipts(Warm + Counted).ToArray();
        var bytes = receipts.Select(receipt => receipt.Bytes).ToArray();

        var output = new ArrayBufferWriter<byte>(4096);
        var canonicalize = PerReceipt(i =>
        {
            output.ResetWrittenCount();
            JsonCanonicalizer.Canonicalize(SampleReceipt.InSpecOrder, output);
        });
        var hash = PerReceipt(i => receipts[i].ComputeHash());
        var chain = PerReceipt(Verify(bytes, new StreamVerifierInput()));
        yield return new Finding(
            new Target("P7", "canonicalize, hash, check the chain: bytes allocated a receipt in the steady state", Bound.AtMost(0, " B")),
            canonicalize + hash + chain,
            string.Create(CultureInfo.InvariantCulture, $"**{canonicalize + hash + chain:0.##} B**"),
            string.Create(CultureInfo.InvariantCulture, $"canonicalize {canonicalize:0.##}, hash {hash:0.##}, chain {chain:0.##}"));

        var digests = receipts.Select(receipt => receipt.Hash.Value).ToArray();
        var full = PerReceipt(Verify(bytes, StreamVerifierInput.From(ledger.Trust, ledger.Keys)));
        var raw = PerReceipt(i => ledger.OwnerKey.Verify(digests[i], receipts[i].Signature));
        yield return new Finding(
            new Target("P8", "verify in full less raw `VerifyHash`: bytes allocated a receipt", Bound.AtMost(0, " B")),
            full - raw,
            string.Create(CultureInfo.InvariantCulture, $"**{full - raw:0.##} B**"),
            string.Create(CultureInfo.InvariantCulture, $"{full:0.##} in full, {raw:0.##} inside .NET's `VerifyHash`"));
    }

    private static Action<int> Verify(ReadOnlyMemory<byte>[] receipts, StreamVerifierInput input)
    {
        var report = new VerificationReport();
        var verifier = new StreamVerifier(SampleLedger.Book, input, report);
        var at = new SourceLocation("benchmark");
        return i =>
        {
            if (!verifier.Verify(receipts[i], at))
                throw new InvalidOperationException(report.Failures[0].ToString());
        };
    }

    private static double PerReceipt(Action<int> work)
    {
        for (var i = 0; i < Warm; i++)
            work(i);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = Warm; i < Warm + Counted; i++)
            work(i);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Counted;
    }
}
