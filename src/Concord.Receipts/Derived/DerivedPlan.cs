using System.Collections.Immutable;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Derived;

/// <summary>Which derived objects a stream of this length has: a function of its commits alone, so that whoever makes them again makes the same.</summary>
/// <param name="Archives">The first versions of the commits of each archive.</param>
/// <param name="Snapshot">The first versions of the commits up to the one that the snapshot is of; empty for none.</param>
internal sealed record DerivedPlan(ImmutableArray<ImmutableArray<long>> Archives, ImmutableArray<long> Snapshot)
{
    public bool IsEmpty => Archives.IsEmpty && Snapshot.IsEmpty;

    public static DerivedPlan Of(ReceiptStream stream, int snapshotInterval)
    {
        // A key is used by one commit: the keys are a list of the commits.
        var commits = stream.Keys.Values.Select(seen => seen.FirstVersion).Order().ToImmutableArray();
        if (commits.Length <= Archive.Step)
            return new DerivedPlan([], []);
        var archived = (stream.Head.CommitFirstVersion - 1) / Archive.Step * Archive.Step;
        var snapshot = stream.Head.Version / snapshotInterval * snapshotInterval;
        return new DerivedPlan(
            [.. commits.TakeWhile(first => first <= archived).GroupBy(first => (first - 1) / Archive.Span).Select(range => range.ToImmutableArray())],
            [.. commits.TakeWhile(first => first <= snapshot)]);
    }
}
