using System.Buffers;
using Concord.Fuzzing.Running;
using Concord.Receipts.Canonicalization;
using Concord.Receipts.Hashing;
using Concord.Receipts.Tests.Canonicalization;

namespace Concord.Fuzzing.Targets;

/// <summary>The canonicalizer: the slow one says the same, and what it writes is canonical and its own canonical form.</summary>
internal sealed class CanonicalizerTarget : FuzzTarget
{
    public override string Name => "canonicalizer";

    public override string PeerName => "canonical";

    public override IEnumerable<byte[]> Seeds() =>
    [
        .. VectorFiles.Files("canonical"), .. VectorFiles.Files("notCanonicalizable"), .. VectorFiles.Files("receipts").Take(10),
    ];

    public override Verdict Run(byte[] input)
    {
        var budget = AllocationBudget.Begin(input.Length, perByte: 64);
        var form = JsonCanonicalizer.Inspect(input, out var error);
        var output = new ArrayBufferWriter<byte>(input.Length + 1);
        var isValid = JsonCanonicalizer.TryCanonicalize(input, output, out var tried);
        var isCanonical = JsonCanonicalizer.IsCanonical(input);
        var strict = JsonCanonicalizer.Inspect(input, out var strictError, JsonRules.Receipt);
        budget.End();

        var canonical = output.WrittenSpan.ToArray();
        Require(isValid == (form != CanonicalForm.Invalid) && error == tried, "Inspect and TryCanonicalize say different things");
        Require(isValid == (error.Fault == JsonFault.None), "a fault without refusal, or a refusal without fault");
        Require(error.Offset >= 0 && error.Offset <= input.Length, "the fault stands outside the text");
        Require(strictError.Offset >= 0 && strictError.Offset <= input.Length, "the fault stands outside the text");
        Require(isCanonical == (form == CanonicalForm.Canonical), "IsCanonical and Inspect say different things");
        Require(strict == form || strict == CanonicalForm.Invalid, "stricter rules admit what others do not");
        Require(isCanonical == (isValid && canonical.AsSpan().SequenceEqual(input)), "canonical is what is its own canonical form");

        var expected = SlowCanonicalizer.Canonicalize(input);
        Require(isValid == expected is not null, $"the slow canonicalizer {(expected is null ? "refuses" : "admits")} it; here: {error}");
        if (!isValid)
            return new Verdict($"{error.Fault} {strictError.Fault}", "refused");
        Require(canonical.AsSpan().SequenceEqual(expected), "the slow canonicalizer writes other bytes");
        Require(JsonCanonicalizer.IsCanonical(canonical), "the canonical form is not canonical");
        Require(JsonCanonicalizer.Canonicalize(canonical).AsSpan().SequenceEqual(canonical), "the canonical form has another canonical form");
        return new Verdict($"{form} {strictError.Fault}", Sha256Hash.Of(canonical).ToString());
    }
}
