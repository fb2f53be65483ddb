using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;

namespace Concord.Benchmarks.Claims;

/// <summary>P2: canonicalizing a receipt costs no more than copying it.</summary>
public class CanonicalizeReceiptOrCopy() : CanonicalizationClaim(SampleReceipt.InSpecOrder)
{
    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "Utf8JsonReader to Utf8JsonWriter")]
    public override void Baseline() => Work.Copy();

    internal override Target Target => new("P2", "canonicalize a receipt / copy it from `Utf8JsonReader` to `Utf8JsonWriter`", Bound.AtMost(1.25, "×"), Bound.AtMost(1.0, "×"));
}
