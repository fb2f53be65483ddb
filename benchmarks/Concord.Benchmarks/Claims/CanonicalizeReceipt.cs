using System.Buffers;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;
using Concord.Receipts.Canonicalization;

namespace Concord.Benchmarks.Claims;

/// <summary>P1: canonicalizing a receipt costs little more than reading and writing it.</summary>
[MemoryDiagnoser]
public class CanonicalizeReceipt : RatioClaim
{
    private readonly JsonWork _work = new(SampleReceipt.InSpecOrder);
    private readonly ArrayBufferWriter<byte> _output = new(2 * SampleReceipt.InSpecOrder.Length);

    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "Utf8JsonReader scan + JsonElement.WriteTo")]
    public override void Baseline() => _work.ScanAndWrite();

    /// <inheritdoc/>
    [Benchmark(Description = "canonicalize")]
    public override void Subject()
    {
        _output.ResetWrittenCount();
        JsonCanonicalizer.Canonicalize(SampleReceipt.InSpecOrder, _output);
    }

    internal override Target Target => new("P1", "canonicalize a receipt (1 KB, members in the order of the format page) / scan it with `Utf8JsonReader` + `JsonElement.WriteTo`", Bound.AtMost(1.5, "×"), Bound.AtMost(1.2, "×"));
}
