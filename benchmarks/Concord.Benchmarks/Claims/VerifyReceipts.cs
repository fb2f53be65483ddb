using System.Globalization;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Interleaved;
using Concord.Benchmarks.Report;
using Concord.Receipts.Verification;

namespace Concord.Benchmarks.Claims;

/// <summary>P9: of the time that a full verification takes, nearly all is the one signature operation that it cannot do without.</summary>
[MemoryDiagnoser]
public class VerifyReceipts : RatioClaim
{
    private const int Count = 256;

    private readonly ReadOnlyMemory<byte>[] _receipts;
    private readonly (byte[] Digest, byte[] Signature)[] _signatures;
    private readonly ECDsa _key = ECDsa.Create();
    private readonly StreamVerifierInput _input;

    /// <summary>Makes the stream.</summary>
    public VerifyReceipts()
    {
        using var ledger = new SampleLedger();
        var receipts = ledger.Receipts(Count).ToArray();
        _receipts = [.. receipts.Select(receipt => receipt.Bytes)];
        _signatures = [.. receipts.Select(receipt => (receipt.Hash.Value.Bytes.ToArray(), receipt.Signature.Bytes.ToArray()))];
        _key.ImportSubjectPublicKeyInfo(ledger.OwnerKey.Spki.Span, out _);
        _input = StreamVerifierInput.From(ledger.Trust, ledger.Keys);
    }

    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "ECDsa.VerifyHash", OperationsPerInvoke = Count)]
    public override void Baseline()
    {
        foreach (var (digest, signature) in _signatures)
            if (!_key.VerifyHash(digest, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation))
                throw new InvalidOperationException();
    }

    /// <inheritdoc/>
    [Benchmark(Description = "StreamVerifier.Verify", OperationsPerInvoke = Count)]
    public override void Subject()
    {
        var report = new VerificationReport();
        var verifier = new StreamVerifier(SampleLedger.Book, _input, report);
        var at = new SourceLocation("benchmark");
        foreach (var receipt in _receipts)
            verifier.Verify(receipt, at);
        verifier.Complete();
        if (!report.IsGood || report.IsIncomplete)
            throw new InvalidOperationException(report.Failures[0].ToString());
    }

    internal override Target Target => new(
        "P9", "verify receipts in full (format, canonical form, hash, chain, issuer policy, key, signature), one core: throughput / that of raw `VerifyHash`", Bound.AtLeast(95, " %"), Bound.AtLeast(97, " %"));

    internal override int Operations => Count;

    internal override Finding Measure(Effort effort)
    {
        var comparison = Rounds.Run(Sides.Of(Baseline, Count), Sides.Of(Subject, Count), effort.Rounds, 4 * effort.Milliseconds);
        var share = comparison.Ratio.Inverse().Times(100);
        var measured = string.Create(
            CultureInfo.InvariantCulture,
            $"**{share.Median:0.0} %** ({share.P10:0.0}–{share.P90:0.0}); {Text.Number(1e9 / comparison.Subject.Median)} receipts/s against {Text.Number(1e9 / comparison.Baseline.Median)} signatures/s");
        return new Finding(Target, share.Median, measured, $"all else costs {Text.Time(comparison.Baseline.Median * (comparison.Ratio.Median - 1))} a receipt; P9a is what it costs where no signature empties the caches in between");
    }
}
