using Concord.Fuzzing.Mutations;
using Concord.Fuzzing.Running;
using Concord.Receipts;
using Concord.Receipts.Streams;
using Concord.Receipts.Verification;

namespace Concord.Fuzzing.Targets;

/// <summary>A commit object: what is admitted is written again as the same bytes.</summary>
internal sealed class CommitTarget : FuzzTarget
{
    public override string Name => "commit";

    public override string PeerName => "commit";

    public override int MaxLength => ReceiptLimits.CommitBytes + 1024;

    public override IEnumerable<byte[]> Seeds() => [.. VectorFiles.Files("commits"), .. VectorFiles.Files("streams").SelectMany(LineMutations.Split)];

    public override Verdict Run(byte[] input)
    {
        var budget = AllocationBudget.Begin(input.Length, perByte: 64);
        var fault = CommitObject.TryRead(input, out var receipts);
        budget.End();
        Require(fault is null == !receipts.IsDefault, "receipts and a fault, or neither");
        if (fault is { } found)
        {
            Require(found.Kind is FailureKind.Malformed or FailureKind.NotCanonical or FailureKind.TooLarge or FailureKind.UnsupportedSchema, $"{found.Kind} is not for a commit");
            return new Verdict($"{found.Kind} {found.Expected}", found.Kind.Name());
        }
        Require(receipts.Length is > 0 and <= ReceiptLimits.CommitReceipts, "too many receipts, or none");
        Require(CommitObject.Write(receipts).AsSpan().SequenceEqual(input), "written again it is another commit");
        return new Verdict("good");
    }
}
