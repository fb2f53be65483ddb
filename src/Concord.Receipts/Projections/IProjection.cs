using System.Collections.Immutable;
using Concord.Receipts.Streams;

namespace Concord.Receipts.Projections;

/// <summary>Takes the state of a stream after it changed: the last step of an append, and of a rebuild.</summary>
/// <remarks>
/// What a projection keeps is a function of stream states and can be dropped at any time. Calls for one stream may come late,
/// twice or out of order (two writers, a catch-up beside an append): an implementation keeps the highest version it has seen
/// and ignores the rest. An exception loses nothing: the receipts stand, and a later catch-up applies them.
/// </remarks>
public interface IProjection
{
    /// <summary>Brings this stream's rows up to <paramref name="stream"/>.</summary>
    /// <param name="stream">The stream with its state, up to a commit.</param>
    /// <param name="commit">The receipts of that commit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask ApplyAsync(ReceiptStream stream, ImmutableArray<SealedReceipt> commit, CancellationToken cancellationToken = default);
}
