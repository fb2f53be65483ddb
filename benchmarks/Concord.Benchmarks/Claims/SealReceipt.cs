using System.Globalization;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.Report;
using Concord.Receipts;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Sealing;

namespace Concord.Benchmarks.Claims;

/// <summary>P13: sealing costs little beside the signature.</summary>
[MemoryDiagnoser]
public class SealReceipt : RatioClaim
{
    private readonly SampleLedger _ledger = new();
    private readonly SealedReceipt _last;
    private readonly ReceiptDraft[] _drafts = [SampleLedger.Draft(2)];
    private readonly ReceiptPlace _place;
    private readonly UncheckedSigner _signer;

    /// <summary>Makes a stream to seal behind.</summary>
    public SealReceipt()
    {
        _last = _ledger.Receipts(1).First();
        _place = SampleLedger.After(_last, SampleLedger.Book);
        _signer = _ledger.ReadySigner(_last.Signature);
    }

    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "canonicalize the finished receipt")]
    public override void Baseline() => JsonCanonicalizer.Inspect(_last.Bytes.Span, out _, JsonRules.Receipt);

    /// <inheritdoc/>
    [Benchmark(Description = "ReceiptSealer.SealAsync with a signature at hand")]
    public override void Subject()
    {
        var sealing = ReceiptSealer.SealAsync(_place, _drafts, SampleLedger.Owner, _signer);
        if (!sealing.IsCompletedSuccessfully)
            throw new InvalidOperationException();
    }

    internal override Target Target => new(
        "P13", "seal one receipt (place, canonicalize, search for private keys, hash, assemble, read back) without making or checking the signature", Bound.AtMost(5, " µs"), Bound.AtMost(3, " µs"));

    internal override Finding Measure(Effort effort)
    {
        var comparison = Rounds.Run(Sides.Of(Baseline), Sides.Of(Subject), effort.Rounds, effort.Milliseconds);
        var time = comparison.Subject.Times(1e-3);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Subject();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return new Finding(
            Target,
            time.Median,
            string.Create(CultureInfo.InvariantCulture, $"**{time.Median:0.00} µs** ({time.P10:0.00}–{time.P90:0.00})"),
            string.Create(CultureInfo.InvariantCulture, $"{comparison.Ratio.Median:0.0}× one look at its canonical form; {Text.Number(allocated)} B allocated"));
    }
}
