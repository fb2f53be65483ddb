using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;

namespace Concord.Benchmarks.Claims;

/// <summary>P4: a large document full of numbers is canonicalized as fast as it is copied.</summary>
public class CanonicalizeDocument() : CanonicalizationClaim(SampleDocument.Bytes)
{
    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "Utf8JsonReader to Utf8JsonWriter, numbers through double")]
    public override void Baseline() => Work.Copy();

    internal override Target Target => new("P4", "canonicalize a document of 101 KB with 3,700 numbers / copy it from reader to writer, numbers through `double`", Bound.AtMost(1.1, "×"), Bound.AtMost(0.9, "×"));
}
