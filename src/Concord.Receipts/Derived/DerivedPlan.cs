using System.Collections.Immutable;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Derived;

/// <summary>Which derived objects a stream of this length has: a function of its commits alone, so that whoever makes them again makes the same.</summary>
/// <param name="Archives">The first versions of the commits of each archive.</param>
/// <param name="Snapshot">The first versions of the commits up to the one that the snapshot is of; empty for none.</param>
internal sealed record DerivedPlan(ImmutableArray<ImmutableArray<long>> Archives, ImmutableArray<long> Snapshot)
{
    public static DerivedPlan None { get; } = new([], []);

    /// <summary>Gets the first versions of a stream's commits: a key is used by one commit, so the keys are a list of them.</summary>
    public static ImmutableArray<long> CommitsOf(ReceiptStream stream) => [.. stream.Keys.Values.Select(seen => seen.FirstVersion).Order()];

    /// <summary>Plans for a stream as it is, or was, when it ended with <paramref name="head"/>.</summary>
    public static DerivedPlan Of(ImmutableArray<long> commits, StreamHead head, int snapshotInterval)
    {
        if (commits.Count(first => first <= head.CommitFirstVersion) <= Archive.Step)
            return None;
        var archived = (head.CommitFirstVersion - 1) / Archive.Step * Archive.Step;
        var snapshot = head.Version / snapshotInterval * snapshotInterval;
        return new DerivedPlan(
            [.. commits.TakeWhile(first => first <= archived).GroupBy(first => (first - 1) / Archive.Span).Select(range => range.ToImmutableArray())],
            [.. commits.TakeWhile(first => first <= snapshot)]);
    }

    /// <summary>Gets how many archives, from the first on, are the same in both plans of one stream.</summary>
    public int SameArchives(DerivedPlan earlier) => Archives.Zip(earlier.Archives).TakeWhile(pair => pair.First.Length == pair.Second.Length).Count();
}
