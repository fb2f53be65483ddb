using System.Collections.Immutable;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Projections;

/// <summary>Represents one step of a stream: a commit, and the stream before and after it.</summary>
/// <param name="Before">The stream up to the commit; empty before the first.</param>
/// <param name="After">The stream with the commit folded in.</param>
/// <param name="Commit">The receipts of the commit.</param>
public readonly record struct StreamAdvance(ReceiptStream Before, ReceiptStream After, ImmutableArray<SealedReceipt> Commit);
