using System.Buffers;
using BenchmarkDotNet.Attributes;
using Concord.Benchmarks.Inputs;
using Concord.Receipts.Canonicalization;

namespace Concord.Benchmarks.Claims;

/// <summary>Canonicalizing a document, against reading and writing it with System.Text.Json.</summary>
[MemoryDiagnoser]
public abstract class CanonicalizationClaim(byte[] document) : RatioClaim
{
    private readonly ArrayBufferWriter<byte> _output = new(2 * document.Length);

    internal JsonWork Work { get; } = new(document);

    /// <inheritdoc/>
    [Benchmark(Description = "canonicalize")]
    public override void Subject()
    {
        _output.ResetWrittenCount();
        JsonCanonicalizer.Canonicalize(document, _output);
    }
}
