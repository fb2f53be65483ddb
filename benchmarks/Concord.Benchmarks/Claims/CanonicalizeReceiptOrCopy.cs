using System.Buffers;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;
using Concord.Receipts.Canonicalization;

namespace Concord.Benchmarks.Claims;

/// <summary>P2: canonicalizing a receipt costs no more than copying it.</summary>
[MemoryDiagnoser]
public class CanonicalizeReceiptOrCopy : RatioClaim
{
    private readonly JsonWork _work = new(SampleReceipt.InSpecOrder);
    private readonly ArrayBufferWriter<byte> _output = new(2 * SampleReceipt.InSpecOrder.Length);

    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "Utf8JsonReader to Utf8JsonWriter")]
    public override void Baseline() => _work.Copy();

    /// <inheritdoc/>
    [Benchmark(Description = "canonicalize")]
    public override void Subject()
    {
        _output.ResetWrittenCount();
        JsonCanonicalizer.Canonicalize(SampleReceipt.InSpecOrder, _output);
    }

    internal override Target Target => new("P2", "canonicalize a receipt / copy it from `Utf8JsonReader` to `Utf8JsonWriter`", Bound.AtMost(1.25, "×"), Bound.AtMost(1.0, "×"));
}
