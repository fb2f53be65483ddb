using Concord.Receipts.Projections;

namespace PixPax.Host.Platform.Subscriptions.News;

/// <summary>Announces each commit, which stands by then, and has it projected.</summary>
internal sealed class AnnouncedProjection(IProjection inner, CommitNews news) : IProjection
{
    public ValueTask ApplyAsync(StreamAdvance advance, CancellationToken cancellationToken = default)
    {
        // First: subscribers read the store, and need no projection.
        news.CommittedHere(advance.After.Id, advance.Commit);
        return inner.ApplyAsync(advance, cancellationToken);
    }
}
