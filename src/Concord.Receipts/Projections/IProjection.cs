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
    /// <summary>Brings this stream's rows up to <see cref="StreamAdvance.After"/>.</summary>
    /// <param name="advance">The stream before and after a commit, and the commit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ProjectionBehindException">What is projected is not the stream before the commit; a catch-up applies it.</exception>
    ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default);
}
