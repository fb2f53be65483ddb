using System.Buffers;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;
using Concord.Receipts.Canonicalization;

namespace Concord.Benchmarks.Claims;

/// <summary>P3: a receipt that is canonical already is read and not written.</summary>
[MemoryDiagnoser]
public class RecognizeCanonicalReceipt : RatioClaim
{
    private readonly JsonWork _work = new(SampleReceipt.Canonical);
    private readonly ArrayBufferWriter<byte> _output = new(2 * SampleReceipt.Canonical.Length);

    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "Utf8JsonReader to Utf8JsonWriter")]
    public override void Baseline() => _work.Copy();

    /// <inheritdoc/>
    [Benchmark(Description = "canonicalize")]
    public override void Subject()
    {
        _output.ResetWrittenCount();
        JsonCanonicalizer.Canonicalize(SampleReceipt.Canonical, _output);
    }

    internal override Target Target => new("P3", "canonicalize a receipt that is canonical already / copy it from reader to writer", Bound.AtMost(1.0, "×"), Bound.AtMost(0.75, "×"));
}
