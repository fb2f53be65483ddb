namespace Concord.Receipts.Derived;

/// <summary>Represents what was done to bring the derived objects of a stream up to date.</summary>
/// <param name="Written">The keys of the objects that were written, in that order; empty when all was up to date.</param>
/// <param name="TooLarge">The keys of those that are not all they should be, because they would be larger than such an object may be: a
/// snapshot is not made, and an archive holds what fits. The rest is read from the commits.</param>
public sealed record DerivedUpdate(IReadOnlyList<string> Written, IReadOnlyList<string> TooLarge);
