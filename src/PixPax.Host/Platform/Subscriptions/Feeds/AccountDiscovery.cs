using Concord.Receipts;
using Concord.Receipts.Storage;
using PixPax.Host.Platform.Errors;
using PixPax.Host.Platform.Projection;
using PixPax.Host.Platform.Receipts;

namespace PixPax.Host.Platform.Subscriptions.Feeds;

/// <summary>Finds the streams of an account: for certain in the store, and cheaply in the projection.</summary>
internal sealed class AccountDiscovery(IObjectStore store, IProjectionQueries projection)
{
    /// <summary>
    /// Walks the folders of the account, from stream to stream: one listing for each, whatever is in it. It ends where there are more than a
    /// feed takes: whoever follows the account is refused for that, after no more requests than this.
    /// </summary>
    public async Task WalkAsync(AccountWatch watch, CancellationToken cancellationToken)
    {
        watch.Add(PixPaxStreams.AccountId(watch.AccountId));
        foreach (var folder in PixPaxStreams.FoldersOf(watch.AccountId))
        {
            for (var after = (string?)null; watch.Count <= AccountPosition.MaxStreams && await FirstAsync(folder, after, cancellationToken) is { } key;)
            {
                // Everything that a stream keeps has a name before "z".
                var prefix = key[..(key.IndexOf('/', folder.Length) is > 0 and var end ? end + 1 : key.Length)];
                after = prefix + "z";
                if (PixPaxStreams.At(prefix) is { } stream) watch.Add(stream);
            }
        }
    }

    /// <summary>Where the projection has the streams of the account; null when it cannot be asked.</summary>
    public async Task<IReadOnlyList<StreamVersionRow>?> TryAskAsync(AccountWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            return await projection.StreamsOfAsync(watch.AccountId, cancellationToken);
        }
        catch (ProblemException)
        {
            return null;
        }
    }

    private async Task<string?> FirstAsync(string folder, string? after, CancellationToken cancellationToken)
    {
        await foreach (var key in store.ListAsync(folder, after, cancellationToken)) return key;
        return null;
    }
}
