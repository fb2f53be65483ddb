using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;

namespace Concord.Benchmarks.Claims;

/// <summary>P3: a receipt that is canonical already is read and not written.</summary>
public class RecognizeCanonicalReceipt() : CanonicalizationClaim(SampleReceipt.Canonical)
{
    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "Utf8JsonReader to Utf8JsonWriter")]
    public override void Baseline() => Work.Copy();

    internal override Target Target => new("P3", "canonicalize a receipt that is canonical already / copy it from reader to writer", Bound.AtMost(1.0, "×"), Bound.AtMost(0.75, "×"));
}
