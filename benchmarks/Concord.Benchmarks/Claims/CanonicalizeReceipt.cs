using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Benchmarks.Report;

namespace Concord.Benchmarks.Claims;

/// <summary>P1: canonicalizing a receipt costs little more than reading and writing it.</summary>
public class CanonicalizeReceipt() : CanonicalizationClaim(SampleReceipt.InSpecOrder)
{
    /// <inheritdoc/>
    [Benchmark(Baseline = true, Description = "Utf8JsonReader scan + JsonElement.WriteTo")]
    public override void Baseline() => Work.ScanAndWrite();

    internal override Target Target => new("P1", "canonicalize a receipt (1 KB, members in the order of the format page) / scan it with `Utf8JsonReader` + `JsonElement.WriteTo`", Bound.AtMost(1.5, "×"), Bound.AtMost(1.2, "×"));
}
