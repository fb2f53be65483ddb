using System.Globalization;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.Report;
using Concord.Receipts.Hashing;
using Concord.Receipts.Verification;

namespace Concord.Benchmarks.Claims;

/// <summary>Everything but the signature, beside the one thing of it that cannot be saved: hashing the bytes.</summary>
[MemoryDiagnoser]
public class VerifyChain : RatioClaim
{
    private const int Count = 1024;

    private readonly ReadOnlyMemory<byte>[] _receipts;
    private readonly byte[][] _hashed;
    private readonly StreamVerifierInput _input = new();

    /// <summary>Makes the stream.</summary>
    public VerifyChain()
    {
        using var ledger = new SampleLedger();
        _receipts = [.. ledger.Receipts(Count, isSigned: false).Select(receipt => receipt.Bytes)];
        // As many bytes as are hashed: the receipt less its members hash and signature.
        _hashed = [.. _receipts.Select(receipt => receipt.Span[..^195].ToArray())];
    }

    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "SHA256.HashData", OperationsPerInvoke = Count)]
    public override void Baseline()
    {
        foreach (var bytes in _hashed)
            Sha256Hash.Of(bytes);
    }

    /// <inheritdoc/>
    [Benchmark(Description = "StreamVerifier.Verify without keys", OperationsPerInvoke = Count)]
    public override void Subject()
    {
        var report = new VerificationReport();
        var verifier = new StreamVerifier(SampleLedger.Book, _input, report);
        var at = new SourceLocation("benchmark");
        foreach (var receipt in _receipts)
            verifier.Verify(receipt, at);
        verifier.Complete();
        if (!report.IsGood)
            throw new InvalidOperationException(report.Failures[0].ToString());
    }

    internal override Target Target => new("P9a", "the same without signatures / SHA-256 of the same bytes (no target of its own)", Bound.AtMost(3, "×"));

    internal override int Operations => Count;

    internal override Finding Measure(Effort effort)
    {
        var comparison = Rounds.Run(Sides.Of(Baseline, Count), Sides.Of(Subject, Count), effort.Rounds, effort.Milliseconds);
        var measured = string.Create(
            CultureInfo.InvariantCulture,
            $"**{comparison.Ratio.Median:0.00}×** ({comparison.Ratio.P10:0.00}–{comparison.Ratio.P90:0.00}); {Text.Time(comparison.Subject.Median)} a receipt, {Text.Number(1e9 / comparison.Subject.Median)} receipts/s");
        return new Finding(Target, comparison.Ratio.Median, measured, $"SHA-256 alone {Text.Time(comparison.Baseline.Median)}");
    }
}
