using System.Buffers;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;
using Concord.Receipts.Canonicalization;

namespace Concord.Benchmarks.Claims;

/// <summary>P4: a large document full of numbers is canonicalized as fast as it is copied.</summary>
[MemoryDiagnoser]
public class CanonicalizeDocument : RatioClaim
{
    private readonly JsonWork _work = new(SampleDocument.Bytes);
    private readonly ArrayBufferWriter<byte> _output = new(2 * SampleDocument.Bytes.Length);

    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "Utf8JsonReader to Utf8JsonWriter, numbers through double")]
    public override void Baseline() => _work.Copy();

    /// <inheritdoc/>
    [Benchmark(Description = "canonicalize")]
    public override void Subject()
    {
        _output.ResetWrittenCount();
        JsonCanonicalizer.Canonicalize(SampleDocument.Bytes, _output);
    }

    internal override Target Target => new("P4", "canonicalize a document of 101 KB with 3,700 numbers / copy it from reader to writer, numbers through `double`", Bound.AtMost(1.1, "×"), Bound.AtMost(0.9, "×"));
}
