using Concord.Receipts;
using Concord.Receipts.Storage;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Projection;

namespace PixPax.Host.Platform.Receipts;

/// <summary>Leads from an id alone to its stream: from the projection, and where that lags, from the locator in the store.</summary>
/// <remarks>A locator is derived and may be wrong or missing; it decides nothing. Whoever follows it reads the stream.</remarks>
internal sealed class StreamLocator(IProjectionQueries projection, IObjectStore store)
{
    public async ValueTask<StreamId?> FindAsync(string type, string id, CancellationToken cancellationToken)
    {
        if (!StreamId.IsId(id)) return null;
        if (await TryFindAsync(type, id, cancellationToken) is { } known) return known;

        return await store.GetAsync(PixPaxStreams.LocatorOf(type, id), cancellationToken) is { } locator
            && StreamId.TryParse(locator.Span, out var stream) && stream.Type == type && stream.Ids.Values.Contains(id)
                ? stream
                : null;
    }

    // A look-up in the store takes longer; a projection that is away does not make an id unknown.
    private async ValueTask<StreamId?> TryFindAsync(string type, string id, CancellationToken cancellationToken)
    {
        try
        {
            return await projection.FindStreamAsync(type, id, cancellationToken);
        }
        catch (ProblemException)
        {
            return null;
        }
    }
}
